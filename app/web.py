"""How gunicorn runs the application (`--config python:app.web`): loaded once, then forked, to share its memory."""

import gc
import logging
import sys
from types import ModuleType
from typing import Any

log = logging.getLogger(__name__)

preload_app = True
OURS = ("app", "config", "wsgi")


def on_starting(server: Any) -> None:
    """Have gunicorn's own lines look like ours; the application was loaded before."""
    server.log.error_log.handlers.clear()
    server.log.error_log.propagate = True


def when_ready(server: Any) -> None:
    """Before the first workers: keep the collector off what they share, for its marks would make it theirs."""
    gc.collect()
    gc.freeze()


def on_reload(server: Any) -> None:
    """At HUP, make the application anew from today's files and `.env`, before the workers are replaced.

    When anything is wrong in them, say so and go on as before: the page stays up.
    """
    old, server.app.callable = server.app.callable, None
    before = _take_out()
    gc.unfreeze()
    try:
        server.app.wsgi()
    except Exception as error:  # of the new files: whatever it is, the old ones work
        log.error("not reloaded: %s", error, exc_info=type(error).__name__ != "ConfigError")
        _take_out()
        sys.modules.update(before)
        server.app.callable = old
    when_ready(server)


def _take_out() -> dict[str, ModuleType]:
    """Have our modules read anew when they are imported next; answers those of now."""
    ours = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in OURS}
    for name in ours:
        del sys.modules[name]
    return ours


def post_fork(server: Any, worker: Any) -> None:
    """Forget connections made before the fork: two processes must not speak on one."""
    app = worker.app.wsgi()
    with app.app_context():
        # The application's own: after a reload, what was imported here is the release of before.
        for engine in app.extensions["sqlalchemy"].engines.values():
            engine.dispose(close=False)
