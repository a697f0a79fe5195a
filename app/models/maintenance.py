"""Maintenances: planned work, once or by a rule, and what it does to which components."""

import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.base import Model, UtcDateTime
from app.models.component import Component
from app.models.maintenance_update import MaintenanceUpdate
from app.models.mixins import Visible
from app.models.window import Window

maintenance_components = sa.Table(
    "maintenance_components",
    db.metadata,
    sa.Column("maintenance_id", sa.ForeignKey("maintenances.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("component_id", sa.ForeignKey("components.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Maintenance(Visible, Model):
    """Planned work from `starts_at` to `ends_at`; `began_at` and `finished_at` say when it really was.

    With a `rule` (RFC 5545) it is a series, whose first date `starts_at` is: its dates are computed, and one that
    begins, moves or is cancelled becomes a maintenance of its own with `series_id` and, by the rule, its `series_at`.
    """

    __tablename__ = "maintenances"
    __table_args__ = (
        sa.UniqueConstraint("series_id", "series_at"),
        sa.Index("ix_maintenances_starts_at", "starts_at"),
        sa.Index("ix_maintenances_finished_at", "finished_at"),
    )

    name: Mapped[str] = mapped_column(sa.String(255))
    message: Mapped[str] = mapped_column(sa.Text, default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    began_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    auto_begin: Mapped[bool] = mapped_column(default=True)
    auto_finish: Mapped[bool] = mapped_column(default=True)
    notify: Mapped[bool] = mapped_column(default=True)
    publish_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    announced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rule: Mapped[str] = mapped_column(sa.String(255), default="")
    zone: Mapped[str] = mapped_column(sa.String(64), default="UTC")
    checked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    series_id: Mapped[int | None] = mapped_column(sa.ForeignKey("maintenances.id", ondelete="CASCADE"))
    series_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    uid: Mapped[str] = mapped_column(sa.String(64), unique=True, default=lambda: secrets.token_hex(16))
    sequence: Mapped[int] = mapped_column(default=0)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"), index=True)
    meta: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)

    series: Mapped["Maintenance | None"] = relationship(remote_side="Maintenance.id")
    components: Mapped[list[Component]] = relationship(
        secondary=maintenance_components, order_by=(Component.position, Component.id)
    )
    windows: Mapped[list[Window]] = relationship(
        back_populates="maintenance", cascade="all, delete-orphan", passive_deletes=True, order_by=Window.id
    )
    updates: Mapped[list[MaintenanceUpdate]] = relationship(
        back_populates="maintenance",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by=(MaintenanceUpdate.created_at.desc(), MaintenanceUpdate.id.desc()),
    )
