"""In which zone this request's reader is told times, and enters them."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import g, has_request_context, request
from sqlalchemy.exc import SQLAlchemyError

from app.models.setting import Setting


def reader_zone() -> ZoneInfo:
    """The zone that a member chose for themselves, in the dashboard. Everywhere else, and for those who chose none,
    the page's: visitors' pages and mails say the same to all."""
    return own_zone() or Setting.zone()


def own_zone() -> ZoneInfo | None:
    """The zone that the member in the dashboard chose; None for the page's, and outside of the dashboard."""
    if not has_request_context() or request.blueprint != "dashboard":
        return None
    if "own_zone" not in g:
        g.own_zone = _chosen()
    zone: ZoneInfo | None = g.own_zone
    return zone


def _chosen() -> ZoneInfo | None:
    try:
        name = getattr(g.get("viewer"), "timezone", "")
        return ZoneInfo(name) if name else None
    except (SQLAlchemyError, ZoneInfoNotFoundError, ValueError):
        return None  # the database is away, or the system does not know the zone
