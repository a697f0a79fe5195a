"""What visitors see. A guest's request needs no session, and so no cookie is ever set on a page that may be kept."""

from typing import Any

from flask import Blueprint, Response, current_app, g, request
from flask_login import current_user

from app.page_cache import GONE, generation_of_answer, may_be_member

bp = Blueprint("public", __name__)
# The same for everyone, also while the database is away.
FOR_ANYONE = ("public.health", "public.asset", "public.live", "public.looks", "public.upload")


@bp.before_request
def _know_the_viewer() -> None:
    g.viewer = g.actor = None
    # A guest's session need not even be opened.
    if request.endpoint not in FOR_ANYONE and may_be_member(request.cookies, current_app.config):
        generation_of_answer()
        g.viewer = g.actor = _member()


@bp.after_request
def _have_it_dropped(response: Response) -> Response:
    """A proxy goes on showing what has been deleted or hidden since, whenever we are away, unless it may keep this."""
    is_stranger = not may_be_member(request.cookies, current_app.config) and g.get("viewer") is None
    if response.status_code == 404 and request.view_args and is_stranger and "for_members" not in g:
        response.headers["Cache-Control"] = GONE
        response.vary.update(("Accept-Language", "Cookie"))
    return response


def _member() -> Any:
    """The member who is signed in in this browser, or None for a guest."""
    if not current_user.is_authenticated:
        return None
    may_look = current_user.can("dashboard.view") and not current_user.must_add_factor
    return current_user._get_current_object() if may_look else None


from app.controllers.public import (  # noqa: E402  # they add their routes to bp
    api_docs,  # noqa: F401
    assets,  # noqa: F401
    badges,  # noqa: F401
    calendars,  # noqa: F401
    cards,  # noqa: F401
    counting,  # noqa: F401
    crawlers,  # noqa: F401
    drawn,  # noqa: F401
    embed,  # noqa: F401
    feeds,  # noqa: F401
    history,  # noqa: F401
    live,  # noqa: F401
    looks,  # noqa: F401
    maintenances,  # noqa: F401
    metrics,  # noqa: F401
    pages,  # noqa: F401
    subscriptions,  # noqa: F401
    uploads,  # noqa: F401
)
