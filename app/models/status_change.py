"""Status changes: how the current status of a component went, kept in step with its reasons."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Choice, Model, UtcDateTime
from app.models.enums import ComponentStatus


class StatusChange(Model):
    """One change of a component's current status: from what to what, when, why and by whom."""

    __tablename__ = "status_changes"
    __table_args__ = (sa.Index("ix_status_changes_component_at", "component_id", "at"),)

    component_id: Mapped[int] = mapped_column(sa.ForeignKey("components.id", ondelete="CASCADE"))
    old: Mapped[ComponentStatus] = mapped_column(Choice(ComponentStatus))
    new: Mapped[ComponentStatus] = mapped_column(Choice(ComponentStatus))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    cause_type: Mapped[str | None] = mapped_column(sa.String(32))
    cause_id: Mapped[int | None]
    actor_label: Mapped[str] = mapped_column(sa.String(255), default="")
