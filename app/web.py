"""How gunicorn runs the application (`--config python:app.web`): loaded once, then forked, to share its memory."""

import gc
import logging
import sys
from typing import Any

from app.extensions import db
from config import ConfigError

log = logging.getLogger(__name__)

preload_app = True


def on_starting(server: Any) -> None:
    """Have gunicorn's own lines look like ours; the application was loaded before."""
    server.log.error_log.handlers.clear()
    server.log.error_log.propagate = True


def when_ready(server: Any) -> None:
    """Before the first workers: keep the collector off what they share, for its marks would make it theirs."""
    gc.collect()
    gc.freeze()


def on_reload(server: Any) -> None:
    """At HUP, make the application anew with today's `.env`, before the workers are replaced.

    When the file is wrong, say so and go on as before: the page stays up.
    """
    old, server.app.callable = server.app.callable, None
    sys.modules.pop("wsgi", None)
    try:
        server.app.wsgi()
    except ConfigError as error:
        log.error("not reloaded: %s", error)
        server.app.callable = old
    when_ready(server)


def post_fork(server: Any, worker: Any) -> None:
    """Forget connections made before the fork: two processes must not speak on one."""
    with worker.app.wsgi().app_context():
        for engine in db.engines.values():
            engine.dispose(close=False)
