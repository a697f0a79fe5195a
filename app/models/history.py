"""The history: one month of the page's past, and the search through all of it. No table."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination

from app.extensions import db
from app.lib import clock
from app.models import history_entry
from app.models.component import Component, ComponentGroup
from app.models.enums import ComponentStatus
from app.models.history_entry import MAINTENANCE_AT, MAINTENANCE_OVER, Entry
from app.models.incident import Incident
from app.models.maintenance import Maintenance
from app.models.mixins import Actor
from app.models.setting import Setting
from app.models.status_page import Section, arrange
from app.models.uptime import Strip, Uptimes

MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class HistoryDay:
    """One day: what began on it, what went on from before, and the worst that any component was."""

    date: date
    entries: list[Entry]
    continued: list[Entry]
    worst: ComponentStatus

    @property
    def is_quiet(self) -> bool:
        return not self.entries and not self.continued

    @property
    def alike(self) -> tuple[Any, ...]:
        """Equal for neighbouring days that can be told in one line."""
        if self.entries:
            return (self.date,)
        return (None, tuple(id(entry) for entry in self.continued), None if self.continued else self.worst)


@dataclass(frozen=True)
class Stretch:
    """Days that are told together: a single one, or several on which nothing new began. `days` are newest first."""

    days: list[HistoryDay]

    @property
    def newest(self) -> HistoryDay:
        return self.days[0]

    @property
    def oldest(self) -> HistoryDay:
        return self.days[-1]


@dataclass(frozen=True)
class History:
    """A month as `viewer` may know it, newest day first, up to today; of one component when one is chosen.

    `older` and `newer` are the next months in which something began; `first` is the first of all, None when nothing
    was ever reported. `sections` are the components whose uptime is told, as the page groups them.
    """

    month: date
    days: list[HistoryDay]
    component: Component | None
    components: list[Component]
    sections: list[Section]
    uptimes: Uptimes
    first: date | None
    older: date | None
    newer: date | None

    @classmethod
    def load(cls, viewer: Actor | None, month: str = "", component_id: int | None = None) -> "History":
        """Read it all, in a fixed number of queries. A `month` (2026-08) that is none, to come or before everything
        is the present one; a component that `viewer` may not see is none."""
        zone = Setting.zone()
        components, component = known_components(viewer, component_id)
        first = _first(viewer, zone)
        shown_month = _month(month, first, clock.today(zone).replace(day=1))
        older, newer = _neighbours(viewer, component, shown_month, zone)
        counted = [one for one in ([component] if component is not None else components) if one.show_uptime]
        groups = list(db.session.scalars(ComponentGroup.visible_to(viewer)))
        return cls(
            month=shown_month,
            days=_days(viewer, component, components, shown_month, zone),
            component=component,
            components=components,
            sections=arrange(groups, counted),
            uptimes=Uptimes.load(counted),
            first=first,
            older=older,
            newer=newer,
        )

    @cached_property
    def stretches(self) -> list[Stretch]:
        """Every day of the month that has been, newest first, quiet ones folded."""
        return [Stretch(list(days)) for _alike, days in groupby(self.days, key=lambda day: day.alike)]

    @property
    def uptime(self) -> dict[int, float]:
        """Of the component that is chosen, or of the page, by the number of days; empty when none is told."""
        return self.uptimes.of(one for part in self.sections for one in part.components)

    @property
    def anchors(self) -> dict[date, tuple[HistoryDay, date]]:
        """For each day that has been: the day, and the day under whose heading it is told."""
        return {day.date: (day, stretch.newest.date) for stretch in self.stretches for day in stretch.days}

    @property
    def months(self) -> list[date]:
        """Every month from the present one back to the first known."""
        newest = clock.today(Setting.zone()).replace(day=1)
        oldest = min(self.first or newest, newest)
        count = (newest.year - oldest.year) * 12 + newest.month - oldest.month
        return [_months_before(newest, n) for n in range(count + 1)]


class Found(Pagination):
    """A page of the incidents and maintenances whose names or texts hold `words`, newest first, whatever the month."""

    @classmethod
    def load(
        cls, viewer: Actor | None, words: str, shown: Sequence[Component], component: Component | None, page: int
    ) -> "Found":
        """The page of that number, or the last one when there are not so many."""
        broken, planned = history_entry.said(words)
        incidents = history_entry.incidents(viewer, component).where(broken)
        maintenances = history_entry.maintenances(viewer, component).where(planned)
        given: Any = {"of": (incidents, maintenances), "shown": {one.id: one for one in shown}, "component": component}
        found = cls(page=max(page, 1), per_page=50, error_out=False, **given)
        return found if found.items or not found.total else cls(page=found.pages, per_page=50, error_out=False, **given)

    @property
    def _rows(self) -> Any:
        incidents, maintenances = self._query_args["of"]
        return sa.union_all(
            incidents.with_only_columns(sa.literal(0).label("kind"), Incident.id, Incident.occurred_at.label("at"))
            .order_by(None),
            maintenances.with_only_columns(sa.literal(1), Maintenance.id, MAINTENANCE_AT).order_by(None),
        ).subquery()  # fmt: skip

    def _query_items(self) -> list[Entry]:
        rows = self._rows
        newest = sa.select(rows.c.kind, rows.c.id).order_by(rows.c.at.desc(), rows.c.kind, rows.c.id.desc())
        found = db.session.execute(newest.limit(self.per_page).offset(self._query_offset)).all()
        return history_entry.load(
            sa.select(Incident).where(Incident.id.in_([id for kind, id in found if kind == 0])),
            sa.select(Maintenance).where(Maintenance.id.in_([id for kind, id in found if kind == 1])),
            self._query_args["shown"],
            self._query_args["component"],
        )

    def _query_count(self) -> int:
        return db.session.scalar(sa.select(sa.func.count()).select_from(self._rows)) or 0


def known_components(viewer: Actor | None, component_id: int | None) -> tuple[list[Component], Component | None]:
    """What `viewer` may see named, and the one of that id, if any."""
    components = list(db.session.scalars(Component.on_page(viewer)))
    return components, next((one for one in components if one.id == component_id), None)


def _month(text: str, first: date | None, present: date) -> date:
    if not MONTH.fullmatch(text):
        return present
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        return present
    return month if (first or present) <= month <= present else present


def _months_before(month: date, count: int) -> date:
    year, number = divmod(month.year * 12 + month.month - 1 - count, 12)
    return date(year, number + 1, 1)


def _bounds(month: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return clock.start_of_day(month, zone), clock.start_of_day(_months_before(month, -1), zone)


def _first(viewer: Actor | None, zone: ZoneInfo) -> date | None:
    """The month of the first thing that there is."""
    starts = sa.select(
        _edge(history_entry.incidents(viewer), Incident.occurred_at),
        _edge(history_entry.maintenances(viewer), MAINTENANCE_AT),
    )
    known = [at for at in db.session.execute(starts).one() if at is not None]
    return _month_of(min(known), zone) if known else None


def _neighbours(
    viewer: Actor | None, component: Component | None, month: date, zone: ZoneInfo
) -> tuple[date | None, date | None]:
    begin, end = _bounds(month, zone)
    incidents = history_entry.incidents(viewer, component).where(Incident.occurred_at <= clock.now())
    maintenances = history_entry.maintenances(viewer, component)
    edges = sa.select(
        _edge(incidents.where(Incident.occurred_at < begin), Incident.occurred_at, newest=True),
        _edge(maintenances.where(begin > MAINTENANCE_AT), MAINTENANCE_AT, newest=True),
        _edge(incidents.where(Incident.occurred_at >= end), Incident.occurred_at),
        _edge(maintenances.where(end <= MAINTENANCE_AT), MAINTENANCE_AT),
    )
    found = db.session.execute(edges).one()
    before, after = [at for at in found[:2] if at], [at for at in found[2:] if at]
    present = clock.today(zone).replace(day=1)
    newer = _month_of(min(after), zone) if after else present
    return _month_of(max(before), zone) if before else None, newer if newer > month else None


def _edge(select: sa.Select[Any], column: Any, newest: bool = False) -> Any:
    order = column.desc() if newest else column.asc()
    return select.with_only_columns(column).order_by(None).order_by(order).limit(1).scalar_subquery()


def _month_of(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date().replace(day=1)


def _days(
    viewer: Actor | None, component: Component | None, components: list[Component], month: date, zone: ZoneInfo
) -> list[HistoryDay]:
    begin, end = _bounds(month, zone)
    entries = history_entry.load(
        history_entry.incidents(viewer, component).where(
            Incident.occurred_at < end, sa.or_(Incident.fixed_at.is_(None), Incident.fixed_at >= begin)
        ),
        history_entry.maintenances(viewer, component).where(
            end > MAINTENANCE_AT, sa.or_(MAINTENANCE_OVER.is_(None), begin <= MAINTENANCE_OVER, begin <= MAINTENANCE_AT)
        ),
        {one.id: one for one in components},
        component,
    )
    length = monthrange(month.year, month.month)[1]
    last = month + timedelta(days=length - 1)
    strips = Strip.load([component] if component is not None else components, length, last).values()
    newest = min(last, clock.today(zone))
    dates = [newest - timedelta(days=n) for n in range((newest - month).days + 1)]
    return [_day(day, entries, [strip.worst(day) for strip in strips], zone) for day in dates]


def _day(day: date, entries: list[Entry], statuses: list[ComponentStatus], zone: ZoneInfo) -> HistoryDay:
    begin, end = clock.start_of_day(day, zone), clock.start_of_day(day + timedelta(days=1), zone)
    touching = [entry for entry in entries if entry.touches(begin, end)]
    began = [entry for entry in touching if entry.began_at >= begin]
    return HistoryDay(
        date=day,
        entries=began,
        continued=[entry for entry in touching if entry.began_at < begin],
        worst=ComponentStatus.worst([*statuses, *(entry.worst for entry in began)]),
    )
