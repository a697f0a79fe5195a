"""A page for members only: guests are led to the sign-in or told 401, and nothing is kept for anybody."""

from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.controllers.auth.sessions import lead_to_login
from app.controllers.bearer import HEADERS, note_use, token_text
from app.errors import NotAllowed, Unauthenticated, words
from app.lib.accept import prefers_markdown
from app.models.api_token import ApiToken
from app.page_cache import GONE, is_for_members, may_be_member

# What tells nothing of the page, what its sign-in looks like, and the links that subscribers were sent.
OPEN = frozenset(
    {
        "public.health",
        "public.asset",
        "public.looks",
        "public.upload",
        "public.robots",
        "public.verify",
        "public.manage",
        "public.unsubscribe",
        "api_v1.ping",
    }
)
# Where people come by; everything else is for programs.
PAGES = frozenset(
    {
        "public.index",
        "public.incident",
        "public.old_incident",
        "public.history",
        "public.maintenance",
        "public.subscribe",
        "public.api",
        "public.api_docs",
    }
)


def guard(blueprint: Blueprint) -> None:
    """Have every view of `blueprint` that is not OPEN turn guests away while the page is for members only."""
    blueprint.before_request(_turn_guests_away)
    blueprint.after_request(_keep_nothing)


def _turn_guests_away() -> ResponseReturnValue | None:
    if request.method == "OPTIONS" or request.endpoint in OPEN or not is_for_members():
        return None
    g.for_members = True
    if g.viewer is None:
        g.viewer = _reader()
    if g.viewer is not None:
        return None
    if g.actor is not None:  # a token that may neither do this nor read
        raise NotAllowed()
    g.is_turned_away = True
    if request.blueprint != "public":
        raise Unauthenticated()
    if request.endpoint in PAGES and not prefers_markdown(request.headers.get("Accept", "")):
        return lead_to_login(Unauthenticated())
    return _refusal()


def _reader() -> Any:
    """The member or token that asks, if they may look. API v1 has looked for a token, and reads no cookies."""
    if request.blueprint == "api_v1":
        return None
    token = ApiToken.for_text(token_text())
    if token is not None and token.can("api.read"):
        g.reading_token = token
        return token
    if not may_be_member(request.cookies, current_app.config):
        return None
    is_member = current_user.is_authenticated and current_user.can("dashboard.view")
    return current_user._get_current_object() if is_member and not current_user.must_add_factor else None


def _refusal() -> Response:
    message = words(401)[1]
    if request.path.endswith(".json"):
        response = jsonify(error=message)
    else:
        response = Response(f"{message}\n", content_type="text/plain; charset=utf-8")
    response.status_code = 401
    return response


def _keep_nothing(response: Response) -> Response:
    if not g.get("for_members"):
        return response
    is_stranger = not may_be_member(request.cookies, current_app.config) and not token_text()
    if g.get("is_turned_away") and is_stranger:
        response.headers["Cache-Control"] = GONE
        response.vary.update(("Accept", "Cookie", "Sec-Fetch-Mode", *HEADERS))
    else:
        response.headers["Cache-Control"] = "private, no-store"
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    token = g.get("reading_token")
    if token is not None and token.is_due_to_be_seen:
        note_use(token)
    return response
