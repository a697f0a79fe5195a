"""The page of one maintenance, or of a series with its dates."""

from flask import g
from flask.typing import ResponseReturnValue

from app.controllers.public import bp
from app.controllers.public.cards import card_of
from app.controllers.public.markdown import in_markdown_too, tell
from app.controllers.public.pages import KEPT, LARGEST_ID
from app.errors import NotFound
from app.extensions import db
from app.models.component import Component
from app.models.maintenance import Maintenance
from app.models.schedule import with_news
from app.page_cache import cached
from app.serializers.structured import of_maintenance

PAST_DATES = 10


@bp.get(f"/schedules/<int(max={LARGEST_ID}):maintenance_id>")
@in_markdown_too
@cached(KEPT)
def maintenance(maintenance_id: int) -> ResponseReturnValue:
    """Planned work, told whole."""
    seen = Maintenance.on_page(g.viewer)
    found = db.session.scalar(seen.where(Maintenance.id == maintenance_id).options(*with_news()))
    if found is None:
        raise NotFound()
    shown = {component.id: component for component in db.session.scalars(Component.on_page(g.viewer))}
    told = seen.where(Maintenance.series_id == found.id).limit(PAST_DATES) if found.is_series else None
    return tell(
        "maintenance",
        maintenance=found,
        shown=shown,
        next_dates=found.next_dates() if found.is_series else [],
        series=db.session.scalar(seen.where(Maintenance.id == found.series_id)) if found.series_id else None,
        told=list(db.session.scalars(told)) if told is not None else [],
        structured=of_maintenance(found),
        card=card_of(found.state),
    )


bp.add_url_rule(f"/schedules/<int(max={LARGEST_ID}):maintenance_id>.md", "maintenance_markdown", maintenance)
