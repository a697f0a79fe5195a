"""What visitors see. A guest's request needs no session, and so no cookie is ever set on a page that may be kept."""

from typing import Any

from flask import Blueprint, current_app, g, request
from flask_login import current_user

bp = Blueprint("public", __name__)


@bp.before_request
def _know_the_viewer() -> None:
    g.viewer = g.actor = _member() if request.endpoint != "public.health" else None


def _member() -> Any:
    """The member who is signed in in this browser, or None for a guest."""
    cookies = (
        current_app.config["SESSION_COOKIE_NAME"],
        current_app.config.get("REMEMBER_COOKIE_NAME", "remember_token"),
    )
    # Without either cookie nobody is signed in, and the session need not even be opened.
    if not any(name in request.cookies for name in cookies) or not current_user.is_authenticated:
        return None
    return current_user._get_current_object() if current_user.can("dashboard.view") else None


from app.controllers.public import pages, subscriptions  # noqa: E402, F401  # they add their routes to bp
