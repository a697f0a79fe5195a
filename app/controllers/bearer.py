"""The API token that a request carries in a header: in Cachet's own, or in that of RFC 6750."""

import logging

from flask import request
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db
from app.models.api_token import ApiToken

log = logging.getLogger(__name__)
HEADERS = ("X-Cachet-Token", "Authorization")


def token_text() -> str:
    """What stands in these headers; "" when there is no token."""
    scheme, _blank, rest = request.headers.get("Authorization", "").partition(" ")
    return request.headers.get("X-Cachet-Token") or (rest.strip() if scheme.lower() == "bearer" else "")


def note_use(token: ApiToken) -> None:
    """Note that the token was used, at most once a minute and in a transaction of its own, after the work is done."""
    try:
        # A token outside the session is not reloaded, so that the UPDATE is the first statement: one that follows a
        # read cannot wait for another writer (lib/sqlite.py).
        db.session.expunge(token)
        db.session.rollback()
        db.session.add(token)
        token.seen()
        db.session.commit()
    except SQLAlchemyError as error:
        db.session.rollback()
        log.warning("use of a token not noted: %s", error)
