from datetime import timedelta

import pytest

from app.extensions import db
from app.lib import clock
from app.models import Metric
from tests.contract.golden import CHANGED, MADE, THEN, made, read

BARE = {
    "id": 1,
    "name": "Coffee",
    "suffix": "Cups",
    "description": "",
    "default_value": 0,
    "calc_type": 0,
    "display_chart": True,
    "places": 2,
    "default_view": 1,
    "threshold": 5,
    "order": 0,
    "visible": 1,
    "created_at": MADE,
    "updated_at": CHANGED,
    "default_view_name": "Last 12 Hours",
}
FULL = {
    "id": 1,
    "name": "Coffee",
    "suffix": "Cups",
    "description": "How much we drink",
    "default_value": 4.5,
    "calc_type": 1,
    "display_chart": False,
    "places": 0,
    "default_view": 3,
    "threshold": 10,
    "order": 7,
    "visible": 1,
    "created_at": MADE,
    "updated_at": CHANGED,
    "default_view_name": "Month",
}
VIEWS = ["Last Hour", "Last 12 Hours", "Week", "Month", "Last 24 Hours"]
SENT = {"name": "Coffee", "suffix": "Cups", "default_value": 0}
POINT = {
    "id": 1,
    "metric_id": 1,
    "value": 42,
    "counter": 1,
    "created_at": "2026-08-20 14:43:00",
    "updated_at": CHANGED,
    "calculated_value": 42,
}


@pytest.fixture
def metric(writer, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: THEN)
    writer.post("/metrics", json=SENT)


def test_with_the_least(both, writer):
    made(writer.post("/metrics", json=SENT), BARE)
    made(writer.put("/metrics/1", json={}), BARE)
    read(both, "/metrics/1", BARE)


def test_with_everything(both, writer):
    made(writer.post("/metrics", json={**FULL, "id": 9, "display_chart": 0}), FULL)
    read(both, "/metrics/1", FULL)


@pytest.mark.parametrize(
    ("sent", "shown"), [(4.0, 4), ("4", 4), (-1, -1), (0.25, 0.25), ("0.25", 0.25), (10**6, 10**6)]
)
def test_a_default_value_has_a_fraction_only_if_it_needs_one(both, writer, sent, shown):
    made(writer.post("/metrics", json={**SENT, "default_value": sent}), {**BARE, "default_value": shown})
    read(both, "/metrics/1", {**BARE, "default_value": shown})


def test_no_default_value_is_a_nought(both):
    db.session.add(Metric(name="Coffee", suffix="Cups", position=0))
    db.session.commit()
    read(both, "/metrics/1", BARE)


@pytest.mark.parametrize("visible", [0, 2])
def test_those_that_are_not_for_everyone_are_for_tokens(guest, writer, visible):
    made(writer.post("/metrics", json={**SENT, "visible": visible}), {**BARE, "visible": visible})
    read([writer], "/metrics/1", {**BARE, "visible": visible})
    assert guest.get("/metrics").json["data"] == []


@pytest.mark.parametrize("view", range(5))
def test_each_view_has_its_name(both, writer, view):
    golden = {**BARE, "default_view": view, "default_view_name": VIEWS[view]}
    made(writer.post("/metrics", json={**SENT, "default_view": view}), golden)
    read(both, "/metrics/1", golden)


@pytest.mark.parametrize(
    ("sent", "shown"), [(42, 42), (42.0, 42), ("42", 42), ("42.0", 42), (17.5, 17.5), (-0.125, -0.125), (0, 0)]
)
def test_a_point_has_a_fraction_only_if_it_needs_one(both, writer, metric, sent, shown):
    golden = {**POINT, "value": shown, "calculated_value": shown}
    made(writer.post("/metrics/1/points", json={"value": sent}), golden)
    read(both, "", golden, listed="/metrics/1/points")
    made(writer.put("/metrics/1/points/1", json={"value": sent}), golden)


@pytest.mark.parametrize(("value", "times", "shown"), [(17.5, 2, 35), (0.25, 3, 0.75), (42, 2, 84)])
def test_a_point_that_was_repeated(both, writer, metric, value, times, shown):
    golden = {**POINT, "value": value, "counter": times, "calculated_value": shown}
    for _again in range(times):
        answer = writer.post("/metrics/1/points", json={"value": value})
    made(answer, golden)
    read(both, "", golden, listed="/metrics/1/points")


def test_a_point_of_another_time(both, writer, metric):
    golden = {**POINT, "created_at": "2026-08-20 13:43:00"}
    before = int((THEN - timedelta(hours=1)).timestamp())
    made(writer.post("/metrics/1/points", json={"value": 42, "timestamp": before}), golden)
    read(both, "", golden, listed="/metrics/1/points")
