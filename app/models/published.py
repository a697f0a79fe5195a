"""Planned work as calendars hand it out: always as guests see it, whoever asks."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.lib import clock
from app.models.component import Component
from app.models.enums import MaintenanceState
from app.models.maintenance import Maintenance
from app.models.schedule import with_news

KEPT_DAYS = 90
MOST = 500


@dataclass(frozen=True)
class Published:
    """`works` are rows and series; `taken` are the dates of each series, by its id, that are not as its rule says."""

    works: list[Maintenance]
    taken: dict[int, list[datetime]] = field(default_factory=dict)

    @classmethod
    def load(cls, component: Component | None = None) -> "Published":
        """What comes, and what was in the last 90 days; all of it or what touches `component`."""
        recent = sa.or_(Maintenance.rule != "", Maintenance.ends_at >= clock.ago(days=KEPT_DAYS))
        select = Maintenance.on_page(None).where(recent)
        if component is not None:
            select = select.where(Maintenance.components.any(Component.id == component.id))
        return cls._of(select.limit(MOST))

    @classmethod
    def one(cls, maintenance_id: int) -> "Published | None":
        """One maintenance, a series with its dates; None when guests see no such thing."""
        is_it = sa.or_(Maintenance.id == maintenance_id, Maintenance.series_id == maintenance_id)
        found = cls._of(Maintenance.on_page(None).where(is_it).limit(MOST))
        return found if any(row.id == maintenance_id for row in found.works) else None

    @classmethod
    def _of(cls, select: sa.Select[Any]) -> "Published":
        works = list(db.session.scalars(select.options(*with_news())))
        shown = {row.id for row in works if row.state is not MaintenanceState.CANCELLED}
        series = [row for row in works if row.is_series]
        taken: dict[int, list[datetime]] = {}
        if series:
            ids = [row.id for row in series]
            dates = sa.select(Maintenance.id, Maintenance.series_id, Maintenance.series_at)
            recent = Maintenance.ends_at >= clock.ago(days=KEPT_DAYS)
            for id, series_id, at in db.session.execute(dates.where(Maintenance.series_id.in_(ids), recent)):
                if id not in shown and series_id is not None and at is not None:
                    taken.setdefault(series_id, []).append(at)
        return cls(works, taken)
