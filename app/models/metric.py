"""Metrics: numbers over time that the page draws."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Choice, Model
from app.models.enums import Calculation, MetricView
from app.models.mixins import Visible
from app.models.ordered import Ordered


class Metric(Visible, Ordered, Model):
    """One line on a chart: what it measures, in which unit, and how its points are made one value."""

    __tablename__ = "metrics"

    name: Mapped[str] = mapped_column(sa.String(255))
    suffix: Mapped[str] = mapped_column(sa.String(50))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    calculation: Mapped[Calculation] = mapped_column(Choice(Calculation), default=Calculation.SUM)
    default_value: Mapped[float | None] = mapped_column(sa.Double)
    places: Mapped[int] = mapped_column(default=2)
    default_view: Mapped[MetricView] = mapped_column(Choice(MetricView), default=MetricView.HALF_DAY)
    threshold: Mapped[int] = mapped_column(default=5)
    show_chart: Mapped[bool] = mapped_column(default=True)
    show_when_empty: Mapped[bool] = mapped_column(default=False)
