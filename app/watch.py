"""Watches every request, also those that app/page_front.py answers: counts it for /metrics and writes a line of it."""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from flask import Flask, request, request_started

from app.figures import Figures
from app.logs import request_id
from app.page_cache import FOUND
from app.page_front import GROUP

log = logging.getLogger("daymark.requests")
SHOWN = "daymark.shown"  # its path, without the code that opens something to whoever knows it
Start = Callable[..., Any]


class Watch:
    """WSGI layer that notes how long each answer took, until its first byte, and what it was."""

    def __init__(self, wsgi: Callable[..., Iterable[bytes]], figures: Figures | None, writes: bool) -> None:
        self.wsgi, self.figures, self.writes = wsgi, figures, writes

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        begun, status = time.perf_counter(), "500"

        def note(line: str, *rest: Any) -> Any:
            nonlocal status
            status = line[:3]
            return start(line, *rest)

        try:
            return self.wsgi(environ, note)
        finally:
            spent = time.perf_counter() - begun
            if self.figures is not None:
                self.figures.add(environ.get(GROUP, "other"), status, spent, environ.get(FOUND, ""))
            if self.writes:
                _write(environ, status, spent)


def _write(environ: dict[str, Any], status: str, spent: float) -> None:
    # Quoted: a line break in a path would begin a line of its own.
    facts = {
        "request_id": request_id(environ),
        "method": environ["REQUEST_METHOD"],
        "path": environ.get(SHOWN) or quote(environ.get("PATH_INFO", "")),
        "status": int(status),
        "ms": round(spent * 1000, 1),
        "address": environ.get("REMOTE_ADDR") or "-",
    }
    log.info("%(address)s %(method)s %(path)s %(status)s in %(ms)s ms", facts, extra=facts)


def init_app(app: Flask) -> None:
    """Watch, if there is anybody to tell."""
    figures, writes = app.extensions.get("daymark.figures"), app.config["LOG_REQUESTS"] == "on"
    if figures is None and not writes:
        return
    request_started.connect(_note, app)
    app.wsgi_app = Watch(app.wsgi_app, figures, writes)  # type: ignore[method-assign, assignment]


def _note(app: Flask, **_rest: Any) -> None:
    request.environ[GROUP] = request.blueprint or ("static" if request.endpoint == "static" else "other")
    if code := (request.view_args or {}).get("code"):
        request.environ[SHOWN] = quote(request.path.replace(code, "..."))
