"""The history: a month of the page's past with every day, and a search through all of it."""

from calendar import Calendar
from datetime import date

from babel.dates import format_skeleton, get_day_names
from flask import g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.controllers.public import bp
from app.controllers.public.markdown import in_markdown_too, is_markdown, tell
from app.i18n import get_locale
from app.lib import clock
from app.lib.text import one_line
from app.models.base import LARGEST_INTEGER
from app.models.history import Found, History, known_components
from app.models.setting import Setting
from app.page_cache import cached

KEPT = 60  # seconds
LONGEST_WORDS = 100
MONDAY = 0


@bp.get("/history")
@in_markdown_too
def history() -> ResponseReturnValue:
    """A month, or what holds the words `q` whatever the month; of all components or of one."""
    words = one_line(request.args.get("q", ""))[:LONGEST_WORDS].strip()
    return _search(words) if words and not is_markdown() else _month()


bp.add_url_rule("/history.md", "history_markdown", history)


@cached(KEPT)
def _month() -> ResponseReturnValue:
    shown = History.load(g.viewer, request.args.get("month", ""), _number("component"))
    page = tell(
        "history",
        history=shown,
        words="",
        component=shown.component,
        components=shown.components,
        weeks=Calendar(MONDAY).monthdatescalendar(shown.month.year, shown.month.month),
        today=clock.today(Setting.zone()),
        month_name=_month_name,
        weekdays=_weekdays(),
    )
    answer = make_response(page)
    if not _is_asked_for(shown):
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _is_asked_for(shown: History) -> bool:
    """Whether this is the very page that the address names: only so many are kept, and there is no end of others."""
    month, component = request.args.get("month"), request.args.get("component")
    return (not month or month == f"{shown.month:%Y-%m}") and (
        not component or (shown.component is not None and component == str(shown.component.id))
    )


def _search(words: str) -> ResponseReturnValue:
    """Never kept: there are as many answers as there are words."""
    components, component = known_components(g.viewer, _number("component"))
    found = Found.load(g.viewer, words, components, component, _number("page") or 1)
    answer = make_response(
        render_template(
            "public/history_found.html", found=found, words=words, component=component, components=components
        )
    )
    answer.headers["Cache-Control"] = "no-store" if g.viewer is None else "private, no-store"
    return answer


def _number(name: str) -> int | None:
    number = request.args.get(name, type=int)
    return number if number is not None and 0 < number <= LARGEST_INTEGER else None


def _month_name(month: date) -> str:
    return format_skeleton("yMMMM", month, locale=get_locale() or "en")


def _weekdays() -> list[tuple[str, str]]:
    """The days of the week from Monday on: short and whole."""
    locale = get_locale() or "en"
    short, whole = (get_day_names(width, "stand-alone", locale) for width in ("abbreviated", "wide"))
    return [(short[n], whole[n]) for n in range(7)]
