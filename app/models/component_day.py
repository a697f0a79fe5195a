"""Component days: how long a component was in which status on one day of the page's zone.

Only days with something other than operational have a row. The stretch that is still going on is in none of them: it
began at the component's `status_since` and is added when days are read, so that no clock has to keep them.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.lib import clock
from app.models.base import Choice
from app.models.enums import ComponentStatus
from app.models.status_change import StatusChange
from app.models.status_history import status_before

Seconds = dict[ComponentStatus, float]
# Each status but operational has a column of its name.
KEPT = tuple(status for status in ComponentStatus if status is not ComponentStatus.OPERATIONAL)


class ComponentDay(db.Model):  # type: ignore[name-defined]
    """The seconds of one day in each status but operational, and the worst of them."""

    __tablename__ = "component_days"

    component_id: Mapped[int] = mapped_column(sa.ForeignKey("components.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(sa.Date, primary_key=True)
    worst: Mapped[ComponentStatus] = mapped_column(Choice(ComponentStatus))
    performance_issues: Mapped[float] = mapped_column(sa.Double, default=0.0)
    partial_outage: Mapped[float] = mapped_column(sa.Double, default=0.0)
    major_outage: Mapped[float] = mapped_column(sa.Double, default=0.0)
    unknown: Mapped[float] = mapped_column(sa.Double, default=0.0)
    under_maintenance: Mapped[float] = mapped_column(sa.Double, default=0.0)

    @classmethod
    def recompute(cls, component_id: int, since: datetime, until: datetime, zone: ZoneInfo) -> None:
        """Write the days again that a change between the two times touches."""
        earlier = status_before(component_id, since)
        # What goes on at `since` may have been closed, or opened again, by the change.
        start = earlier.at if earlier is not None and earlier.new is not ComponentStatus.OPERATIONAL else since
        first, last = start.astimezone(zone).date(), until.astimezone(zone).date()
        db.session.execute(
            sa.delete(cls).where(cls.component_id == component_id, cls.day >= first, cls.day <= last),
            execution_options={"synchronize_session": False},
        )
        days: defaultdict[date, Seconds] = defaultdict(dict)
        for began, ended, status in _closed_stretches(component_id, first, last, zone):
            for day, seconds in by_day(began, ended, zone):
                if first <= day <= last:
                    days[day][status] = days[day].get(status, 0) + seconds
        rows = [
            {
                "component_id": component_id,
                "day": day,
                "worst": ComponentStatus.worst(list(found)),
                **{status.name.lower(): found.get(status, 0) for status in KEPT},
            }
            for day, found in days.items()
        ]
        if rows:
            db.session.execute(sa.insert(cls), rows)

    @classmethod
    def rebuild(cls, component_id: int, zone: ZoneInfo) -> None:
        """Write all days of a component again, after the page's zone has changed."""
        first = db.session.scalar(
            sa.select(sa.func.min(StatusChange.at)).where(StatusChange.component_id == component_id)
        )
        db.session.execute(sa.delete(cls).where(cls.component_id == component_id))
        if first is not None:
            cls.recompute(component_id, first, clock.now(), zone)


def _closed_stretches(
    component_id: int, first: date, last: date, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime, ComponentStatus]]:
    """When the component was anything but operational during these days and is so no more: from, until and what."""
    begin, end = clock.start_of_day(first, zone), clock.start_of_day(last + timedelta(days=1), zone)
    changes = sa.select(StatusChange.at, StatusChange.new).where(StatusChange.component_id == component_id)
    changes = changes.order_by(StatusChange.at, StatusChange.id)
    within = list(db.session.execute(changes.where(StatusChange.at >= begin, StatusChange.at < end)))
    after = list(db.session.execute(changes.where(StatusChange.at >= end).limit(1)))
    earlier = status_before(component_id, begin)
    before = [(begin, earlier.new)] if earlier is not None else []
    for (at, status), (until, _next) in pairwise([*before, *within, *after]):
        if status is not ComponentStatus.OPERATIONAL and until > at:
            yield at, min(until, end), status


def by_day(began: datetime, ended: datetime, zone: ZoneInfo) -> Iterator[tuple[date, float]]:
    """A stretch of time cut at the midnights of `zone`: each day with its seconds."""
    day = began.astimezone(zone).date()
    while began < ended:
        midnight = clock.start_of_day(day + timedelta(days=1), zone)
        cut = min(ended, midnight)
        if cut > began:
            yield day, (cut - began).total_seconds()
        began, day = max(began, cut), day + timedelta(days=1)
