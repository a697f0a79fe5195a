"""`/livez` and `/readyz`: for load balancers, containers and monitors. What is wrong is said in fixed words, so that no
address or password of a server is ever part of them."""

import redis
from flask import Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from app.controllers.operations import bp
from app.extensions import db
from app.models.read_copy import ReadCopy
from app.models.schema import Schema

OK = "ok"


@bp.get("/livez")
def livez() -> ResponseReturnValue:
    """Whether this process answers. Asks nobody: what else is down would not be mended by starting it afresh."""
    return _told(200, {})


@bp.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Whether it has what it needs: 503, and which of it is missing, when it has not."""
    checks = {"database": OK, "redis": _redis(), "migrations": OK}
    if not Schema.answers():
        checks["database"] = "does not answer; check DB_* or DATABASE_URL and that the server runs"
        checks["migrations"] = "not known while the database does not answer"
    elif Schema.is_behind():
        checks["migrations"] = "have not all run; run bin/flask db upgrade"
    db.session.rollback()
    status = 200 if set(checks.values()) == {OK} else 503
    if ReadCopy.is_named():
        checks["read_copy"] = _read_copy()
    return _told(status, checks)


def _read_copy() -> str:
    """Said, but nothing that is missing: the database stands in for it."""
    try:
        ReadCopy.newest()
    except DBAPIError:
        return "does not answer; guests are answered from the database"
    return OK


def _redis() -> str:
    try:
        current_app.extensions["daymark.redis"].ping()
    except redis.RedisError:
        return "does not answer; check REDIS_URL and that Redis or Valkey runs"
    return OK


def _told(status: int, checks: dict[str, str]) -> Response:
    """The answer as JSON, or in lines for those who ask for plain text."""
    word = OK if status == 200 else "unavailable"
    wanted = request.accept_mimetypes.best_match(["application/json", "text/plain"], "application/json")
    if wanted == "text/plain":
        lines = [word, *(f"{name}: {state}" for name, state in checks.items())]
        response = Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    else:
        response = jsonify(status=word, **({"checks": checks} if checks else {}))
    response.status_code = status
    response.vary.add("Accept")
    return response
