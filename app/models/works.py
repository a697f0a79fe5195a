"""Planned work as the status page tells it: what runs, what comes, and what was done on which day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.extensions import db
from app.lib import clock
from app.models.maintenance import Maintenance
from app.models.mixins import Actor
from app.models.schedule import with_news
from app.models.slot import Slot


@dataclass(frozen=True)
class Works:
    """`past` is by the day on which it began, in the page's zone; what never began stands on its planned day."""

    running: list[Maintenance]
    planned: list[Slot]
    past: dict[date, list[Maintenance]] = field(default_factory=dict)

    @classmethod
    def load(cls, viewer: Actor | None, days: Sequence[date], zone: ZoneInfo) -> "Works":
        """Read it; `days` are those of the timeline, newest first."""
        past: dict[date, list[Maintenance]] = {}
        if days:
            begin = clock.start_of_day(days[-1], zone)
            end = min(clock.start_of_day(days[0] + timedelta(days=1), zone), clock.now())
            for row in _between(viewer, begin, end):
                past.setdefault((row.began_at or row.starts_at).astimezone(zone).date(), []).append(row)
        return cls(running=Maintenance.running(viewer), planned=Maintenance.upcoming(viewer), past=past)


def _between(viewer: Actor | None, begin: datetime, end: datetime) -> list[Maintenance]:
    stands_at = sa.func.coalesce(Maintenance.began_at, Maintenance.starts_at)
    done = Maintenance.past(viewer).where(stands_at >= begin, stands_at < end)
    return list(db.session.scalars(done.options(*with_news())))
