"""The metrics section of the status page, and what Cachet's own page asked of a metric."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.extensions import db
from app.lib import clock
from app.models.enums import Calculation, MetricView, RollupUnit
from app.models.metric import Metric
from app.models.metric_rollup import MetricRollup, moment, starts
from app.models.mixins import Actor
from app.models.series import Series
from app.models.setting import Setting

# Names of cachet-v2 3.5 and what each is made of; the day is ours.
FILTERS = {
    "last_hour": MetricView.HOUR,
    "today": MetricView.HALF_DAY,
    "day": MetricView.DAY,
    "week": MetricView.WEEK,
    "month": MetricView.MONTH,
}
HOURS = {MetricView.HALF_DAY: 12, MetricView.DAY: 24}
DAYS = {MetricView.WEEK: 8, MetricView.MONTH: 31}


@dataclass(frozen=True)
class Charts:
    """What is drawn: a series for each metric that has something to show. `asked` is the view that the reader chose."""

    shown: list[Series]
    asked: MetricView | None
    are_there: bool

    @classmethod
    def load(cls, viewer: Actor | None, asked: MetricView | None = None) -> "Charts":
        """Read them in two queries; in none if the page is to have no charts."""
        metrics = list(db.session.scalars(Metric.on_page(viewer))) if Setting.get("show_charts") else []
        series = Series.load(metrics, asked)
        shown = [series[metric.id] for metric in metrics if metric.show_when_empty or not series[metric.id].is_empty]
        # Who asked for an hour without values needs the way back to the others.
        return cls(shown, asked, are_there=bool(shown) or (bool(metrics) and asked is not None))

    def __bool__(self) -> bool:
        return self.are_there

    @property
    def view(self) -> MetricView | None:
        """How far back all of them go; None when each goes its own way."""
        views = {series.view for series in self.shown}
        return self.asked if self.asked is not None else views.pop() if len(views) == 1 else None


def buckets(metric: Metric, view: MetricView) -> dict[str, float | None]:
    """The values of `metric` as cachet-v2 3.5 has them, by minute, hour or day in the page's zone, oldest first; empty
    when there is nothing to tell. Where there are no points the default value stands, but for the newest `threshold`
    minutes of the last hour, which are left out: they may still come."""
    unit, pattern, begins = _begins(view)
    found = db.session.execute(
        sa.select(MetricRollup.minute, MetricRollup.total, MetricRollup.count).where(
            MetricRollup.metric_id == metric.id, MetricRollup.unit == unit, MetricRollup.minute >= begins[0]
        )
    )
    may_come = begins[-1] - metric.threshold if unit is RollupUnit.MINUTE else begins[-1]
    zone = Setting.zone()
    # By what it is called: when the clocks go back there are two hours of one name.
    sums: dict[str, tuple[float, int]] = {}
    for minute, total, count in found:
        name = f"{moment(minute).astimezone(zone):{pattern}}"
        before = sums.get(name, (0.0, 0))
        sums[name] = (before[0] + total, before[1] + count)
    is_average = metric.calculation is Calculation.AVERAGE
    tallied = {name: total / count if is_average else total for name, (total, count) in sums.items()}
    known = {name: round(value, metric.places) for name, value in tallied.items()}
    named = {begin: f"{moment(begin).astimezone(zone):{pattern}}" for begin in begins}
    values = {
        name: known.get(name, metric.default_value)
        for begin, name in named.items()
        if name in known or begin <= may_come
    }
    return values if any(value is not None for value in values.values()) else {}


def _begins(view: MetricView) -> tuple[RollupUnit, str, list[int]]:
    """Of which roll-ups a view is made, how their times are written, and the minute in which each begins."""
    zone, now = Setting.zone(), clock.now()
    minute, hour, _day = starts(now, zone)
    if view is MetricView.HOUR:
        return RollupUnit.MINUTE, "%Y-%m-%d %H:%M", [minute - ago for ago in reversed(range(61))]
    if view in HOURS:
        hours = [hour - 60 * ago for ago in reversed(range(HOURS[view]))]
        return RollupUnit.HOUR, "%Y-%m-%d %H:%M", hours
    days = [_start_of_day(now, ago) for ago in reversed(range(DAYS[view]))]
    return RollupUnit.DAY, "%Y-%m-%d", days


def _start_of_day(now: datetime, ago: int) -> int:
    zone = Setting.zone()
    day = now.astimezone(zone).date() - timedelta(days=ago)
    return int(clock.start_of_day(day, zone).timestamp() // 60)
