"""The schedule: planned work as members list it, whoever else may see it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.lib import clock
from app.models.maintenance import Maintenance
from app.models.slot import Slot


@dataclass(frozen=True)
class Schedule:
    """What runs and what is planned, soonest first. Of a series the next date that nobody has touched stands here."""

    running: list[Maintenance]
    planned: list[Slot]

    @classmethod
    def load(cls, words: str = "") -> "Schedule":
        """Read it, all or what has `words` in its name; three queries at most."""
        now = clock.now()
        rows = list(db.session.scalars(Maintenance.listed("open", words).options(*with_components())))
        waiting = [row for row in rows if row.began_at is None]
        planned = [Slot(row, row.starts_at, row.ends_at) for row in waiting if not row.is_series]
        planned += Maintenance.next_of_each([row for row in waiting if row.is_series], now)
        return cls(
            running=[row for row in rows if row.is_running],
            planned=sorted(planned, key=lambda slot: (slot.starts_at, slot.maintenance.id)),
        )


def under_way() -> sa.Select[Any]:
    """What has begun and is not over."""
    return Maintenance.listed("open").where(Maintenance.began_at.is_not(None))


def dates_told(series: Maintenance, limit: int = 10) -> list[Maintenance]:
    """The dates of `series` that became rows of their own, newest first."""
    newest = series.dates_of().order_by(None).order_by(Maintenance.starts_at.desc(), Maintenance.id.desc())
    return list(db.session.scalars(newest.limit(limit)))


def date_of(series: Maintenance, at: datetime) -> Slot | None:
    """The date of `series` at `at`, if it is one that is to come and that nobody has touched."""
    if at <= clock.now() or not series.is_series:
        return None
    found = next(iter(series.next_dates(1, after=at - timedelta(seconds=1))), None)
    return found if found is not None and found.starts_at == at else None


def with_components() -> tuple[Any, ...]:
    """Loader options for a list that names the components."""
    return (selectinload(Maintenance.components),)


def with_news() -> tuple[Any, ...]:
    """Loader options for planned work that is told whole."""
    return selectinload(Maintenance.components), selectinload(Maintenance.updates)
