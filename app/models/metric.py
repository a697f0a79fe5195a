"""Metrics: numbers over time that the page draws."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.errors import Invalid
from app.extensions import db
from app.i18n import _
from app.lib import clock
from app.models.assigning import assign
from app.models.base import Choice, Model
from app.models.component import next_position
from app.models.deletion import Restorable
from app.models.enums import Calculation, MetricView, Visibility
from app.models.event import Event, EventName
from app.models.metric_point import MetricPoint, half_minute, number
from app.models.metric_rollup import MetricRollup
from app.models.mixins import Actor, Visible
from app.models.ordered import Ordered
from app.models.series import Series
from app.models.setting import Setting

MOST_PLACES = 4


class Metric(Restorable, Visible, Ordered, Model):
    """One line on a chart: what it measures, in which unit, and how its points are made one value."""

    __tablename__ = "metrics"
    RESTORED = EventName.METRIC_RESTORED
    REORDERED = EventName.METRICS_REORDERED

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

    @classmethod
    def create(cls, *, actor: Actor | None, **fields: Any) -> "Metric":
        """A new metric, last in the list unless `position` says otherwise. Raises Invalid."""
        _check(fields)
        fields.setdefault("position", next_position(cls))
        metric = cls(**fields)
        db.session.add(metric)
        Event.record(EventName.METRIC_CREATED, metric, actor, name=metric.name)
        return metric

    def edit(self, *, actor: Actor | None, **changes: Any) -> None:
        """Change anything of it but its points. Raises Invalid."""
        _check(changes)
        changed = assign(self, changes)
        Event.record(EventName.METRIC_UPDATED, self, actor, name=self.name, changed=changed)

    def delete(self, *, actor: Actor | None) -> None:
        """Remove it with all its points."""
        self.keep_copy(actor=actor)
        Event.record(EventName.METRIC_DELETED, self, actor, name=self.name)
        db.session.delete(self)
        db.session.flush()

    def add_point(self, value: float, *, at: datetime | None = None) -> MetricPoint:
        """Note that it was `value` at `at` (now unless given), to the half minute. The same value again within
        `threshold` minutes raises the counter of the point before (cachet-v2 2.9). Raises Invalid for what is no
        finite number, and for the future."""
        value, at = number(value), half_minute(at or clock.now())
        db.session.flush()
        since = at.replace(second=0) - timedelta(minutes=self.threshold - 1)
        point = MetricPoint.repeat(self.id, value, since, at) if self.threshold else None
        point = point or MetricPoint.insert(self.id, value, at)
        MetricRollup.add(self.id, point.at, value, Setting.zone())
        return point

    def series(self, view: MetricView | None = None) -> Series:
        """Its values over the stretch of time that `view` shows, its default one unless given."""
        return Series.load([self], view)[self.id]

    @classmethod
    def in_order(cls) -> sa.Select["Metric"]:
        return sa.select(cls).order_by(cls.position, cls.id)

    @classmethod
    def ids(cls) -> sa.Select[Any]:
        return sa.select(cls.id)

    @classmethod
    def visible_to(cls, viewer: Actor | None) -> sa.Select["Metric"]:
        """Metrics that `viewer` may see: guests those for everyone, members all."""
        select = cls.in_order()
        return select if viewer is not None else select.where(cls.visibility == Visibility.EVERYONE)

    @classmethod
    def seen(cls, id: int, viewer: Actor | None) -> "Metric | None":
        """The metric with this id, if it is there and `visible_to` the viewer."""
        return db.session.scalar(_FOR_GUESTS if viewer is None else _FOR_MEMBERS, {"id": id})

    @classmethod
    def on_page(cls, viewer: Actor | None) -> sa.Select["Metric"]:
        """What of `visible_to` has a chart on the status page: nothing hidden, for members either."""
        return cls.visible_to(viewer).where(cls.show_chart, cls.visibility != Visibility.HIDDEN)


# Made once: each point that is sent asks for its metric.
_FOR_MEMBERS = sa.select(Metric).where(Metric.id == sa.bindparam("id"))
_FOR_GUESTS = Metric.visible_to(None).where(Metric.id == sa.bindparam("id"))


def _check(fields: dict[str, Any]) -> None:
    """Raise Invalid unless what `fields` says of a metric makes sense."""
    threshold, places, default = fields.get("threshold", 5), fields.get("places", 2), fields.get("default_value")
    wrong: dict[str, str] = {}
    if threshold and (not 0 < threshold <= 60 or 60 % threshold):
        wrong["threshold"] = _("The threshold must be 0 or divide 60: 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30 or 60.")
    if not 0 <= places <= MOST_PLACES:
        wrong["places"] = _("The decimal places must be between 0 and %(most)s.", most=MOST_PLACES)
    if default is not None:
        try:
            fields["default_value"] = number(default)
        except Invalid as error:
            wrong["default_value"] = error.message
    if wrong:
        raise Invalid(**wrong)
