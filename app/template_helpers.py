"""What templates may call: filters and names. Pure functions; settings come from one query, the rest from none."""

import math
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from babel import Locale
from babel.numbers import format_compact_decimal, format_decimal
from flask import Flask, current_app, g
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.extensions import db
from app.headers import csp_nonce
from app.i18n import (
    LANGUAGES,
    LOCALES,
    catalogue,
    get_locale,
    html_dir,
    language_asked,
    language_now,
    preferred_language,
)
from app.lib import clock
from app.lib.chart import draw
from app.lib.text import author_html, excerpt, is_web_link, markdown_name, markdown_quote, markdown_to_html, plain
from app.links import page_url, spoken
from app.models.declared import DECLARED
from app.models.enums import ComponentStatus, IncidentStatus, MetricView
from app.models.setting import Setting
from app.models.strips import ToldDay
from app.permissions import can
from app.reader import own_zone
from app.template_times import (
    ago,
    ahead,
    axis,
    day,
    is_recent,
    lasting,
    long_time,
    short_time,
    span,
    stretch,
    stretches,
    to_the_second,
    when,
)


def init_app(app: Flask) -> None:
    """Register them all."""
    env = app.jinja_env
    env.filters.update(_filters())
    env.tests.update(web_link=is_web_link, to_come=lambda moment: moment > clock.now(), recent=is_recent)
    env.globals.update(_globals(Path(app.static_folder or "")))
    env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda sentence: catalogue().ugettext(sentence),
        ngettext=lambda singular, plural, num: catalogue().ungettext(singular, plural, num),
        newstyle=True,
    )
    app.context_processor(_names)


def _filters() -> dict[str, Callable[..., Any]]:
    return {
        "markdown": lambda source: Markup(markdown_to_html(source)),  # noqa: S704
        "own_html": lambda source: Markup(author_html(source)),  # noqa: S704
        "md": markdown_name,
        "quoted": markdown_quote,
        "plain": plain,
        "spoken": lambda address, code: spoken(address.unescape() if isinstance(address, Markup) else address, code),
        "excerpt": excerpt,
        "datetime": long_time,
        "date": day,
        "time": short_time,
        "when": when,
        "ago": ago,
        "span": span,
        "lasting": lasting,
        "percent": percent,
        "stretch": stretch,
        "ahead": ahead,
        "number": number,
        "tick": lambda value: _tick(value, get_locale()),
        "chart": lambda series: draw([value for _start, value in series.points]),
        "stretches": stretches,
        "axis": axis,
        "isoformat": lambda moment: to_the_second(moment).isoformat(),
        "state": lambda status: _mark("state", status, get_locale()),
        "pill": lambda status: _mark("pill", status, get_locale()),
        "cells": cells,
    }


def _globals(static: Path) -> dict[str, Any]:
    # current_user is a proxy: the member is looked up when a template first asks for one, and not for guests' pages.
    return {
        "asset_version": str(int(max(path.stat().st_mtime for path in static.rglob("*") if path.is_file()))),
        "csp_nonce": csp_nonce,
        "can": can,
        "current_user": current_user,
        "page_url": page_url,
        "chart_views": MetricView.in_order(),
        "languages": LANGUAGES,
        "language_asked": language_asked,
    }


def locale() -> Locale:
    """The language for this reader: theirs if we speak it, else the page's."""
    known = known_settings()
    code = preferred_language(known["language"], own=_own(), from_browser=known["language_from_browser"])
    return LOCALES.get(code, LOCALES["en"])


def _own() -> str:
    """The language that the member who is there chose for themselves."""
    try:
        return getattr(g.get("viewer"), "locale", "")
    except SQLAlchemyError:
        return ""  # the page that says "back soon" speaks as to a guest


def known_settings() -> dict[str, Any]:
    """The settings, or what was last known of them: the page that says "back soon" still says whose page it is."""
    try:
        known = current_app.extensions["daymark.settings"] = Setting.all()
    except DBAPIError:
        db.session.rollback()
        defaults = {name: declared.default for name, declared in DECLARED.items()}
        known = current_app.extensions.get("daymark.settings", defaults)
        g.settings_are_old = True  # what is shown with them is not to be kept
    return known


def _names() -> dict[str, Any]:
    known = known_settings()
    return {
        "settings": SimpleNamespace(**known),
        "site_name": known["site_name"],
        "show_support": known["show_support"],
        "zone_name": own.key if (own := own_zone()) else known["timezone"],
        "html_lang": language_now(),
        "html_dir": html_dir(),
    }


@lru_cache(maxsize=256, typed=True)  # the enums are integers: 1 of one is not 1 of the other
def _mark(macro: str, status: ComponentStatus | IncidentStatus, locale: Locale | None) -> Markup:
    """A status as components/status.html draws it: there are few, and each stands on the page many times."""
    module = current_app.jinja_env.get_template("components/status.html").module
    return getattr(module, macro)(status.label, status.css)


def cells(day: ToldDay) -> Markup:
    """The cells of a day's row in a strip that say how it was; what happened on it is not among them."""
    is_this_year = day.date.year == clock.today(Setting.zone()).year
    order = Setting.get("date_format")
    return _cells(day.date, tuple(day.by_severity), day.worst, day.uptime, is_this_year, order, get_locale())


@lru_cache(maxsize=4096)  # the days that are over never change, and a page shows hundreds
def _cells(
    date: date,
    parts: tuple[tuple[ComponentStatus, float], ...],
    worst: ComponentStatus,
    uptime: float,
    is_this_year: bool,
    order: str,
    locale: Locale | None,
) -> Markup:
    module = current_app.jinja_env.get_template("public/_day.html").module
    return module.cells(date, parts, worst, uptime)  # type: ignore[attr-defined]


def percent(value: float) -> str:
    """A share in percent with two decimals, never rounded up: what was down for a second is not `100`."""
    return _decimal(math.floor(value * 100 + 1e-9) / 100, get_locale())


@lru_cache(maxsize=512)
def _decimal(value: float, locale: Locale | None) -> str:
    return format_decimal(value, "0.00" if value < 100 else "0", locale=locale or "en")


def number(value: float, places: int) -> str:
    """With `places` decimals, as the reader's language writes numbers: `1,204.50`."""
    # Babel's own way takes ten times as long, and a page shows hundreds.
    return f"{value + 0.0:,.{places}f}".translate(_marks(get_locale()))


@lru_cache(maxsize=32)
def _marks(locale: Locale | None) -> dict[int, str]:
    symbols = (locale or Locale("en")).number_symbols
    latin = symbols.get("latn", symbols)
    return {ord(","): latin["group"], ord("."): latin["decimal"]}


@lru_cache(maxsize=512)
def _tick(value: float, locale: Locale | None) -> str:
    if abs(value) >= 10_000:
        return format_compact_decimal(value, locale=locale or "en", fraction_digits=2)
    return format_decimal(value, "#,##0.######", locale=locale or "en")
