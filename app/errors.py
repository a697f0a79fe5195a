"""What can go wrong, by name, and the single place where it becomes a page or an API body."""

import logging
from http import HTTPStatus
from typing import Any

import redis
from flask import Flask, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError
from werkzeug.exceptions import HTTPException

from app.extensions import db
from app.i18n import _
from app.lib.proxies import HAS_COPY

log = logging.getLogger(__name__)
DEADLOCKS = {"40P01", 1213}  # PostgreSQL's SQLSTATE, the error number of MySQL and MariaDB
MOST_READ_IN_VAIN = 64 * 1024 * 1024


class Problem(Exception):
    """Something that a caller may be told about. `status` is the HTTP code, the message is for people."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class Invalid(Problem):
    """Input that breaks a rule: `fields` maps each field's name to a sentence that says which."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, message: str = "", /, **fields: str) -> None:
        super().__init__(message or " ".join(str(text) for text in fields.values()))
        self.fields = {name: str(text) for name, text in fields.items()}


class Unauthenticated(Problem):
    """Nobody is signed in, and somebody must be."""

    status = HTTPStatus.UNAUTHORIZED


class NotAllowed(Problem):
    """The actor is known and may not do this."""

    status = HTTPStatus.FORBIDDEN


class NotFound(Problem):
    """There is no such thing, or the viewer may not know that there is."""

    status = HTTPStatus.NOT_FOUND


class Conflict(Problem):
    """The thing is not in a state in which this can be done."""

    status = HTTPStatus.CONFLICT


def init_app(app: Flask) -> None:
    """Register the handlers; an API dialect answers in its own envelope, everything else gets a page."""
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(IntegrityError, _clash)
    app.register_error_handler(StaleDataError, _clash)
    app.register_error_handler(ObjectDeletedError, _clash)
    app.register_error_handler(OperationalError, _met_or_away)
    app.register_error_handler(InterfaceError, _database_away)
    app.register_error_handler(redis.RedisError, _queue_away)
    app.register_error_handler(Exception, _unexpected)


# A dialect registers here how it writes an error: path prefix → function(status, message, fields, headers).
BODIES: dict[str, Any] = {}


def _answer(
    status: int,
    message: str = "",
    fields: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> ResponseReturnValue:
    # Routing fails before a blueprint is chosen, so the path decides who answers.
    for prefix, body in BODIES.items():
        if request.path.startswith(prefix):
            return body(status, message, fields or {}, headers or {})
    page = render_template(
        "errors/error.html", status=status, message=message or words(status)[1], title=words(status)[0]
    )
    return page, status, {**(headers or {}), "Cache-Control": "no-store"}


def words(status: int) -> tuple[str, str]:
    """Title and sentence for a status code, in the reader's language."""
    table = {
        400: (_("That did not arrive complete"), _("Please go back, reload the page and try again.")),
        401: (_("Please sign in"), _("This page is for members.")),
        403: (
            _("Not for your account"),
            _("Your account may not do this. An administrator can change that."),
        ),
        404: (_("Nothing here"), _("This page does not exist, or has been removed.")),
        405: (_("Not this way"), _("This address does not take that kind of request.")),
        409: (_("Not possible now"), _("Something changed meanwhile. Reload the page and look again.")),
        413: (_("Too large"), _("That is more than 2 MB. Please send less.")),
        422: (_("Please check what you entered"), _("Something in it does not fit the rules.")),
        429: (
            _("A moment, please"),
            _("That was more often than we allow. Please wait a little and try again."),
        ),
        503: (
            _("We will be right back"),
            _("This page cannot reach its data at the moment. Please try again shortly."),
        ),
    }
    return table.get(
        status,
        (_("Something went wrong"), _("The fault is ours and has been noted. Please try again shortly.")),
    )


def _problem(problem: Problem) -> ResponseReturnValue:
    return _answer(
        int(problem.status), problem.message, getattr(problem, "fields", None), getattr(problem, "headers", None)
    )


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    if error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        _let_it_arrive()
    if isinstance(error, RateLimitExceeded):
        headers.setdefault("Retry-After", str(error.limit.limit.get_expiry()))
    return _answer(error.code or 500, headers=headers)


def _let_it_arrive() -> None:
    """Read what is still on its way: browsers that are cut off while they send tell of that, and not what we answer."""
    size, most = request.content_length or 0, request.max_content_length or 0
    left = min(size, MOST_READ_IN_VAIN) if size > most else 0  # else it was read already
    while left > 0 and (piece := request.environ["wsgi.input"].read(min(left, 65536))):
        left -= len(piece)


def _clash(error: Exception) -> ResponseReturnValue:
    # Two requests met: what one of them builds on, the other deleted or made. Trying again tells which.
    db.session.rollback()
    log.warning("refused by the database, as two requests met: %s", getattr(error, "orig", error))
    return _answer(409)


def _met_or_away(error: OperationalError) -> ResponseReturnValue:
    orig: Any = error.orig
    known = DEADLOCKS & {getattr(orig, "sqlstate", None), *orig.args[:1]}
    return _clash(error) if known else _database_away(error)


def _database_away(error: Exception) -> ResponseReturnValue:
    # After a failed flush (a full disk) the session would refuse the page's own questions.
    db.session.rollback()
    # One line with what to do; the trace would say no more than the driver's own sentence.
    log.error(
        "database away: %s; check DB_* or DATABASE_URL and that the server runs",
        getattr(error, "orig", error),
    )
    return _away()


def _queue_away(error: Exception) -> ResponseReturnValue:
    log.error("redis away: %s; check REDIS_URL and that Redis or Valkey runs", error)
    return _away()


def _away() -> ResponseReturnValue:
    answer = make_response(_answer(503, headers={"Retry-After": "30"}))
    # The proxy shows the last page in place of a 504. It passes on a 503, which is also how a page answers that an
    # operator took down, and all that members and API clients are answered: of theirs it has no copy.
    answer.status_code = 504 if request.environ.get(HAS_COPY) else 503
    return answer


def _unexpected(error: Exception) -> ResponseReturnValue:
    # After a failed flush the session answers nothing, not even who was asking, for the log.
    db.session.rollback()
    log.exception("unexpected error", extra={"request_id": g.get("request_id")})
    return _answer(500)
