"""Calendars to subscribe to: the whole page, one component, one maintenance. A member sees here what a guest sees."""

from flask import Response
from flask.typing import ResponseReturnValue

from app.controllers.public import bp
from app.controllers.public.feeds import in_page_language
from app.controllers.public.pages import KEPT, LARGEST_ID
from app.errors import NotFound
from app.extensions import db
from app.i18n import _
from app.models.component import Component
from app.models.published import Published
from app.models.setting import Setting
from app.page_cache import cached
from app.serializers.calendar import calendar

ID = f"int(max={LARGEST_ID})"


@bp.get("/calendar.ics")
@cached(KEPT)
@in_page_language
def page_calendar() -> ResponseReturnValue:
    """All planned work."""
    return _answer(_("Maintenance at %(name)s", name=Setting.get("site_name")), Published.load())


@bp.get(f"/component/<{ID}:component_id>/calendar.ics")
@cached(KEPT)
@in_page_language
def component_calendar(component_id: int) -> ResponseReturnValue:
    """What touches one component."""
    component = db.session.scalar(Component.on_page(None).where(Component.id == component_id))
    if component is None:
        raise NotFound()
    name = _("Maintenance of %(component)s at %(name)s", component=component.name, name=Setting.get("site_name"))
    return _answer(name, Published.load(component))


@bp.get(f"/schedules/<{ID}:maintenance_id>.ics")
@cached(KEPT)
@in_page_language
def maintenance_calendar(maintenance_id: int) -> ResponseReturnValue:
    """One maintenance, or a series with its dates."""
    published = Published.one(maintenance_id)
    if published is None:
        raise NotFound()
    return _answer(_("Maintenance at %(name)s", name=Setting.get("site_name")), published)


def _answer(name: str, published: Published) -> Response:
    text = calendar(name, published.works, published.taken)
    return Response(text, content_type="text/calendar; charset=utf-8")
