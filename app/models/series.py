"""Series: what a metric's chart shows, read from roll-ups in one query."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from app.extensions import db
from app.lib import clock
from app.models.enums import Calculation, MetricView, RollupUnit
from app.models.metric_rollup import MetricRollup, moment
from app.models.setting import Setting

if TYPE_CHECKING:
    from app.models.metric import Metric

# What each view is made of: the roll-ups, how many minutes a stretch has, and how many stretches there are.
STRETCHES = {
    MetricView.HOUR: (RollupUnit.MINUTE, 1, 60),
    MetricView.HALF_DAY: (RollupUnit.MINUTE, 10, 72),
    MetricView.DAY: (RollupUnit.MINUTE, 15, 96),
    MetricView.WEEK: (RollupUnit.HOUR, 120, 84),
    MetricView.MONTH: (RollupUnit.DAY, 24 * 60, 30),
}
FIRST = -1  # in place of a view: the row that says when a metric's first point was


class Tally(NamedTuple):
    """What the points of one stretch come to. A tuple: a page has hundreds."""

    total: float
    many: int
    least: float
    most: float

    def plus(self, other: "Tally") -> "Tally":
        return Tally(
            self.total + other.total,
            self.many + other.many,
            min(self.least, other.least),
            max(self.most, other.most),
        )


@dataclass(frozen=True)
class Series:
    """The values of one metric, oldest first: when each stretch begins (UTC), and None where there is nothing to show.
    `is_empty` when no point lies in any of them."""

    metric: "Metric"
    view: MetricView
    points: list[tuple[datetime, float | None]]
    is_empty: bool

    @property
    def latest(self) -> float | None:
        """The newest value there is."""
        return next((value for _start, value in reversed(self.points) if value is not None), None)

    @property
    def step(self) -> int | None:
        """How many minutes each stretch has; None for days, which are the page's own."""
        return STRETCHES[self.view][1] if self.view is not MetricView.MONTH else None

    @classmethod
    def load(cls, metrics: Iterable["Metric"], view: MetricView | None = None) -> "dict[int, Series]":
        """The series of `metrics` by id, each in its default view unless one is given. One query for all."""
        wanted = {metric: metric.default_view if view is None else view for metric in metrics}
        if not wanted:
            return {}
        starts = {shown: _starts(shown) for shown in set(wanted.values())}
        begins = {int(shown): times for shown, times in starts.items()}
        tallies: dict[int, dict[int, Tally]] = {metric.id: {} for metric in wanted}
        first: dict[int, int] = {}
        for metric_id, shown, start, *sums in db.session.execute(_query(wanted, starts)):
            if shown == FIRST:
                first[metric_id] = start
                continue
            place = bisect_right(begins[shown], start) - 1
            total, count, least, most = sums
            found, known = Tally(float(total), int(count), float(least), float(most)), tallies[metric_id]
            known[place] = known[place].plus(found) if place in known else found
        return {
            metric.id: cls(
                metric,
                shown,
                _values(metric, shown, starts[shown], tallies[metric.id], first.get(metric.id)),
                not tallies[metric.id],
            )
            for metric, shown in wanted.items()
        }


def _starts(view: MetricView) -> list[int]:
    """When the stretches of `view` begin, in minutes since 1970. The last one is the one that goes on."""
    _unit, length, many = STRETCHES[view]
    if view is MetricView.MONTH:
        zone = Setting.zone()
        today = clock.today(zone)
        days = (clock.start_of_day(today - timedelta(days=ago), zone) for ago in reversed(range(many)))
        return [int(day.timestamp() // 60) for day in days]
    now = _now()
    last = now - now % length
    return [last - length * ago for ago in reversed(range(many))]


def _now() -> int:
    return int(clock.now().timestamp() // 60)


def _query(wanted: "dict[Metric, MetricView]", starts: dict[MetricView, list[int]]) -> Any:
    """Rows of metric, view, start of the stretch, total, count, least and most."""
    parts: list[Any] = []
    for view, begins in starts.items():
        unit, length, _many = STRETCHES[view]
        row = MetricRollup.__table__.c  # of the table: an aliased class takes as long to ask as the database to answer
        # Written out, for PostgreSQL takes two parameters for two different things to group by.
        stretch = row.minute - row.minute % sa.literal_column(str(length)) if unit is not RollupUnit.DAY else row.minute
        ids = [metric.id for metric, shown in wanted.items() if shown is view]
        parts.append(
            sa.select(
                row.metric_id,
                sa.literal_column(str(int(view))).label("shown"),
                stretch.label("stretch"),
                sa.func.sum(row.total).label("total"),
                sa.func.sum(row.count).label("many"),
                sa.func.min(row.least).label("least"),
                sa.func.max(row.most).label("most"),
            )
            .where(row.metric_id.in_(ids), row.unit == unit, row.minute >= begins[0])
            .group_by(row.metric_id, stretch)
        )
    defaulted = [metric.id for metric in wanted if metric.default_value is not None]
    return sa.union_all(*parts, *(_first(metric_id) for metric_id in defaulted))


def _first(metric_id: int) -> Any:
    """When the first point of a metric was: its first minute, unless that was pruned; then its first hour."""
    minute, hour = (
        sa.select(sa.func.min(MetricRollup.minute))
        .where(MetricRollup.metric_id == metric_id, MetricRollup.unit == unit)
        .scalar_subquery()
        for unit in (RollupUnit.MINUTE, RollupUnit.HOUR)
    )
    nothing: list[Any] = [sa.literal_column("0") for _column in range(4)]
    start = sa.case((minute < hour + 60, minute), else_=hour)
    metrics = db.metadata.tables["metrics"]  # not every database takes a WHERE without a FROM
    row = sa.select(metrics.c.id, sa.literal_column(str(FIRST)), start, *nothing)
    return row.where(metrics.c.id == metric_id, hour.is_not(None))


def _values(
    metric: "Metric", view: MetricView, starts: Sequence[int], tallies: dict[int, Tally], first: int | None
) -> list[tuple[datetime, float | None]]:
    """The value of each stretch."""
    fills_until = _now() - metric.threshold
    values: list[tuple[datetime, float | None]] = []
    repeated: tuple[float, int] | None = None
    for place, start in enumerate(starts):
        tally = tallies.get(place)
        value = None
        if tally is not None:
            value = tally.total / tally.many if metric.calculation is Calculation.AVERAGE else tally.total
            # A value that comes again is counted where it came first, up to `threshold` minutes before.
            is_steady = metric.calculation is Calculation.AVERAGE and tally.many > 1 and tally.least == tally.most
            repeated = (value, start + metric.threshold) if is_steady else None
        elif repeated is not None and start < repeated[1]:
            value = repeated[0]
        elif first is not None and first <= start and _end(view, start) <= fills_until:
            value = metric.default_value
        values.append((moment(start), None if value is None else round(value, metric.places)))
    return values


def _end(view: MetricView, start: int) -> int:
    return start + STRETCHES[view][1]
