"""Which database answers a guest who only reads, where DATABASE_READ_URL names a copy that follows the database.

A copy is a moment behind. What is read from it may be kept as a page of the present generation (app/page_cache.py)
only if it surely has all that made that generation: so it is asked once this process has known the generation for
longer than the copy may be behind, and until then the database itself. Of the two, whoever is away is stood in for by
the other.
"""

import logging
import time

from flask import Flask, current_app, g, request
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.controllers.bearer import HEADERS
from app.extensions import READ, db
from app.page_cache import generation_of_answer, may_be_member

log = logging.getLogger(__name__)
BLUEPRINTS = frozenset({"public", "statuspage", "api_v1"})
# Links that subscribers were sent: what they lead to was often written a moment ago, and no page tells of it.
NOT_FROM_COPY = frozenset({"public.subscribe", "public.verify", "public.manage", "public.unsubscribe"})
REST = 30.0  # seconds; a copy that is away is left alone for this long
# Where each process notes since when it knows the present generation, and until when the copy is left alone.
KNOWN = "daymark.known_since"
RESTS = "daymark.copy_rests"


def init_app(app: Flask) -> None:
    """Choose for each request, if there is a choice."""
    if READ in (app.config.get("SQLALCHEMY_BINDS") or {}):
        app.before_request(_offer)


def _offer() -> None:
    is_page = request.blueprint in BLUEPRINTS and request.endpoint not in NOT_FROM_COPY
    is_guest = not may_be_member(request.cookies, current_app.config) and not any(h in request.headers for h in HEADERS)
    if request.method in ("GET", "HEAD") and is_page and is_guest:
        g.choose_engine = _choose


def _choose(session: Session) -> Engine | None:
    """The first that answers, asked for once in a request, when it first wants to know anything."""
    if "chosen_engine" not in g:
        g.chosen_engine = None  # if neither answers: the database, and nobody is asked twice
        g.chosen_engine = _from_copy(session) if _has_caught_up() else _from_database(session)
    chosen: Engine | None = g.chosen_engine
    return chosen


def _has_caught_up() -> bool:
    number, now = generation_of_answer(), time.monotonic()
    known = current_app.extensions.get(KNOWN)
    if known is None or known[0] != number:
        known = current_app.extensions[KNOWN] = (number, now)
    return number is not None and now - known[1] >= current_app.config["DATABASE_READ_LAG"]


def _from_copy(session: Session) -> Engine | None:
    if current_app.extensions.get(RESTS, 0.0) > time.monotonic():
        return None
    try:
        session.connection(bind_arguments={"bind": db.engines[READ]})
    except DBAPIError as error:
        _note_away(error)
        return None
    if current_app.extensions.pop(RESTS, None):
        log.info("the database of DATABASE_READ_URL is back, guests are answered from it")
    return db.engines[READ]


def _note_away(error: DBAPIError) -> None:
    db.session.rollback()
    if RESTS not in current_app.extensions:
        log.warning("the database of DATABASE_READ_URL is away, the other one is asked: %s", error.orig)
    current_app.extensions[RESTS] = time.monotonic() + REST


def _from_database(session: Session) -> Engine | None:
    try:
        session.connection(bind_arguments={"bind": db.engine})
    except DBAPIError as error:
        db.session.rollback()
        found = _from_copy(session)
        if found is None:
            raise
        log.warning("the database is away, guests are answered from that of DATABASE_READ_URL: %s", error.orig)
        g.may_be_old = True
        return found
    return None
