"""Logs: one line per fact on standard output, with the request or job it belongs to."""

import logging
import sys
import uuid
from typing import Any

from flask import Flask, g, has_request_context, request
from rq import get_current_job
from sqlalchemy.exc import SQLAlchemyError


class _Context(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        if has_request_context():
            record.where = f"{g.get('request_id', '-')} {_label(g.get('actor'))}"
        else:
            job = get_current_job()
            record.where = f"job {job.id}" if job is not None else "-"
        return True


def _label(actor: Any) -> str:
    # The line may be about the very failure that keeps us from reading who it was.
    try:
        return actor.label if actor is not None else "-"
    except SQLAlchemyError:
        return "?"


def init_app(app: Flask) -> None:
    """One handler on the root logger, and an id for every request that is also sent to the client."""
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(_Context())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s [%(where)s] %(name)s: %(message)s"))
    root = logging.getLogger()
    handler.name = "daymark"
    root.handlers = [*(other for other in root.handlers if other.name != "daymark"), handler]
    root.setLevel(app.config["LOG_LEVEL"].upper())

    @app.before_request
    def _name_the_request() -> None:
        # A proxy's own id wins, if it looks like one, so that a request can be followed through all logs.
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if 8 <= len(given) <= 64 and given.isascii() and given.isalnum() else uuid.uuid4().hex
