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
        """Read it; `days` are those of the timeline, newest first. Four queries at most, whatever there is."""
        now = clock.now()
        rows = _told(viewer, days, zone, now)
        past: dict[date, list[Maintenance]] = {}
        for row in rows:
            if not row.is_open:
                past.setdefault((row.began_at or row.starts_at).astimezone(zone).date(), []).append(row)
        return cls(
            running=[row for row in rows if row.is_running],
            planned=Maintenance.slots([row for row in rows if row.is_open and row.began_at is None], now),
            past=past,
        )


def _told(viewer: Actor | None, days: Sequence[date], zone: ZoneInfo, now: datetime) -> list[Maintenance]:
    """What is not over, and what took place on these days or was to, newest first: in one select."""
    wanted = [Maintenance.is_under_way(), Maintenance.is_ahead(now)]
    if days:
        begin = clock.start_of_day(days[-1], zone)
        end = min(clock.start_of_day(days[0] + timedelta(days=1), zone), now)
        stands_at = sa.func.coalesce(Maintenance.began_at, Maintenance.starts_at)
        wanted.append(sa.and_(Maintenance.is_past(), stands_at >= begin, stands_at < end))
    select = Maintenance.on_page(viewer).where(sa.or_(*wanted))
    return list(db.session.scalars(select.options(*with_news())))
