"""Incidents: what broke, what it does to which components, and what was said about it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.errors import Conflict, Invalid
from app.extensions import db
from app.i18n import _
from app.lib import clock
from app.models.base import Choice, Model, UtcDateTime
from app.models.component import Component, assign
from app.models.enums import ComponentStatus, IncidentStatus, Visibility
from app.models.event import Event, EventName
from app.models.impact import Impact
from app.models.incident_update import IncidentUpdate
from app.models.mixins import Actor, Visible
from app.models.user import User

Impacts = Mapping[Component, ComponentStatus]


class Incident(Visible, Model):
    """Something broken, from when it occurred to when it was fixed. `status` follows the newest update."""

    __tablename__ = "incidents"
    __table_args__ = (
        sa.Index("ix_incidents_occurred_at", "occurred_at"),
        sa.Index("ix_incidents_fixed_at", "fixed_at"),
    )

    name: Mapped[str] = mapped_column(sa.String(255))
    message: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[IncidentStatus] = mapped_column(Choice(IncidentStatus))
    opened_as: Mapped[IncidentStatus] = mapped_column(Choice(IncidentStatus))
    pinned: Mapped[bool] = mapped_column(default=False)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fixed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"), index=True)
    meta: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)

    user: Mapped[User | None] = relationship()
    updates: Mapped[list[IncidentUpdate]] = relationship(
        back_populates="incident",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="IncidentUpdate.created_at.desc(), IncidentUpdate.id.desc()",
    )
    impacts: Mapped[list[Impact]] = relationship(
        back_populates="incident", cascade="all, delete-orphan", passive_deletes=True, order_by="Impact.id"
    )

    @classmethod
    def open(
        cls,
        *,
        name: str,
        message: str,
        status: IncidentStatus,
        actor: Actor | None,
        impacts: Impacts | None = None,
        occurred_at: datetime | None = None,
        notify: bool = True,
        **fields: Any,
    ) -> "Incident":
        """Report an incident. Its components take their impact from `occurred_at` on, also when that is past."""
        began = occurred_at or clock.now()
        incident = cls(
            name=name,
            message=message,
            status=status,
            opened_as=status,
            occurred_at=began,
            fixed_at=max(began, clock.now()) if status is IncidentStatus.FIXED else None,
            user_id=author_id(actor),
            **fields,
        )
        db.session.add(incident)
        db.session.flush()
        incident.apply_impacts(impacts or {}, at=began, actor=actor)
        incident._record(EventName.INCIDENT_REPORTED, actor, notify=notify)
        return incident

    def post_update(
        self,
        *,
        status: IncidentStatus,
        message: str,
        actor: Actor | None,
        impacts: Impacts | None = None,
        notify: bool = True,
    ) -> IncidentUpdate:
        """Say what is new. `fixed` ends the incident and frees its components; anything else opens it again."""
        reopened = not self.is_open and status is not IncidentStatus.FIXED
        update = IncidentUpdate(status=status, message=message, user_id=author_id(actor), incident=self)
        db.session.add(update)
        db.session.flush()
        at = update.created_at
        self._become(status, at=at, actor=actor)
        self.apply_impacts(impacts or {}, at=at, actor=actor)
        name = EventName.INCIDENT_REOPENED if reopened else EventName.INCIDENT_UPDATED
        if status is IncidentStatus.FIXED:
            name = EventName.INCIDENT_FIXED
        self._record(name, actor, notify=notify, update_id=update.id)
        return update

    def fix(self, *, actor: Actor | None, message: str = "", notify: bool = True) -> IncidentUpdate:
        """Say that it is over, in a standard sentence unless `message` has another. Raises Conflict when it is."""
        if not self.is_open:
            raise Conflict(_("This incident is fixed already."))
        said = message or _("This incident has been fixed.")
        return self.post_update(status=IncidentStatus.FIXED, message=said, actor=actor, notify=notify)

    def edit(
        self,
        *,
        actor: Actor | None,
        impacts: Impacts | None = None,
        status: IncidentStatus | None = None,
        **changes: Any,
    ) -> None:
        """Correct what is written, quietly. `impacts`, when given, replaces what each named component suffers."""
        before = self.occurred_at
        assign(self, changes)
        if self.occurred_at != before:
            self._move_start(before)
        if status is not None and status is not self.status:
            self._become(status, at=clock.now(), actor=actor)
        self.apply_impacts(impacts or {}, at=clock.now(), actor=actor)
        self._settle_all(at=clock.now(), actor=actor)
        self._record(EventName.INCIDENT_EDITED, actor, notify=False)

    def delete(self, *, actor: Actor | None) -> None:
        """Remove it with its updates; its components are as if it had not been."""
        self._record(EventName.INCIDENT_DELETED, actor, notify=False)
        components = self.components
        db.session.delete(self)
        db.session.flush()
        for component in components:
            db.session.expire(component, ["impacts"])
            component.settle(actor=actor)

    def set_impact(self, component: Component, status: ComponentStatus, *, at: datetime) -> None:
        """What this incident does to `component` from `at` on. The caller settles the component."""
        current = self.impact_on(component)
        if current is not None and current.status is status:
            return
        if current is not None:
            current.ended_at = max(at, current.began_at)
        ended = None if self.is_open else (self.fixed_at or at)
        began = at if ended is None else min(at, ended)
        self.impacts.append(Impact(component=component, status=status, began_at=began, ended_at=ended))
        db.session.flush()

    def drop_component(self, component: Component, *, actor: Actor | None) -> None:
        """Say that `component` was not affected after all."""
        for impact in [impact for impact in self.impacts if impact.component_id == component.id]:
            self.impacts.remove(impact)
        db.session.flush()
        db.session.expire(component, ["impacts"])
        component.settle(cause=self, actor=actor)

    def apply_impacts(self, impacts: Impacts, *, at: datetime, actor: Actor | None) -> None:
        """Set several impacts and let each component work out its status."""
        for component, status in impacts.items():
            if status not in ComponentStatus.impacts():
                raise Invalid(impacts=_("An incident cannot put a component under maintenance."))
            self.set_impact(component, status, at=at)
        for component in impacts:
            component.settle(at=at, cause=self, actor=actor)

    def impact_on(self, component: Component) -> Impact | None:
        """The impact that is in force on `component`."""
        return next((i for i in self.impacts if i.is_open and i.component_id == component.id), None)

    def follow_updates(self, *, actor: Actor | None) -> None:
        """Take the status of the newest update, after one was corrected or removed."""
        db.session.flush()
        db.session.expire(self, ["updates"])
        self._become(self.updates[0].status if self.updates else self.opened_as, at=clock.now(), actor=actor)

    def _become(self, status: IncidentStatus, *, at: datetime, actor: Actor | None) -> None:
        was_open, self.status = self.is_open, status
        if status is IncidentStatus.FIXED and was_open:
            self.fixed_at = max(at, self.occurred_at)
            for impact in [impact for impact in self.impacts if impact.is_open]:
                impact.ended_at = max(self.fixed_at, impact.began_at)
        elif status is not IncidentStatus.FIXED and not was_open:
            fixed_at, self.fixed_at = self.fixed_at, None
            # What was corrected after the fix stands beside what it corrects: the last word on each component counts.
            last = {impact.component_id: impact for impact in self.impacts if impact.ended_at == fixed_at}
            for impact in last.values():
                self.impacts.append(Impact(component=impact.component, status=impact.status, began_at=at))
        self._settle_all(at=at, actor=actor)

    def _move_start(self, before: datetime) -> None:
        # Impacts that stood from the beginning move with it; later ones cannot begin before the incident.
        for impact in self.impacts:
            if impact.began_at <= before or impact.began_at < self.occurred_at:
                impact.began_at = self.occurred_at
            if impact.ended_at is not None:
                impact.ended_at = max(impact.ended_at, impact.began_at)
        if self.fixed_at is not None:
            self.fixed_at = max(self.fixed_at, self.occurred_at)

    def _settle_all(self, *, at: datetime, actor: Actor | None) -> None:
        db.session.flush()
        for component in self.components:
            component.settle(at=at, cause=self, actor=actor)

    def _record(self, name: EventName, actor: Actor | None, *, notify: bool, **data: Any) -> None:
        Event.record(name, self, actor, name=self.name, notify=notify, component_ids=self.component_ids, **data)

    @property
    def is_open(self) -> bool:
        return self.fixed_at is None

    @property
    def is_announceable(self) -> bool:
        """Whether subscribers may hear of it."""
        return self.is_public

    @property
    def components(self) -> list[Component]:
        """What it touches or touched, each once, in the order in which they were named."""
        return list(dict.fromkeys(impact.component for impact in self.impacts))

    @property
    def present_impacts(self) -> dict[Component, ComponentStatus]:
        """What it does to each component now: nothing once it is fixed."""
        return {impact.component: impact.status for impact in self.impacts if impact.is_open}

    @property
    def worst_impacts(self) -> dict[Component, ComponentStatus]:
        """For each component the worst that this incident did to it; while open, what it does now."""
        worst: dict[Component, ComponentStatus] = {}
        for impact in self.impacts:
            if impact.is_open or not self.is_open:
                before = worst.get(impact.component, impact.status)
                worst[impact.component] = ComponentStatus.worst([before, impact.status])
        return worst

    def worst_among(self, component_ids: Collection[int]) -> ComponentStatus:
        """The worst that it does, or did, to any of these components."""
        told = [impact for impact in self.impacts if impact.component_id in component_ids]
        return ComponentStatus.worst([impact.status for impact in told if impact.is_open or not self.is_open])

    @property
    def component_ids(self) -> list[int]:
        """What it touches or touched, by id: enough for a page that has the components already."""
        return list(dict.fromkeys(impact.component_id for impact in self.impacts))

    @property
    def last_said_at(self) -> datetime:
        """When something was last said about it."""
        return self.updates[0].created_at if self.updates else self.occurred_at

    @classmethod
    def visible_to(cls, viewer: Actor | None) -> sa.Select["Incident"]:
        """Incidents that `viewer` may see: guests those for everyone, members all."""
        select = sa.select(cls)
        return select if viewer is not None else select.where(cls.visibility == Visibility.EVERYONE)

    @classmethod
    def on_page(cls, viewer: Actor | None) -> sa.Select["Incident"]:
        """What of `visible_to` stands on the status page, newest first."""
        shown = cls.visible_to(viewer).where(cls.visibility != Visibility.HIDDEN)
        return shown.order_by(cls.occurred_at.desc(), cls.id.desc())

    @classmethod
    def listed(cls, state: str = "all", words: str = "") -> sa.Select["Incident"]:
        """The open, the fixed or all incidents whose name holds `words`, newest first."""
        select = sa.select(cls).order_by(cls.occurred_at.desc(), cls.id.desc())
        if state in ("open", "fixed"):
            select = select.where(cls.fixed_at.is_(None) if state == "open" else cls.fixed_at.is_not(None))
        return select.where(cls.name.icontains(words, autoescape=True)) if words else select

    @classmethod
    def unresolved(cls) -> sa.Select["Incident"]:
        """Every open incident, newest first."""
        return cls.listed("open")


def author_id(actor: Actor | None) -> int | None:
    """The member behind an actor: themselves, or the owner of the token."""
    return actor.id if isinstance(actor, User) else getattr(actor, "user_id", None)
