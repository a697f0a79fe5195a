"""Uptime: the days of components as the strips show them, and percentages over them (architecture 5)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.extensions import db
from app.lib import clock
from app.models.component import Component
from app.models.component_day import KEPT, ComponentDay, Seconds, by_day
from app.models.enums import ComponentStatus
from app.models.setting import Setting

SPANS = (30, 60, 90, 365)
STRIP = 90
# How much of a second counts as down. Maintenance, unknown and slowness do not.
WEIGHTS = {ComponentStatus.MAJOR_OUTAGE: 1.0, ComponentStatus.PARTIAL_OUTAGE: 0.3}


@dataclass(frozen=True)
class Span:
    """So many days of the page's zone, the last of them included; today when no other is given."""

    first: date
    last: date
    zone: ZoneInfo

    @classmethod
    def of(cls, length: int, last: date | None = None) -> "Span":
        zone = Setting.zone()
        last = last or clock.today(zone)
        return cls(last - timedelta(days=length - 1), last, zone)

    @property
    def days(self) -> list[date]:
        """Oldest first."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @cached_property
    def begin(self) -> datetime:
        return clock.start_of_day(self.first, self.zone)

    @cached_property
    def end(self) -> datetime:
        return clock.start_of_day(self.last + timedelta(days=1), self.zone)

    @cached_property
    def seconds(self) -> float:
        return (self.end - self.begin).total_seconds()


# Of the table and made once: to put it together takes as long as to ask it.
_DAY = ComponentDay.__table__.c
_DAYS = sa.select(_DAY.component_id, _DAY.day, *(_DAY[status.name.lower()] for status in KEPT)).where(
    _DAY.component_id.in_(sa.bindparam("components", expanding=True)),
    _DAY.day.between(sa.bindparam("first"), sa.bindparam("last")),
)


@dataclass(frozen=True)
class Strip:
    """The days of one component. `troubled` holds those with anything but operational, with the seconds of each."""

    span: Span
    troubled: Mapping[date, Seconds]

    @classmethod
    def load(cls, components: Sequence[Component], length: int = STRIP, last: date | None = None) -> dict[int, "Strip"]:
        """A strip for each component, by its id, in one query."""
        span = Span.of(length, last)
        given = {"components": [component.id for component in components], "first": span.first, "last": span.last}
        found: dict[int, dict[date, Seconds]] = {component.id: {} for component in components}
        for component_id, day, *seconds in db.session.execute(_DAYS, given):
            found[component_id][day] = {status: n for status, n in zip(KEPT, seconds, strict=True) if n}
        for component in components:
            for day, status, lasted in present_stretch(component, span):
                known = found[component.id].setdefault(day, {})
                known[status] = known.get(status, 0) + lasted
        return {component_id: cls(span, days) for component_id, days in found.items()}

    def worst(self, day: date) -> ComponentStatus:
        """The worst that it was on `day`."""
        return ComponentStatus.worst(list(self.troubled.get(day, ())))

    @property
    def uptime(self) -> float:
        """In percent."""
        return percent(sum(map(down, self.troubled.values())), self.span)


def present_stretch(component: Component, span: Span) -> Iterable[tuple[date, ComponentStatus, float]]:
    """The days of what goes on now, as far as they lie in `span`: it is stored only when it is over."""
    if component.status is ComponentStatus.OPERATIONAL:
        return
    began, ended = max(component.status_since, span.begin), min(clock.now(), span.end)
    for day, seconds in by_day(began, ended, span.zone):
        yield day, component.status, seconds


def down(seconds: Seconds) -> float:
    """The seconds that count as down, by weight."""
    return sum(n * WEIGHTS.get(status, 0.0) for status, n in seconds.items())


def percent(down_seconds: float, span: Span) -> float:
    return max(0.0, 100 * (1 - down_seconds / span.seconds))


def uptimes(components: Sequence[Component], length: int, last: date | None = None) -> dict[int, float]:
    """The uptime of each component over `length` days, by its id, in one query whatever the length."""
    span = Span.of(length, last)
    weighted = sum(getattr(ComponentDay, status.name.lower()) * weight for status, weight in WEIGHTS.items())
    rows = (
        sa.select(ComponentDay.component_id, sa.func.sum(weighted))
        .where(
            ComponentDay.component_id.in_([component.id for component in components]),
            ComponentDay.day >= span.first,
            ComponentDay.day <= span.last,
        )
        .group_by(ComponentDay.component_id)
    )
    lost: dict[int, float] = dict(db.session.execute(rows).all())
    return {
        component.id: percent(
            lost.get(component.id, 0.0)
            + sum(n * WEIGHTS.get(status, 0.0) for _day, status, n in present_stretch(component, span)),
            span,
        )
        for component in components
    }


def mean(percentages: Iterable[float]) -> float | None:
    """The uptime of a group or the page: the mean of its components; None without any."""
    known = list(percentages)
    return sum(known) / len(known) if known else None


@dataclass(frozen=True)
class Uptimes:
    """The percentages of some components over every one of SPANS, by length and id."""

    by_length: Mapping[int, Mapping[int, float]]

    @classmethod
    def load(cls, components: Sequence[Component]) -> "Uptimes":
        """A query for each length; none without components."""
        return cls({length: uptimes(components, length) if components else {} for length in SPANS})

    def of(self, components: Iterable[Component]) -> dict[int, float]:
        """By length, what they come to together: the uptime of one, a group or the page. Empty without any."""
        told = list(components)
        found = {
            length: mean(by_id[component.id] for component in told if component.id in by_id)
            for length, by_id in self.by_length.items()
        }
        return {length: percent for length, percent in found.items() if percent is not None}
