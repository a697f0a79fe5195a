"""The strips of the status page as HTML, kept from one page to the next: a write changes one or two of them."""

from collections.abc import Hashable

from flask import current_app, request
from markupsafe import Markup

from app.controllers.public import bp
from app.i18n import get_locale
from app.models.component import Component
from app.models.strips import ShownStrip

MOST = 256  # of some 5 kB each; a page with more draws them anew
_kept: dict[Hashable, Markup] = {}


@bp.app_template_global()
def drawn_strip(component: Component, strip: ShownStrip) -> Markup:
    """The ninety days of a component by public/_strip.html, which must read nothing that is not in the key."""
    days = tuple((day.index, *day.seconds.items(), *day.notes) for day in strip.days)
    key = (component.id, component.name, strip.span, strip.uptime, days, request.script_root, get_locale())
    found = _kept.get(key)
    if found is None:
        module = current_app.jinja_env.get_template("public/_strip.html").module
        found = module.strip(component, strip)  # type: ignore[attr-defined]
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = found
    return found
