"""How gunicorn runs the application (`--config python:app.web`): loaded once, then forked, to share its memory."""

import gc
import logging
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

log = logging.getLogger(__name__)

preload_app = True
# Nobody says where the page lies: gunicorn takes SCRIPT_NAME from whoever writes to its socket, and behind a proxy that
# passes it on, strangers would decide where the links lead of pages that are kept for all.
forwarder_headers = ""
OURS = ("app", "config", "wsgi")
ROOT = Path(__file__).resolve().parent.parent


def on_starting(server: Any) -> None:
    """Have gunicorn's own lines look like ours; the application was loaded before."""
    server.log.error_log.handlers.clear()
    server.log.error_log.propagate = True


def when_ready(server: Any) -> None:
    """Before the first workers: note which release they serve."""
    server.files = _files()
    _share()


def on_reload(server: Any) -> None:
    """At HUP, make the application anew from today's files and `.env`, before the workers are replaced.

    When anything is wrong in them, say so and go on as before: the page stays up.
    """
    old, server.app.callable = server.app.callable, None
    files = _files()
    # Read anew, all of it costs 15 MB, for some of the old stays: only when there is a new release, not for a setting.
    before = _take_out(OURS if files != server.files else ("wsgi",))
    gc.unfreeze()
    try:
        server.app.wsgi()
        server.files = files
    except Exception as error:  # of the new files: whatever it is, the old ones work
        log.error("not reloaded: %s", error, exc_info=type(error).__name__ != "ConfigError")
        _take_out(OURS if files != server.files else ("wsgi",))
        sys.modules.update(before)
        server.app.callable = old
    _share()


def _share() -> None:
    # Keep the collector off what the workers share, for its marks would make it theirs.
    gc.collect()
    gc.freeze()


def _files() -> dict[str, tuple[int, int]]:
    """The release that is on disk: each file of ours with its time and size."""
    found = (path for path in [ROOT / "config.py", ROOT / "wsgi.py", *ROOT.glob("app/**/*")] if path.suffix != ".pyc")
    stats = {str(path): path.stat() for path in found if path.is_file()}
    return {path: (stat.st_mtime_ns, stat.st_size) for path, stat in stats.items()}


def _take_out(packages: tuple[str, ...]) -> dict[str, ModuleType]:
    """Have these be read anew when they are imported next; answers their modules of now."""
    ours = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in packages}
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
