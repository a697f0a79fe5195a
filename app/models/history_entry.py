"""One line of the history, and where the lines come from: incidents, and maintenances that began or were cancelled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.lib import clock
from app.models.component import Component
from app.models.covering import maintenance_components
from app.models.enums import ComponentStatus
from app.models.impact import Impact
from app.models.incident import Incident
from app.models.incident_update import IncidentUpdate
from app.models.maintenance import Maintenance
from app.models.maintenance_update import MaintenanceUpdate
from app.models.mixins import Actor

# A maintenance stands at the time when it really began; one that was cancelled before, at the time that was planned.
MAINTENANCE_AT = sa.func.coalesce(Maintenance.began_at, Maintenance.starts_at)
MAINTENANCE_OVER = sa.func.coalesce(Maintenance.finished_at, Maintenance.cancelled_at)


@dataclass(frozen=True)
class Entry:
    """An incident or a maintenance, with what of it the reader may know. `ended_at` is None while it goes on."""

    thing: Incident | Maintenance
    components: list[Component]
    worst: ComponentStatus
    began_at: datetime
    ended_at: datetime | None

    @classmethod
    def of_incident(
        cls, incident: Incident, shown: Mapping[int, Component], judged: Mapping[int, Component]
    ) -> "Entry":
        """`shown` are the components that may be named; the worst is taken from what it did to the `judged` ones."""
        told = [shown[id] for id in incident.component_ids if id in shown]
        return cls(incident, told, incident.worst_among(judged), incident.occurred_at, incident.fixed_at)

    @classmethod
    def of_maintenance(cls, maintenance: Maintenance, shown: Mapping[int, Component]) -> "Entry":
        """Cancelled work put nothing under maintenance."""
        told = [component for component in maintenance.components if component.id in shown]
        worst = ComponentStatus.UNDER_MAINTENANCE if maintenance.began_at else ComponentStatus.OPERATIONAL
        began, ended = (
            maintenance.began_at or maintenance.starts_at,
            maintenance.finished_at or maintenance.cancelled_at,
        )
        return cls(maintenance, told, worst, began, ended)

    @property
    def is_maintenance(self) -> bool:
        return isinstance(self.thing, Maintenance)

    @property
    def was_cancelled(self) -> bool:
        """Whether it is planned work that never began."""
        return isinstance(self.thing, Maintenance) and self.thing.began_at is None

    def touches(self, begin: datetime, end: datetime) -> bool:
        """Whether some of it lies between the two times; a start counts, an end at `begin` does not."""
        return self.began_at < end and (self.began_at >= begin or (self.ended_at or clock.now()) > begin)


def incidents(viewer: Actor | None, component: Component | None = None) -> sa.Select[Any]:
    """The incidents that `viewer` may see, all or those that touched `component`, newest first."""
    select = Incident.on_page(viewer)
    if component is None:
        return select
    return select.where(Incident.id.in_(sa.select(Impact.incident_id).where(Impact.component_id == component.id)))


def maintenances(viewer: Actor | None, component: Component | None = None) -> sa.Select[Any]:
    """The same of maintenances; no series, whose dates stand for themselves, and nothing that is still to come."""
    told = sa.or_(Maintenance.began_at.is_not(None), Maintenance.cancelled_at.is_not(None))
    select = Maintenance.on_page(viewer).where(Maintenance.rule == "", told, clock.now() >= MAINTENANCE_AT)
    if component is not None:
        touching = sa.select(maintenance_components.c.maintenance_id)
        touching = touching.where(maintenance_components.c.component_id == component.id)
        select = select.where(Maintenance.id.in_(touching))
    return select


def load(
    of_incidents: sa.Select[Any],
    of_maintenances: sa.Select[Any],
    shown: Mapping[int, Component],
    component: Component | None = None,
) -> list[Entry]:
    """The lines for what these selects bring, newest first, in three queries. With a `component` its worst counts."""
    judged = {component.id: component} if component is not None else shown
    broken = db.session.scalars(of_incidents.options(joinedload(Incident.impacts))).unique()
    planned = db.session.scalars(of_maintenances.options(selectinload(Maintenance.components)))
    found = [Entry.of_incident(incident, shown, judged) for incident in broken]
    found += [Entry.of_maintenance(maintenance, shown) for maintenance in planned]
    return sorted(found, key=lambda entry: (entry.began_at, entry.thing.id), reverse=True)


def said(words: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Conditions for incidents and for maintenances whose name, message or updates hold `words`."""

    def holds(column: Any) -> sa.ColumnElement[bool]:
        return column.icontains(words, autoescape=True)

    told = sa.select(IncidentUpdate.incident_id).where(holds(IncidentUpdate.message))
    noted = sa.select(MaintenanceUpdate.maintenance_id).where(holds(MaintenanceUpdate.message))
    return (
        sa.or_(holds(Incident.name), holds(Incident.message), Incident.id.in_(told)),
        sa.or_(holds(Maintenance.name), holds(Maintenance.message), Maintenance.id.in_(noted)),
    )
