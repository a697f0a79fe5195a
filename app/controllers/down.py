"""While an operator has taken the page down (`bin/flask down`), everyone but signed-in administrators is told so."""

from flask import Blueprint, Response, current_app, g, request
from flask_login import current_user
from sqlalchemy.exc import DBAPIError

from app.controllers.bearer import HEADERS, token_text
from app.errors import Problem
from app.extensions import db
from app.i18n import _
from app.models.setting import Setting
from app.page_cache import GONE, generation_of_answer, may_be_member

# Where each process notes whether the page is down, and in which generation it heard so.
DOWN = "daymark.down"
# What tells nothing of the page but how it looks, and that this process lives; and the links of mails, which go on:
# that somebody wants no more of them, mail programs say only once.
OPEN = frozenset(
    {
        "public.health",
        "public.asset",
        "public.looks",
        "public.upload",
        "public.verify",
        "public.manage",
        "public.unsubscribe",
    }
)
# Answers of these are filed under generations anyway; the others read the settings anyway.
BY_GENERATION = ("public", "api_v1", "statuspage")


class Down(Problem):
    """The page is down on purpose; `headers` say when to come again."""

    status = 503  # type: ignore[assignment]

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message or _("Maintenance in progress"))
        self.headers = {"Retry-After": str(seconds)}


def guard(blueprint: Blueprint) -> None:
    """Have every view of `blueprint` that is not OPEN answer 503 while the page is down."""
    blueprint.before_request(_turn_away)
    blueprint.after_request(_pass_on)


def _turn_away() -> None:
    if request.method == "OPTIONS" or request.endpoint in OPEN:
        return
    said = _said()
    if said is not None and not _is_administrator():
        g.is_down = True
        raise Down(*said)


def _pass_on(response: Response) -> Response:
    is_stranger = not may_be_member(request.cookies, current_app.config) and not token_text()
    if "is_down" in g and is_stranger:
        response.headers["Cache-Control"] = GONE
        response.vary.update(("Accept-Language", "Cookie", *HEADERS))
    return response


def _said() -> tuple[str, int] | None:
    """Message and seconds while the page is down. The database is asked once in each generation: both commands begin
    another one, or, while Redis is away, the clock does for them as soon as it is back."""
    number = generation_of_answer() if request.blueprint in BY_GENERATION else None
    known = current_app.extensions.get(DOWN)
    if number is not None and known is not None and known[0] == number:
        stored: tuple[str, int] | None = known[1]
        return stored
    try:
        is_down = bool(Setting.get("down_since"))
        said = (Setting.get("down_message"), Setting.get("down_retry_after")) if is_down else None
    except DBAPIError:
        # What is in the store was put there while the page was up, in this generation; all else says what is missing.
        db.session.rollback()
        return None
    current_app.extensions[DOWN] = (number, said)
    return said


def _is_administrator() -> bool:
    if request.blueprint in ("api_v1", "statuspage") or not may_be_member(request.cookies, current_app.config):
        return False
    return bool(current_user.is_authenticated and current_user.can("settings.manage"))
