from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.extensions import db
from app.lib import clock
from app.models import Metric, MetricPoint, Setting
from app.models.enums import Calculation, MetricView
from app.models.series import Series
from tests.queries import count_queries

NOW = datetime(2026, 8, 20, 12, 34, 10, tzinfo=UTC)
LENGTHS = {
    MetricView.HOUR: (60, timedelta(minutes=1)),
    MetricView.HALF_DAY: (72, timedelta(minutes=10)),
    MetricView.DAY: (96, timedelta(minutes=15)),
    MetricView.WEEK: (84, timedelta(hours=2)),
    MetricView.MONTH: (30, timedelta(days=1)),
}


@pytest.fixture(autouse=True)
def now(monkeypatch, installed):
    monkeypatch.setattr("app.lib.clock.now", lambda: NOW)


def make(*points: tuple[float, float], **fields) -> Metric:
    """A metric with points given as (minutes ago, value)."""
    metric = Metric.create(actor=None, **{"name": "Load", "suffix": "%", "threshold": 0, **fields})
    for ago, value in points:
        metric.add_point(value, at=NOW - timedelta(minutes=ago))
    db.session.commit()
    return metric


def values(metric: Metric, view: MetricView) -> list[float | None]:
    return [value for _start, value in metric.series(view).points]


@pytest.mark.parametrize("view", MetricView)
def test_stretches_lie_side_by_side_and_the_last_one_goes_on(view):
    points = make().series(view).points
    many, length = LENGTHS[view]
    assert len(points) == many
    starts = [start for start, _value in points]
    assert {after - before for before, after in pairwise(starts)} == {length}
    assert starts[-1] <= NOW < starts[-1] + length
    assert all(start.tzinfo is UTC for start in starts)


@pytest.mark.parametrize("view", MetricView)
def test_without_points_there_is_nothing(view):
    series = make(default_value=5).series(view)
    assert series.is_empty
    assert {value for _start, value in series.points} == {None}
    assert series.latest is None


def test_a_sum_and_an_average_to_so_many_places():
    points = ((3, 1), (3, 2), (3, 1.006), (0, 7))
    total = make(*points, calculation=Calculation.SUM, places=2)
    mean = make(*points, calculation=Calculation.AVERAGE, places=3)
    assert values(total, MetricView.HALF_DAY)[-1] == 11.01
    assert values(mean, MetricView.HOUR)[-4:] == [1.335, None, None, 7]
    assert mean.series(MetricView.HOUR).latest == 7


def test_repeats_count_each_time():
    metric = make((2, 5), (2, 5), (2, 5), threshold=5)
    assert values(metric, MetricView.HOUR)[-3:] == [15, None, None]


def test_a_steady_average_is_no_row_of_gaps():
    metric = make(*((ago, 5) for ago in range(12, 4, -1)), threshold=5, calculation=Calculation.AVERAGE)
    assert values(metric, MetricView.HOUR)[-13:] == [5] * 10 + [None] * 3


def test_a_default_fills_between_the_first_point_and_the_newest_minutes():
    metric = make((20, 3), (12, 4), threshold=5, default_value=0.5)
    assert values(metric, MetricView.HOUR)[-22:] == [None, 3, *[0.5] * 7, 4, *[0.5] * 6, *[None] * 6]


def test_months_are_made_of_the_days_of_the_page():
    Setting.set(timezone="America/New_York")
    metric = make((0, 1), (12 * 60, 2), (13 * 60, 4))
    last, before = metric.series(MetricView.MONTH).points[-1], metric.series(MetricView.MONTH).points[-2]
    assert last == (datetime(2026, 8, 20, 4, tzinfo=UTC), 1)
    assert before == (datetime(2026, 8, 19, 4, tzinfo=UTC), 6)


def test_a_day_that_gains_an_hour_is_one_day(monkeypatch):
    Setting.set(timezone="Europe/Berlin")
    monkeypatch.setattr("app.lib.clock.now", lambda: datetime(2026, 10, 26, 9, tzinfo=UTC))
    starts = [start for start, _value in make().series(MetricView.MONTH).points]
    assert starts[-2:] == [datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)]
    assert len(starts) == len(set(starts)) == 30


def test_all_are_read_in_one_query_each_in_its_own_view():
    metrics = [make((5, view), default_view=view, default_value=view % 2 or None) for view in MetricView]
    for metric in metrics:
        assert metric.name
    Setting.all()
    with count_queries() as sent:
        found = Series.load(metrics)
    assert len(sent) == 1
    assert {id: series.view for id, series in found.items()} == {m.id: m.default_view for m in metrics}
    assert [found[metric.id].latest for metric in metrics] == [float(metric.default_view) for metric in metrics]
    assert Series.load([]) == {}


def straight(metric: Metric, view: MetricView) -> list[float | None]:
    """The sums of a view straight from the points."""
    starts = [start for start, _value in metric.series(view).points]
    ends = [*starts[1:], NOW + timedelta(minutes=2)]
    points = list(db.session.scalars(sa.select(MetricPoint).where(MetricPoint.metric_id == metric.id)))
    within = [[p for p in points if start <= p.at < end] for start, end in zip(starts, ends, strict=True)]
    return [sum(p.value * p.counter for p in found) if found else None for found in within]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    points=st.lists(
        st.tuples(
            st.one_of(st.integers(0, 70), st.integers(0, 1500), st.integers(0, 40 * 24 * 60)), st.integers(-99, 99)
        ),
        max_size=20,
    ),
    threshold=st.sampled_from([0, 5, 60]),
    zone=st.sampled_from(["UTC", "Asia/Kathmandu", "America/New_York"]),
)
def test_series_are_what_the_points_come_to(app, points, threshold, zone):
    Setting.set(timezone=zone)
    metric = make(*points, threshold=threshold)
    for view in MetricView:
        assert values(metric, view) == straight(metric, view)
    assert clock.now() == NOW
