"""What the Statuspage dialect has to tell: always as guests see it, whoever asks, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.models.component import Component, ComponentGroup
from app.models.enums import ComponentStatus, Verdict
from app.models.incident import Incident
from app.models.incident_update import IncidentUpdate
from app.models.maintenance import Maintenance
from app.models.maintenance_update import MaintenanceUpdate
from app.models.schedule import with_news
from app.models.setting import Setting
from app.models.slot import Slot
from app.models.status_page import Section, arrange, judge
from app.models.statuspage_work import slot_of

MOST = 50


@dataclass(frozen=True)
class Parts:
    """The components as they stand on the page. `shown` are the same by id."""

    sections: list[Section]
    shown: dict[int, Component] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Parts":
        """Read them; two queries."""
        components = list(db.session.scalars(Component.on_page(None)))
        groups = list(db.session.scalars(ComponentGroup.visible_to(None)))
        sections = arrange(groups, components)
        return cls(sections, {one.id: one for section in sections for one in section.components})


@dataclass(frozen=True)
class Present:
    """What is open: incidents, work under way and work to come."""

    parts: Parts
    incidents: list[Incident]
    running: list[Slot]
    planned: list[Slot]

    @classmethod
    def load(cls) -> "Present":
        """Read it; twelve queries at most."""
        return cls(Parts.load(), unresolved_incidents(), running_work(), planned_work())

    @property
    def verdict(self) -> Verdict:
        """What the banner of the page says."""
        running = [slot.maintenance for slot in self.running]
        return judge(list(self.parts.shown.values()), self.incidents, Setting.get("major_outage_rate"), running)

    @property
    def is_widespread(self) -> bool:
        """Whether so many components are out, at least in part, that it is no small thing any more."""
        outages = (ComponentStatus.PARTIAL_OUTAGE, ComponentStatus.MAJOR_OUTAGE)
        out = [one for one in self.parts.shown.values() if one.status in outages]
        return bool(out) and len(out) * 100 >= Setting.get("major_outage_rate") * len(self.parts.shown)


def recent_incidents() -> list[Incident]:
    """The newest, open or fixed, newest first."""
    return _incidents(Incident.on_page(None).limit(MOST))


def unresolved_incidents() -> list[Incident]:
    """Every open one, newest first."""
    return _incidents(Incident.on_page(None).where(Incident.fixed_at.is_(None)))


def _incidents(select: sa.Select[Any]) -> list[Incident]:
    told = selectinload(Incident.updates), selectinload(Incident.impacts)
    return list(db.session.scalars(select.options(*told)))


def running_work() -> list[Slot]:
    """What is under way, newest first."""
    return [slot_of(row) for row in Maintenance.running(None)]


def planned_work() -> list[Slot]:
    """What is to come, soonest first; of each series its next date."""
    return Maintenance.upcoming(None, options=(selectinload(Maintenance.updates),))


def recent_work() -> list[Slot]:
    """The newest of what comes, runs and took place, newest first. What was called off before it began did not."""
    over = Maintenance.past(None).where(Maintenance.began_at.is_not(None)).limit(MOST).options(*with_news())
    past = [slot_of(row) for row in db.session.scalars(over)]
    slots = [*planned_work(), *running_work(), *past]
    return sorted(slots, key=lambda slot: (slot.starts_at, slot.maintenance.id), reverse=True)[:MOST]


def changed_at() -> datetime:
    """When anything that guests can see was last written; when the page was made, before there is anything."""
    incidents = Incident.on_page(None).order_by(None).with_only_columns(Incident.id)
    works = Maintenance.on_page(None).order_by(None).with_only_columns(Maintenance.id)
    news: Sequence[sa.Select[Any]] = [
        Component.on_page(None).order_by(None).with_only_columns(sa.func.max(Component.updated_at)),
        ComponentGroup.visible_to(None).order_by(None).with_only_columns(sa.func.max(ComponentGroup.updated_at)),
        Incident.on_page(None).order_by(None).with_only_columns(sa.func.max(Incident.updated_at)),
        IncidentUpdate.of(incidents).with_only_columns(sa.func.max(IncidentUpdate.updated_at)),
        Maintenance.on_page(None).order_by(None).with_only_columns(sa.func.max(Maintenance.updated_at)),
        sa.select(sa.func.max(MaintenanceUpdate.updated_at)).where(MaintenanceUpdate.maintenance_id.in_(works)),
    ]
    times = [at for at in db.session.scalars(sa.union_all(*news)) if at is not None]
    return max(times, default=None) or datetime.fromisoformat(Setting.get("installed_at"))
