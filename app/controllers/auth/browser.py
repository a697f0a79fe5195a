"""The browser's session: begun anew when somebody signs in, so that nothing set before goes along."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, session
from flask_login import login_user

from app.models.user import User

REMEMBERED = timedelta(days=14)
BRIDGE = timedelta(hours=1)


def start_session(user: User, *, remember: bool = False, bridge: bool = False) -> None:
    """Sign `user` in in this browser. `bridge` also holds when the place where sessions are kept is about to change."""
    forget_session()
    login_user(user, remember=remember or bridge, duration=REMEMBERED if remember else BRIDGE)


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
