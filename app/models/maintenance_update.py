"""Maintenance updates: what was said while work was planned or under way."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.lib.text import plain
from app.models.assigning import assign
from app.models.base import Model, hold_row
from app.models.deletion import Restorable
from app.models.event import Event, EventName
from app.models.mixins import Actor

if TYPE_CHECKING:
    from app.models.maintenance import Maintenance


class MaintenanceUpdate(Restorable, Model):
    """One message. Made by `Maintenance.post_update`."""

    __tablename__ = "maintenance_updates"
    RESTORED = EventName.MAINTENANCE_UPDATE_RESTORED
    __table_args__ = (sa.Index("ix_maintenance_updates_maintenance_created", "maintenance_id", "created_at"),)

    maintenance_id: Mapped[int] = mapped_column(sa.ForeignKey("maintenances.id", ondelete="CASCADE"))
    message: Mapped[str] = mapped_column(sa.Text)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"), index=True)

    maintenance: Mapped["Maintenance"] = relationship(back_populates="updates")

    def edit(self, *, actor: Actor | None, **changes: Any) -> None:
        """Correct what was said."""
        self._hold()
        changed = assign(self, changes)
        self.maintenance.sequence += 1
        Event.record(
            EventName.MAINTENANCE_UPDATE_EDITED,
            self,
            actor,
            name=self.maintenance.name,
            maintenance_id=self.maintenance_id,
            changed=changed,
        )

    def delete(self, *, actor: Actor | None) -> None:
        """Take it back."""
        self._hold()
        self.keep_copy(actor=actor)
        Event.record(
            EventName.MAINTENANCE_UPDATE_DELETED,
            self,
            actor,
            name=self.maintenance.name,
            maintenance_id=self.maintenance_id,
        )
        self.maintenance.sequence += 1
        self.maintenance.updates.remove(self)
        db.session.flush()

    def _hold(self) -> None:
        if self.maintenance is not None:  # else this is gone with it
            self.maintenance.hold()
        hold_row(self)

    @property
    def kept_as(self) -> str:
        return f"{self.maintenance.name}: {plain(self.message)}"

    def come_back(self, *, deleted_at: datetime, actor: Actor | None) -> None:
        self._hold()
        self.maintenance.sequence += 1
