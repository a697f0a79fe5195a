"""Incidents: what broke, what it does to which components, and what was said about it."""

from collections.abc import Collection
from datetime import datetime
from itertools import takewhile
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.errors import Conflict
from app.extensions import db
from app.i18n import _
from app.lib import clock
from app.models.assigning import Changed, assign
from app.models.base import Choice, Model, hold_row, hold_rows
from app.models.component import Component
from app.models.deletion import Restorable
from app.models.enums import IncidentStatus, Visibility
from app.models.event import Event, EventName
from app.models.impact import Impact
from app.models.impacting import Impacts
from app.models.incident_update import IncidentUpdate
from app.models.mixins import Actor, Visible
from app.models.recalled import Recalled
from app.models.user import User


class Incident(Restorable, Recalled, Visible, Model):
    """Something broken, from when it occurred to when it was fixed. `status` follows the newest update."""

    __tablename__ = "incidents"
    RESTORED = EventName.INCIDENT_RESTORED
    __table_args__ = (
        sa.Index("ix_incidents_occurred_at", "occurred_at"),
        sa.Index("ix_incidents_fixed_at", "fixed_at"),
        sa.Index("ix_incidents_pinned", "pinned"),
    )

    name: Mapped[str] = mapped_column(sa.String(255))
    message: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[IncidentStatus] = mapped_column(Choice(IncidentStatus))
    opened_as: Mapped[IncidentStatus] = mapped_column(Choice(IncidentStatus))
    pinned: Mapped[bool] = mapped_column(default=False)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"), index=True)
    meta: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)

    user: Mapped[User | None] = relationship()
    updates: Mapped[list[IncidentUpdate]] = relationship(
        back_populates="incident",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="IncidentUpdate.created_at.desc(), IncidentUpdate.id.desc()",
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
        now = clock.now()
        began = occurred_at or now
        if status is IncidentStatus.FIXED:
            began = min(began, now)  # what is over has begun
        incident = cls(
            name=name,
            message=message,
            status=status,
            opened_as=status,
            occurred_at=began,
            fixed_at=now if status is IncidentStatus.FIXED else None,
            user_id=author_id(actor),
            **fields,
        )
        db.session.add(incident)
        db.session.flush()
        incident.apply_impacts(impacts or {}, at=began, actor=actor)
        incident._record(EventName.INCIDENT_REPORTED, actor, notify=notify)
        return incident

    def hold(self, others: Collection[Component] = ()) -> None:
        """Two who say something of it, or of what it does to its components and these, at one time take turns.
        Components are held first, as by those who say how a component is. Raises NotFound when it is gone."""
        hold_rows(Component, {*self.component_ids, *(component.id for component in others)})
        hold_row(self)

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
        self.hold(impacts or ())
        reopened = not self.is_open and status is not IncidentStatus.FIXED
        at = clock.now()
        update = IncidentUpdate(
            status=status, message=message, user_id=author_id(actor), created_at=at, updated_at=at, incident=self
        )
        db.session.add(update)
        db.session.flush()
        stood, suffered = self.status, self._suffered()
        self._become(status, at=at, actor=actor)
        self.apply_impacts(impacts or {}, at=at, actor=actor)
        name = EventName.INCIDENT_REOPENED if reopened else EventName.INCIDENT_UPDATED
        if status is IncidentStatus.FIXED:
            name = EventName.INCIDENT_FIXED
        self._record(name, actor, notify=notify, update_id=update.id, changed=self._altered(stood, suffered))
        return update

    def fix(self, *, actor: Actor | None, message: str = "", notify: bool = True) -> IncidentUpdate:
        """Say that it is over, in a standard sentence unless `message` has another. Raises Conflict when it is."""
        self.hold()
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
        self.hold(impacts or ())
        before, began, over = self.occurred_at, self._began_at, self.fixed_at
        stood, suffered = self.status, self._suffered()
        changed = assign(self, changes)
        if self.occurred_at != before:
            self._move_start(before)
        if status is not None and status is not self.status:
            self._become(status, at=clock.now(), actor=actor)
        self.apply_impacts(impacts or {}, at=clock.now(), actor=actor)
        if self.occurred_at != before:
            until = max(over, self.fixed_at) if over is not None and self.fixed_at is not None else None
            self._settle_all(since=min(began, self._began_at), until=until, actor=actor)
        self._record(EventName.INCIDENT_EDITED, actor, notify=False, changed=changed | self._altered(stood, suffered))

    def delete(self, *, actor: Actor | None) -> None:
        """Remove it with its updates; its components are as if it had not been."""
        self.hold()
        self.keep_copy(actor=actor)
        self._record(EventName.INCIDENT_DELETED, actor, notify=False)
        components, since, until = self.components, self._began_at, self.fixed_at
        db.session.delete(self)
        db.session.flush()
        for component in components:
            db.session.expire(component, ["impacts"])
            component.settle(since=since, until=until, actor=actor)

    def come_back(self, *, deleted_at: datetime, actor: Actor | None) -> None:
        """Its components are as they were with it."""
        self.hold()
        for component in self.components:
            component.settle(since=self._began_at, until=self.fixed_at, actor=actor)

    def follow_updates(self, *, actor: Actor | None, taken_back: datetime | None = None) -> None:
        """Take the status of the newest update, after one was corrected or removed, as if it had always been so. What
        the one removed, said at `taken_back`, did to components goes with it."""
        self.hold()
        db.session.expire(self, ["updates"])
        touched = self._take_back(taken_back) if taken_back is not None else []
        status = self.updates[0].status if self.updates else self.opened_as
        self._become(status, at=self.fixed_at or self._said_fixed_at(), actor=actor)
        for component in touched:
            component.settle(since=taken_back, actor=actor)

    def _said_fixed_at(self) -> datetime:
        """When the first of the newest updates that call it fixed did so; now when the newest does not."""
        calling = list(takewhile(lambda update: update.status is IncidentStatus.FIXED, self.updates))
        now = clock.now()
        return max(calling[-1].created_at, min(self.occurred_at, now)) if calling else now

    def _become(self, status: IncidentStatus, *, at: datetime, actor: Actor | None) -> None:
        was_open, self.status = self.is_open, status
        if status is IncidentStatus.FIXED and was_open:
            self.occurred_at, self.fixed_at = min(self.occurred_at, at), at  # what is over has begun
            for impact in [impact for impact in self.impacts if impact.is_open]:
                impact.ended_at = max(self.fixed_at, impact.began_at)
        elif status is not IncidentStatus.FIXED and not was_open:
            fixed_at, self.fixed_at = self.fixed_at, None
            # What was corrected after the fix stands beside what it corrects: the last word on each component counts.
            last = {impact.component_id: impact for impact in self.impacts if impact.ended_at == fixed_at}
            for impact in last.values():
                self.impacts.append(Impact(component=impact.component, status=impact.status, began_at=at))
        self._settle_all(since=min(at, self.fixed_at or at), until=None, actor=actor)

    def _settle_all(self, *, since: datetime, until: datetime | None, actor: Actor | None) -> None:
        db.session.flush()
        for component in self.components:
            component.settle(since=since, until=until, actor=actor)

    def _suffered(self) -> dict[str, int]:
        """What it does to each component now, for the audit trail."""
        return {impact.component.name: int(impact.status) for impact in self.impacts if impact.is_open}

    def _altered(self, stood: IncidentStatus, suffered: dict[str, int]) -> Changed:
        changed: Changed = {} if self.status is stood else {"status": [int(stood), int(self.status)]}
        now = self._suffered()
        return changed if now == suffered else {**changed, "impacts": [suffered, now]}

    def _record(self, name: EventName, actor: Actor | None, *, notify: bool, **data: Any) -> None:
        Event.record(name, self, actor, name=self.name, notify=notify, component_ids=self.component_ids, **data)

    @property
    def is_announceable(self) -> bool:
        """Whether subscribers may hear of it."""
        return self.is_public

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
