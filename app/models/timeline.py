"""The timeline: the days of past incidents on the page, in the page's zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.lib import clock
from app.models.impact import Impact
from app.models.incident import Incident
from app.models.mixins import Actor
from app.models.setting import Setting

# Incidents whose days are looked for; a page shows 90 days at most.
MOST_LOOKED_THROUGH = 2_000


@dataclass(frozen=True)
class Day:
    """One day and the incidents that occurred on it, newest first."""

    date: date
    incidents: list[Incident]


@dataclass(frozen=True)
class Timeline:
    """A window of days, newest first. `older` and `newer` are where the neighbouring windows start, if any."""

    days: list[Day]
    loaded: Sequence[Incident]
    is_current: bool
    older: date | None
    newer: date | None

    @classmethod
    def load(cls, viewer: Actor | None, start: date | None = None) -> "Timeline":
        """The window that ends with `start` (today when not given or in the future), plus what is open or pinned."""
        zone, length = Setting.zone(), Setting.get("incident_days")
        today = clock.today(zone)
        newest = min(start or today, today)
        if Setting.get("only_incident_days") and length:
            days, newer = cls._told_days(viewer, newest, length, zone), cls._after(viewer, newest, length, zone)
        else:
            days = [newest - timedelta(days=n) for n in range(length)]
            newer = min(newest + timedelta(days=length), today) if newest < today else None
        begin, end = clock.start_of_day(days[-1] if days else newest, zone), _end(newest, zone)
        incidents = cls._incidents(viewer, begin, end)
        found = {day: [] for day in days}  # type: dict[date, list[Incident]]
        for incident in incidents:
            day = incident.occurred_at.astimezone(zone).date()
            if day in found:
                found[day].append(incident)
        return cls(
            days=[Day(day, told) for day, told in found.items()],
            loaded=incidents,
            is_current=newest == today,
            older=cls._older(viewer, begin, zone),
            newer=newer,
        )

    @property
    def is_before_everything(self) -> bool:
        """Whether nothing happened in these days nor before them."""
        return not self.is_current and self.older is None and not any(day.incidents for day in self.days)

    @staticmethod
    def _told_days(viewer: Actor | None, newest: date, length: int, zone: ZoneInfo) -> list[date]:
        """The last days up to `newest` on which incidents occurred."""
        times = Incident.on_page(viewer).where(Incident.occurred_at < _end(newest, zone))
        return _days(times.order_by(None).order_by(Incident.occurred_at.desc()), zone)[:length]

    @staticmethod
    def _after(viewer: Actor | None, newest: date, length: int, zone: ZoneInfo) -> date | None:
        """The last of the next days after `newest` on which incidents occurred."""
        times = Incident.on_page(viewer).where(Incident.occurred_at >= _end(newest, zone))
        return next(reversed(_days(times.order_by(None).order_by(Incident.occurred_at), zone)[:length]), None)

    @staticmethod
    def _incidents(viewer: Actor | None, begin: datetime, end: datetime) -> Sequence[Incident]:
        in_window = sa.and_(Incident.occurred_at >= begin, Incident.occurred_at < end)
        wanted = sa.or_(in_window, Incident.fixed_at.is_(None), Incident.pinned)
        return db.session.scalars(Incident.on_page(viewer).where(wanted).options(*told())).unique().all()

    @staticmethod
    def _older(viewer: Actor | None, begin: datetime, zone: ZoneInfo) -> date | None:
        # The next window starts at the newest incident before this one, so that nobody pages through empty weeks.
        before = Incident.on_page(viewer).where(Incident.occurred_at < begin).limit(1)
        newest = db.session.scalar(before.with_only_columns(Incident.occurred_at))
        return newest.astimezone(zone).date() if newest else None


def _days(incidents: sa.Select[Incident], zone: ZoneInfo) -> list[date]:
    """The days of `incidents` in their order. Cut into days here: databases know no zones that all of them share."""
    times = db.session.scalars(incidents.with_only_columns(Incident.occurred_at).limit(MOST_LOOKED_THROUGH))
    return list(dict.fromkeys(moment.astimezone(zone).date() for moment in times))


def _end(day: date, zone: ZoneInfo) -> datetime:
    return clock.start_of_day(day + timedelta(days=1), zone)


def told() -> tuple[Any, ...]:
    """Loader options for an incident on a page that has the components already."""
    # An incident has one or two impacts: to join them costs less than another query.
    return selectinload(Incident.updates), joinedload(Incident.impacts)


def with_story() -> tuple[Any, ...]:
    """Loader options for an incident that is told whole: its updates, its impacts and their components."""
    return selectinload(Incident.updates), selectinload(Incident.impacts).joinedload(Impact.component)
