"""Incidents told whole and after the fact: what an import brings and a demo makes up. Nobody is mailed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy.orm import Mapped

from app.errors import Invalid
from app.extensions import db
from app.i18n import _
from app.lib import clock
from app.models.assigning import assign
from app.models.component import Component
from app.models.enums import ComponentStatus, IncidentStatus
from app.models.event import Event, EventName
from app.models.impact import Impact
from app.models.impacting import Impacting
from app.models.incident_update import IncidentUpdate
from app.models.mixins import Actor


@dataclass(frozen=True)
class Told:
    """One update of such an incident: when, with which status, and what was said."""

    at: datetime
    status: IncidentStatus
    message: str


@dataclass(frozen=True)
class Stretch:
    """What it did to one component, from when until when; None while it still does."""

    component: Component
    status: ComponentStatus
    began_at: datetime
    ended_at: datetime | None


class Recalled(Impacting):
    """The part of Incident that takes a whole story at once."""

    if TYPE_CHECKING:
        name: Mapped[str]
        status: Mapped[IncidentStatus]
        updates: Mapped[list[IncidentUpdate]]

    @classmethod
    def recall(
        cls,
        *,
        actor: Actor | None,
        updates: Sequence[Told] = (),
        impacts: Sequence[Stretch] = (),
        settle: bool = True,
        **fields: Any,
    ) -> Self:
        """A past incident, or one that is open elsewhere, in one go. `fields` are the columns, `occurred_at`, `status`
        and, for a fixed one, `fixed_at` among them. Without `settle` the caller settles the components afterwards."""
        fields.setdefault("opened_as", fields["status"])
        incident = cls(**fields)
        incident._check_story(impacts)
        db.session.add(incident)
        incident._take_story(updates, impacts)
        incident._end_story(EventName.INCIDENT_REPORTED, incident._began_at, incident._ended_at, actor, settle=settle)
        return incident

    def retell(
        self,
        *,
        actor: Actor | None,
        updates: Sequence[Told] = (),
        impacts: Sequence[Stretch] = (),
        settle: bool = True,
        **fields: Any,
    ) -> None:
        """Replace the whole story by a newer one."""
        since, until, touched = self._began_at, self._ended_at, self.components
        assign(self, fields)
        self._check_story(impacts)
        self.updates.clear()
        self.impacts.clear()
        db.session.flush()
        self._take_story(updates, impacts)
        if until is not None and self._ended_at is not None:
            until = max(until, self._ended_at)
        self._end_story(EventName.INCIDENT_EDITED, since, until, actor, settle=settle, also=touched)

    def _check_story(self, impacts: Sequence[Stretch]) -> None:
        if (self.fixed_at is None) == (self.status is IncidentStatus.FIXED):
            raise Invalid(fixed_at=_("A fixed incident has a time at which it was fixed, an open one has none."))
        if self.fixed_at is not None and self.fixed_at < self.occurred_at:
            raise Invalid(fixed_at=_("This incident was fixed before it occurred."))
        for stretch in impacts:
            if stretch.status not in ComponentStatus.impacts():
                raise Invalid(impacts=_("An incident cannot put a component under maintenance."))
            if stretch.ended_at is not None and stretch.ended_at < stretch.began_at:
                raise Invalid(impacts=_("This impact ended before it began."))

    def _take_story(self, updates: Sequence[Told], impacts: Sequence[Stretch]) -> None:
        for told in sorted(updates, key=lambda told: told.at):
            update = IncidentUpdate(status=told.status, message=told.message, created_at=told.at, updated_at=told.at)
            self.updates.append(update)
        for part in impacts:
            # What goes on in an incident that is over has ended with it.
            ended = part.ended_at if part.ended_at is not None or self.is_open else self.fixed_at
            began = min(part.began_at, clock.now(), ended or part.began_at)
            self.impacts.append(Impact(component=part.component, status=part.status, began_at=began, ended_at=ended))
        db.session.flush()
        db.session.expire(self, ["updates"])

    @property
    def _ended_at(self) -> datetime | None:
        """When the last of its impacts ended; None while one has not."""
        ends = [impact.ended_at for impact in self.impacts]
        return None if None in ends else max([self.occurred_at, *(end for end in ends if end is not None)])

    def _end_story(
        self,
        name: EventName,
        since: datetime,
        until: datetime | None,
        actor: Actor | None,
        *,
        settle: bool,
        also: Sequence[Component] = (),
    ) -> None:
        if settle:
            for component in dict.fromkeys([*self.components, *also]):
                component.settle(since=min(since, self._began_at), until=until, actor=actor)
        Event.record(name, self, actor, name=self.name, notify=False, component_ids=self.component_ids)
