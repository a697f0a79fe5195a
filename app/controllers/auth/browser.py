"""The browser's session: begun anew when somebody signs in, so that nothing set before goes along."""

import logging
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, g, request, session, url_for
from flask_login import login_user
from sqlalchemy.exc import DBAPIError

from app.extensions import db
from app.models.setting import Setting
from app.models.sign_in import SignIn
from app.models.user import User

log = logging.getLogger(__name__)
BRIDGE = timedelta(hours=1)


def start_session(user: User, *, remember: bool = False, bridge: bool = False) -> None:
    """Let this browser keep the session that SignIn.begin gave `user`, and that was committed. `bridge` also holds
    when the place where sessions are kept is about to change."""
    forget_session()
    remembered = timedelta(hours=Setting.get("session_hours"))
    login_user(user, remember=remember or bridge, duration=remembered if remember else BRIDGE)


def admit(user: User, *, method: str, remember: bool) -> None:
    """Sign `user` in, who has proved who they are: note it, commit, and let this browser keep the session."""
    SignIn.begin(user, method=method, **asking())
    db.session.commit()
    start_session(user, remember=remember)


def where_to(then: str | None) -> str:
    """Where whoever has signed in goes."""
    return then or url_for("dashboard.home")


def asking() -> dict[str, str]:
    """From where this request comes, as sign-ins note it."""
    return {"address": request.remote_addr or "", "agent": request.user_agent.string}


def begin_writing() -> None:
    """End the transaction that only read; the next one may write. What was read so far is read again when needed."""
    db.session.rollback()
    g.pop("reads_only", None)


def note_presence(response: Response) -> Response:
    """Every few minutes, note that the session of this request is in use: after the view, in its own transaction."""
    held = getattr(g.get("_login_user"), "held_session", None)
    if held is None or not held.is_due_to_be_seen:
        return response
    try:
        db.session.rollback()
        g.must_write = True
        SignIn.seen(held.id)
        db.session.commit()
    except DBAPIError as error:
        db.session.rollback()
        log.warning("not noted that a session is in use: %s", error)
    return response


def forget_session() -> None:
    """Drop all that the session held, and its id where the server keeps it."""
    interface: Any = current_app.session_interface
    if hasattr(interface, "regenerate"):
        interface.regenerate(session)
    session.clear()


def safe_path(given: str | None) -> str | None:
    """`given` if it surely leads to a page of ours: a plain path, read alike by every browser."""
    if not given or not given.startswith("/") or given.startswith("//") or len(given) > 2000:
        return None
    if "\\" in given or any(ord(character) < 33 or ord(character) == 127 for character in given):
        return None
    try:
        parts = urlsplit(given)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc or parts.path.startswith("/auth/") else given
