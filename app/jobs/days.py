"""Days after the page's zone has changed: they begin at another midnight, so all of them are worked out anew."""

from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app import page_cache
from app.extensions import db
from app.models.component import Component
from app.models.component_day import ComponentDay
from app.models.metric import Metric
from app.models.metric_rollup import MetricRollup
from app.models.setting import Setting


def are_behind() -> bool:
    """Whether the days are those of another zone than the page's."""
    return bool(Setting.get("days_zone") != Setting.get("timezone"))


def keep_up() -> None:
    """Work out the days in the page's zone, if they are not. To do it twice, or again after half of it, harms nothing.

    The clock asks every minute: Redis may have been away when the zone was changed.
    """
    if not are_behind():
        db.session.rollback()
        return
    zone = Setting.get("timezone")
    for id in db.session.scalars(sa.select(Component.id).order_by(Component.id)).all():
        db.session.commit()
        # Held, so that a change of its status comes before or after, and not in between.
        if db.session.get(Component, id, with_for_update=True) is not None:
            ComponentDay.rebuild(id, ZoneInfo(zone))
    for id in db.session.scalars(Metric.ids()).all():
        db.session.commit()
        # Held, so that no point is added in between.
        if db.session.get(Metric, id, with_for_update=True) is not None:
            MetricRollup.rebuild_days(id, ZoneInfo(zone))
    db.session.commit()
    Setting.set(days_zone=zone)
    db.session.commit()
    page_cache.bump()
