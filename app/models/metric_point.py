"""Metric points and their roll-ups. Points are data, not events."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.base import Choice, Model, UtcDateTime
from app.models.enums import RollupUnit


class MetricPoint(Model):
    """One value at one time, to the half minute; `counter` says how often it was sent in a row."""

    __tablename__ = "metric_points"
    __table_args__ = (
        sa.Index("ix_metric_points_metric_at", "metric_id", "at", "id"),
        sa.Index("ix_metric_points_at", "at"),
    )

    metric_id: Mapped[int] = mapped_column(sa.ForeignKey("metrics.id", ondelete="CASCADE"))
    value: Mapped[float] = mapped_column(sa.Double)
    counter: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class MetricRollup(db.Model):  # type: ignore[name-defined]
    """What the points of one minute, hour or day come to. `minute` is its start, in minutes since 1970: charts add up
    several in the database, and all four can do that with integers."""

    __tablename__ = "metric_rollups"

    metric_id: Mapped[int] = mapped_column(sa.ForeignKey("metrics.id", ondelete="CASCADE"), primary_key=True)
    unit: Mapped[RollupUnit] = mapped_column(Choice(RollupUnit), primary_key=True, autoincrement=False)
    minute: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    total: Mapped[float] = mapped_column(sa.Double)
    count: Mapped[int]
    least: Mapped[float] = mapped_column(sa.Double)
    most: Mapped[float] = mapped_column(sa.Double)
