"""What a page of Atlassian Statuspage tells, and what its words mean here."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from app.models.enums import ComponentStatus, IncidentStatus

COMPONENT = {
    "operational": ComponentStatus.OPERATIONAL,
    "degraded_performance": ComponentStatus.PERFORMANCE_ISSUES,
    "partial_outage": ComponentStatus.PARTIAL_OUTAGE,
    "major_outage": ComponentStatus.MAJOR_OUTAGE,
    # Work has windows of its own here; an incident cannot put a component under maintenance.
    "under_maintenance": ComponentStatus.OPERATIONAL,
}
COVERED = "under_maintenance"
# Said of a component outside of all work, it is its own status.
BY_ITSELF = {**COMPONENT, COVERED: ComponentStatus.UNDER_MAINTENANCE}
INCIDENT = {
    "investigating": IncidentStatus.INVESTIGATING,
    "identified": IncidentStatus.IDENTIFIED,
    "monitoring": IncidentStatus.WATCHING,
    "resolved": IncidentStatus.FIXED,
    "postmortem": IncidentStatus.FIXED,
}
IMPACT = {
    "none": ComponentStatus.OPERATIONAL,
    "minor": ComponentStatus.PERFORMANCE_ISSUES,
    "major": ComponentStatus.PARTIAL_OUTAGE,
    "critical": ComponentStatus.MAJOR_OUTAGE,
}
PLANNED, UNDER_WAY, COMPLETED = "scheduled", ("in_progress", "verifying"), "completed"
MAINTENANCE = (PLANNED, *UNDER_WAY, COMPLETED)


@dataclass(frozen=True)
class OtherComponent:
    """A component there, or with `is_group` a group."""

    id: str
    name: str
    place: str
    status: str = "operational"
    description: str = ""
    group_id: str | None = None
    is_group: bool = False

    @property
    def digest(self) -> str:
        return digest_of(self)


@dataclass(frozen=True)
class Affected:
    """What an update did to one component, which it names by id or as "Group - Component"."""

    code: str
    name: str
    status: str


@dataclass(frozen=True)
class OtherUpdate:
    """One message there."""

    at: datetime
    status: str
    body: str
    affected: tuple[Affected, ...] = ()


@dataclass(frozen=True)
class OtherIncident:
    """An incident there, or a maintenance, which has times planned. `place` is where it was read, for messages."""

    id: str
    name: str
    place: str
    status: str
    impact: str
    started_at: datetime
    resolved_at: datetime | None
    updated_at: datetime
    updates: tuple[OtherUpdate, ...]
    component_ids: tuple[str, ...] = ()
    planned: tuple[datetime, datetime] | None = None

    @property
    def digest(self) -> str:
        return digest_of(self)

    @property
    def touches(self) -> set[str]:
        """The ids of the components that it names anywhere."""
        return {*self.component_ids, *(part.code for update in self.updates for part in update.affected)}

    def first_said(self, *words: str) -> datetime | None:
        """When an update first had one of these statuses."""
        return next((update.at for update in self.updates if update.status in words), None)


@dataclass
class OtherPage:
    """All that was read of a page. `key` is the same each time that it is read."""

    key: str
    name: str
    components: list[OtherComponent] = field(default_factory=list)
    incidents: list[OtherIncident] = field(default_factory=list)
    maintenances: list[OtherIncident] = field(default_factory=list)
    twice: list[tuple[str, str]] = field(default_factory=list)
    """Kind and place of what was given under the id of another thing."""


def digest_of(thing: Any) -> str:
    """The same for the same facts, wherever in a file they stand and whenever they were served."""
    facts = {name: value for name, value in asdict(thing).items() if name not in ("place", "updated_at")}
    return hashlib.sha256(json.dumps(facts, default=str, sort_keys=True).encode()).hexdigest()
