"""Logs: one line per fact on standard output, as text or JSON, with the request or job it belongs to.

A request keeps one id from nginx through its web process to the jobs that it causes.
"""

import logging
import re
import sys
import uuid
from typing import Any

from flask import Flask, g, has_request_context, request
from rq import get_current_job
from sqlalchemy.exc import SQLAlchemyError

from app.lib import log_lines

ID = "daymark.request_id"
USABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")
CAUSE = "request_id"  # under this name a job's meta carries the id of the request that caused it


class _Context(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        if has_request_context():
            known = {"request_id": g.get("request_id", "-"), "actor": _label(g.get("actor"))}
            record.where = " ".join(known.values())
        elif (job := get_current_job()) is not None:
            known = {"job": job.id, "job_name": job.func_name, **job.get_meta(False)}
            record.where = f"job {job.id}" + (f" of {known[CAUSE]}" if CAUSE in known else "")
        else:
            known, record.where = {}, getattr(record, "request_id", "-")
        record.__dict__.update(known)
        return True


def _label(actor: Any) -> str:
    # The line may be about the very failure that keeps us from reading who it was.
    try:
        return actor.label if actor is not None else "-"
    except SQLAlchemyError:
        return "?"


def request_id(environ: dict[str, Any]) -> str:
    """The id of a request: that which a trusted proxy gave it, if it looks like one, else one of ours."""
    if ID not in environ:
        # lib/proxies.py has dropped what strangers sent.
        given = environ.get("HTTP_X_REQUEST_ID", "")
        environ[ID] = given if USABLE.fullmatch(given) else uuid.uuid4().hex
    return str(environ[ID])


def cause() -> dict[str, str]:
    """What a job queued now carries on, in its meta: the id of the request, or of that which caused this job."""
    if has_request_context():
        known = g.get("request_id")
    else:
        job = get_current_job()
        known = job.get_meta(False).get(CAUSE) if job is not None else None
    return {CAUSE: known} if known else {}


def init_app(app: Flask) -> None:
    """One handler on the root logger, and an id for every request that is also sent to the client."""
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(_Context())
    handler.setFormatter(log_lines.formatter(app.config["LOG_FORMAT"]))
    root = logging.getLogger()
    handler.name = "daymark"
    root.handlers = [*(other for other in root.handlers if other.name != "daymark"), handler]
    root.setLevel(app.config["LOG_LEVEL"].upper())

    @app.before_request
    def _name_the_request() -> None:
        g.request_id = request_id(request.environ)
