"""Watches every request, also those that app/page_front.py answers: counts it for /metrics and writes a line of it."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, request, request_started

from app.figures import Figures
from app.page_cache import FOUND

GROUP = "daymark.group"  # which part of Daymark answered: a blueprint, or "static"
Start = Callable[..., Any]


class Watch:
    """WSGI layer that notes how long each answer took, until its first byte, and what it was."""

    def __init__(self, wsgi: Callable[..., Iterable[bytes]], figures: Figures) -> None:
        self.wsgi, self.figures = wsgi, figures

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
            found = environ.get(FOUND, "")
            self.figures.add(environ.get(GROUP) or ("public" if found else "other"), status, spent, found)


def init_app(app: Flask) -> None:
    """Watch, if there is anybody to tell."""
    figures = app.extensions.get("daymark.figures")
    if figures is None:
        return
    request_started.connect(_note_group, app)
    app.wsgi_app = Watch(app.wsgi_app, figures)  # type: ignore[method-assign, assignment]


def _note_group(app: Flask, **_rest: Any) -> None:
    request.environ[GROUP] = request.blueprint or ("static" if request.endpoint == "static" else "other")
