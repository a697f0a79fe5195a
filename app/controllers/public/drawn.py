"""Strips and charts as HTML, kept from one page to the next: a write changes one or two of them."""

from collections.abc import Callable, Hashable
from typing import Any

from flask import current_app, g, request
from markupsafe import Markup

from app.controllers.public import bp
from app.i18n import get_locale, language_asked
from app.lib import clock
from app.models.component import Component
from app.models.series import Series
from app.models.setting import Setting
from app.models.strips import ShownStrip
from app.reader import reader_zone

MOST = 256  # of some 5 kB each; a page with more draws them anew
_kept: dict[Hashable, Markup] = {}


@bp.app_template_global()
def drawn_strip(component: Component, strip: ShownStrip) -> Markup:
    """The ninety days of a component by public/_strip.html, which must read nothing that is not in the key."""
    days = tuple((day.place, *day.seconds.items(), *day.notes) for day in strip.days)
    key = (component.id, component.name, strip.span, strip.uptime, days)
    return _keep(key, lambda: _module("public/_strip.html").strip(component, strip))


@bp.app_template_global()
def drawn_plot(series: Series, words: str) -> Markup:
    """The chart of a metric by components/plot.html; `words` where there is no value. As above."""
    metric = series.metric
    key = (metric.name, metric.suffix, metric.places, series.view, tuple(series.points), words)
    return _keep(key, lambda: _module("components/plot.html").plot(series, words))


def _keep(key: tuple[Hashable, ...], draw: Callable[[], Markup]) -> Markup:
    key = (*key, get_locale(), *_surroundings())
    found = _kept.get(key)
    if found is None:
        found = draw()
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = found
    return found


def _surroundings() -> tuple[Hashable, ...]:
    """What times and links depend on besides: the same for all that is drawn in an answer."""
    if "drawn_for" not in g:
        zone = reader_zone()
        order = (Setting.get("date_format"), Setting.get("time_format"))
        addresses = (request.script_root, language_asked())
        g.drawn_for = (Setting.zone(), zone, clock.today(zone), *order, *addresses)
    found: tuple[Hashable, ...] = g.drawn_for
    return found


def _module(name: str) -> Any:
    return current_app.jinja_env.get_template(name).module
