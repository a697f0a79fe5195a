"""Baselines: what was last said of a component outright, from when to when."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Choice, Model, UtcDateTime
from app.models.enums import ComponentStatus


class Baseline(Model):
    """One stretch of time. The next word ends it, so the past stays as it was."""

    __tablename__ = "baselines"
    __table_args__ = (sa.Index("ix_baselines_component_ended", "component_id", "ended_at"),)

    component_id: Mapped[int] = mapped_column(sa.ForeignKey("components.id", ondelete="CASCADE"))
    status: Mapped[ComponentStatus] = mapped_column(Choice(ComponentStatus))
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
