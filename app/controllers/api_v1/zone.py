"""In which zone an API call reads and writes times."""

from zoneinfo import ZoneInfo

from flask import g, request

from app.errors import Invalid
from app.i18n import _
from app.models.setting import Setting


def zone() -> ZoneInfo:
    """The zone that the `Time-Zone` header names, else the page's. Raises Invalid for one that does not exist."""
    if g.get("zone") is None:
        name = request.headers.get("Time-Zone", "").strip()
        g.zone = _named(name) if name else Setting.zone()
    return g.zone


def _named(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; a path; a folder of zones
        raise Invalid(**{"Time-Zone": _("There is no time zone with the name in the Time-Zone header.")}) from None
