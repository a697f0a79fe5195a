"""Incident updates: what was said after the first report."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.lib.text import plain
from app.models.archive import Piece, rows_of
from app.models.assigning import assign
from app.models.base import Choice, Model, hold_row
from app.models.deletion import Restorable
from app.models.enums import IncidentStatus
from app.models.event import Event, EventName
from app.models.impact import Impact
from app.models.mixins import Actor

if TYPE_CHECKING:
    from app.models.incident import Incident


class IncidentUpdate(Restorable, Model):
    """One message, with the status that the incident had from then on. Made by `Incident.post_update`."""

    __tablename__ = "incident_updates"
    RESTORED = EventName.INCIDENT_UPDATE_RESTORED
    __table_args__ = (sa.Index("ix_incident_updates_incident_created", "incident_id", "created_at"),)

    incident_id: Mapped[int] = mapped_column(sa.ForeignKey("incidents.id", ondelete="CASCADE"))
    status: Mapped[IncidentStatus] = mapped_column(Choice(IncidentStatus))
    message: Mapped[str] = mapped_column(sa.Text)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"), index=True)

    incident: Mapped["Incident"] = relationship(back_populates="updates")

    def edit(self, *, actor: Actor | None, **changes: Any) -> None:
        """Correct what was said; if it is the newest word, the incident's status follows."""
        self._hold()
        changed = assign(self, changes)
        if self.is_newest and "status" in changes:
            self.incident.follow_updates(actor=actor)
        Event.record(
            EventName.INCIDENT_UPDATE_EDITED,
            self,
            actor,
            name=self.incident.name,
            incident_id=self.incident_id,
            changed=changed,
        )

    def delete(self, *, actor: Actor | None) -> None:
        """Take it back; the incident is again as the update before it said."""
        self._hold()
        incident, was_newest = self.incident, self.is_newest
        self.keep_copy(actor=actor, beside=self._own_impacts() if was_newest else ())
        Event.record(EventName.INCIDENT_UPDATE_DELETED, self, actor, name=incident.name, incident_id=self.incident_id)
        incident.updates.remove(self)
        db.session.flush()
        if was_newest:
            incident.follow_updates(actor=actor, taken_back=self.created_at)

    def _hold(self) -> None:
        self.incident.hold()
        hold_row(self)

    @property
    def kept_as(self) -> str:
        return f"{self.incident.name}: {plain(self.message)}"

    def come_back(self, *, deleted_at: datetime, actor: Actor | None) -> None:
        """The newest word again, it changes its components again; after a newer one, only its words come back."""
        self.incident.hold()
        changed = [impact for impact in self.incident.impacts if impact.began_at == self.created_at]
        if not self.is_newest:
            for impact in changed:
                db.session.delete(impact)
            db.session.flush()
            return
        for impact in changed:
            self._close_before(impact)
        self.incident.follow_updates(actor=actor)
        for impact in changed:
            impact.component.settle(since=self.created_at, actor=actor)

    def _close_before(self, impact: Impact) -> None:
        for earlier in self.incident.impacts:
            goes_on = earlier.ended_at is None or earlier.ended_at > self.created_at
            if earlier.component_id == impact.component_id and earlier.began_at < self.created_at and goes_on:
                earlier.ended_at = self.created_at

    def _own_impacts(self) -> tuple[Piece, ...]:
        """What it changed; the first report, which an update may share the time with, keeps its own."""
        if self.created_at <= self.incident.occurred_at:
            return ()
        its = (Impact.incident_id == self.incident_id, Impact.began_at == self.created_at)
        return tuple(rows_of(Impact.__table__, sa.and_(*its)))

    @classmethod
    def of(cls, incident_ids: Any) -> sa.Select["IncidentUpdate"]:
        """The updates of these incidents: a list of ids, or a select of them."""
        return sa.select(cls).where(cls.incident_id.in_(incident_ids))

    @property
    def is_newest(self) -> bool:
        return self.incident.updates[0] is self
