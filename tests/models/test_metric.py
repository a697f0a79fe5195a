from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import Invalid, NotFound
from app.extensions import db
from app.jobs import housekeeping
from app.lib import clock
from app.models import Event, EventName, Metric, MetricPoint, MetricRollup, Setting
from app.models.enums import RollupUnit, Visibility
from app.models.metric_point import pruned_before
from app.models.metric_rollup import moment

NOON = datetime(2026, 8, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon(monkeypatch, installed):
    monkeypatch.setattr("app.lib.clock.now", lambda: NOON)


def make(**fields) -> Metric:
    metric = Metric.create(actor=None, **{"name": "Response time", "suffix": "ms", **fields})
    db.session.commit()
    return metric


def rollups(metric: Metric) -> dict[tuple[RollupUnit, datetime], tuple[float, int, float, float]]:
    rows = db.session.scalars(
        sa.select(MetricRollup).where(MetricRollup.metric_id == metric.id).execution_options(populate_existing=True)
    )
    return {(row.unit, moment(row.minute)): (row.total, row.count, row.least, row.most) for row in rows}


def counted(metric: Metric) -> dict[tuple[RollupUnit, datetime], tuple[float, int, float, float]]:
    """The same straight from the points."""
    zone, found = Setting.zone(), {}
    for point in db.session.scalars(MetricPoint.of(metric.id)):
        local = point.at.astimezone(zone)
        starts = {
            RollupUnit.MINUTE: point.at.replace(second=0),
            RollupUnit.HOUR: point.at.replace(second=0, minute=0),
            RollupUnit.DAY: local.replace(second=0, minute=0, hour=0).astimezone(UTC),
        }
        for key in starts.items():
            total, count, least, most = found.get(key, (0.0, 0, point.value, point.value))
            found[key] = (
                total + point.value * point.counter,
                count + point.counter,
                min(least, point.value),
                max(most, point.value),
            )
    return found


def assert_in_step(metric: Metric) -> None:
    kept, right = rollups(metric), counted(metric)
    assert kept.keys() == right.keys()
    for key, sums in kept.items():
        assert sums == pytest.approx(right[key]), key


def test_what_happens_to_a_metric_is_noted_but_no_point_is(olive):
    one, two = make(), make(name="Requests")
    one.edit(actor=olive, name="Latency", threshold=0)
    Metric.reorder([two.id, one.id], actor=olive)
    one.add_point(3)
    two.delete(actor=olive)
    names = [event.name for event in db.session.query(Event).order_by(Event.id) if event.name.startswith("metric")]
    assert names == [
        EventName.METRIC_CREATED,
        EventName.METRIC_CREATED,
        EventName.METRIC_UPDATED,
        EventName.METRICS_REORDERED,
        EventName.METRIC_DELETED,
    ]


def test_a_new_one_is_last():
    assert [make().position, make().position] == [1, 2]


def test_its_points_and_roll_ups_go_with_it(olive):
    metric, other = make(), make()
    metric.add_point(1)
    other.add_point(2)
    db.session.commit()
    metric.delete(actor=olive)
    db.session.commit()
    assert {row.metric_id for row in db.session.query(MetricPoint)} == {other.id}
    assert {row.metric_id for row in db.session.query(MetricRollup)} == {other.id}


@pytest.mark.parametrize("threshold", [-1, 7, 61, 120])
def test_a_threshold_that_does_not_divide_an_hour_is_refused(threshold):
    with pytest.raises(Invalid) as refused:
        make(threshold=threshold)
    assert list(refused.value.fields) == ["threshold"]


@pytest.mark.parametrize("fields", [{"places": 5}, {"places": -1}, {"default_value": float("nan")}])
def test_what_makes_no_sense_is_refused_by_name(fields):
    metric = make()
    with pytest.raises(Invalid) as refused:
        metric.edit(actor=None, **fields)
    assert list(refused.value.fields) == list(fields)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 10**400, 1e16, "5", True, None])
def test_what_is_no_number_is_refused_and_nothing_is_stored(value):
    metric = make()
    with pytest.raises(Invalid) as refused:
        metric.add_point(value)
    assert list(refused.value.fields) == ["value"]
    assert not rollups(metric)


@pytest.mark.parametrize(
    ("second", "rounded"), [(0, 0), (14.999, 0), (15, 30), (29, 30), (44.9, 30), (45, 60), (59.9, 60)]
)
def test_times_are_rounded_to_half_minutes_away_from_zero(second, rounded):
    before = NOON - timedelta(minutes=10)
    point = make().add_point(1, at=before + timedelta(seconds=second))
    assert point.at == before + timedelta(seconds=rounded)


def test_the_future_is_refused_but_for_a_minute_by_which_clocks_differ():
    metric = make()
    metric.add_point(1, at=NOON + timedelta(seconds=60))
    with pytest.raises(Invalid) as refused:
        metric.add_point(1, at=NOON + timedelta(seconds=61))
    assert list(refused.value.fields) == ["at"]


def add(metric: Metric, *points: tuple[float, float]) -> list[MetricPoint]:
    """Points as (minutes before noon, value)."""
    return [metric.add_point(value, at=NOON - timedelta(minutes=ago)) for ago, value in points]


def test_the_same_value_again_within_the_threshold_is_counted():
    metric = make(threshold=5)
    points = add(metric, (20, 7), (18, 7), (16, 7), (15, 7), (14, 8), (13, 7))
    assert [point.id for point in points] == [1, 1, 1, 2, 3, 4]
    assert points[0].counter == 3
    assert_in_step(metric)


def test_a_threshold_of_nothing_counts_nothing():
    metric = make(threshold=0)
    assert [point.counter for point in add(metric, (1, 7), (1, 7))] == [1, 1]


def test_a_point_that_comes_late_is_compared_with_what_was_before_it():
    metric = make(threshold=5)
    first, newest, late = add(metric, (30, 1), (2, 1), (29, 1))
    assert late is first
    assert newest.counter == 1
    assert_in_step(metric)


def test_a_point_deleted_meanwhile_cannot_be_changed():
    point = make().add_point(1)
    db.session.commit()
    db.session.execute(sa.delete(MetricPoint))
    with pytest.raises(NotFound, match="deleted meanwhile"):
        point.edit(value=3, actor=None)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe"])
def test_days_are_those_of_the_page(zone):
    Setting.set(timezone=zone)
    metric = make()
    add(metric, *((minutes, minutes) for minutes in range(0, 3000, 45)))
    assert_in_step(metric)


def test_days_follow_the_page_into_another_zone():
    metric = make()
    add(metric, *((minutes, minutes) for minutes in range(0, 3000, 45)))
    Setting.set(timezone="America/New_York")
    MetricRollup.rebuild_days(metric.id, ZoneInfo("America/New_York"))
    assert_in_step(metric)


# Eighths add up to the same whatever comes first.
value = st.one_of(st.integers(-5, 5).map(float), st.floats(-1e9, 1e9, allow_nan=False).map(lambda v: round(v * 8) / 8))
# Minutes before noon: within the last minutes, the last days, and beyond the minutes that are kept.
ago = st.one_of(st.integers(0, 12), st.integers(0, 3 * 24 * 60), st.integers(0, 60 * 24 * 60)).map(float)
step = st.one_of(
    st.tuples(st.just("add"), value, ago),
    st.tuples(st.just("edit"), value, st.one_of(st.none(), ago), st.integers(0, 99)),
    st.tuples(st.just("delete"), st.integers(0, 99)),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(step, max_size=25),
    threshold=st.sampled_from([0, 1, 5, 60]),
    zone=st.sampled_from(["UTC", "Asia/Kathmandu", "America/New_York"]),
)
def test_roll_ups_are_what_the_points_come_to(app, steps, threshold, zone):
    Setting.set(timezone=zone)
    metric = make(threshold=threshold)
    for kind, *given_ in steps:
        points = list(db.session.scalars(MetricPoint.of(metric.id)))
        if kind == "add":
            metric.add_point(given_[0], at=NOON - timedelta(minutes=given_[1]))
        elif points and kind == "edit":
            new, minutes, which = given_
            at = None if minutes is None else NOON - timedelta(minutes=minutes)
            points[which % len(points)].edit(value=new, at=at, actor=None)
        elif points:
            points[given_[0] % len(points)].delete(actor=None)
        db.session.commit()
        assert_in_step(metric)


def test_old_points_and_minutes_are_pruned_and_what_charts_need_stays():
    metric = make()
    _old, edge, young = add(metric, (100 * 24 * 60, 1), (89 * 24 * 60, 2), (5, 3))
    before = rollups(metric)
    db.session.commit()
    housekeeping.prune_metrics()
    assert set(db.session.scalars(sa.select(MetricPoint.id))) == {edge.id, young.id}
    gone = {key for key in before if key[0] is RollupUnit.MINUTE and key[1] < NOON - timedelta(days=8)}
    assert len(gone) == 2
    assert rollups(metric) == {key: sums for key, sums in before.items() if key not in gone}
    housekeeping.prune_metrics()
    assert young.at == clock.now() - timedelta(minutes=5)


def test_what_was_pruned_still_counts_after_a_late_correction_beside_it():
    metric = make(threshold=0)
    at = pruned_before() - timedelta(hours=1)
    metric.add_point(5, at=at)
    db.session.commit()
    housekeeping.prune_metrics()
    late = metric.add_point(7, at=at)
    late.edit(value=8, actor=None)
    assert rollups(metric)[RollupUnit.HOUR, at][:2] == (13, 2)
    late.delete(actor=None)
    assert rollups(metric)[RollupUnit.HOUR, at][:2] == (5, 1)


def test_who_sees_which(olive):
    make()
    make(visibility=Visibility.MEMBERS)
    make(visibility=Visibility.HIDDEN)
    make(show_chart=False)

    def ids(select) -> list[int]:
        return [metric.id for metric in db.session.scalars(select)]

    assert ids(Metric.visible_to(None)) == [1, 4]
    assert ids(Metric.visible_to(olive)) == [1, 2, 3, 4]
    assert ids(Metric.on_page(None)) == [1]
    assert ids(Metric.on_page(olive)) == [1, 2]
