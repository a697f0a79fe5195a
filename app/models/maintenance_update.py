"""Maintenance updates: what was said while work was planned or under way."""

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Model

if TYPE_CHECKING:
    from app.models.maintenance import Maintenance


class MaintenanceUpdate(Model):
    """One message. Made by `Maintenance.post_update`."""

    __tablename__ = "maintenance_updates"
    __table_args__ = (sa.Index("ix_maintenance_updates_maintenance_created", "maintenance_id", "created_at"),)

    maintenance_id: Mapped[int] = mapped_column(sa.ForeignKey("maintenances.id", ondelete="CASCADE"))
    message: Mapped[str] = mapped_column(sa.Text)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"), index=True)

    maintenance: Mapped["Maintenance"] = relationship(back_populates="updates")
