from datetime import UTC, datetime, timedelta

import pytest

from app.extensions import db
from app.lib import clock
from app.models import Metric

MIDDAY = datetime(2026, 8, 20, 12, 0, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def metric(installed):
    made = Metric.create(name="Coffee", suffix="Cups", actor=None)
    db.session.commit()
    return made


@pytest.fixture
def three(metric):
    for minutes in (20, 40, 10):
        metric.add_point(minutes, at=clock.now() - timedelta(minutes=minutes))
    db.session.commit()


# 56
def test_a_guest_reads_the_list(guest, three):
    answer = guest.get("/metrics/1/points")
    assert (answer.status_code, {point["id"] for point in answer.json["data"]}) == (200, {1, 2, 3})


# 57
def test_the_newest_comes_first(guest, three):
    answer = guest.get("/metrics/1/points")
    assert [point["value"] for point in answer.json["data"]] == [10, 20, 40]


# 58
def test_a_guest_adds_none(guest, refused):
    refused(401, guest.post, "/metrics/1/points", json={"value": 1})


# 59
def test_only_its_value_counts(writer):
    extra = {"metric_id": 7, "counter": 9, "created_at": "2019-01-01 00:00:00", "calculated_value": 12}
    answer = writer.post("/metrics/1/points", json={"value": 42, **extra})
    made = answer.json["data"]
    assert (answer.status_code, made["value"], made["counter"], made["metric_id"]) == (200, 42, 1, 1)
    assert type(made["value"]) is int


# 60
def test_a_timestamp_is_its_time_to_the_half_minute(writer, monkeypatch):
    monkeypatch.setattr("app.lib.clock.now", lambda: MIDDAY)
    sent = {"value": 1, "timestamp": int((MIDDAY - timedelta(hours=1)).timestamp()) + 10}
    answer = writer.post("/metrics/1/points", json=sent)
    assert (answer.status_code, answer.json["data"]["created_at"]) == (200, "2026-08-20 11:00:30")


# 61
def test_its_time_is_told_in_the_zone_that_is_asked_for(writer, monkeypatch):
    monkeypatch.setattr("app.lib.clock.now", lambda: MIDDAY)
    sent = {"value": 1, "timestamp": int(MIDDAY.timestamp())}
    answer = writer.post("/metrics/1/points", json=sent, headers={"Time-Zone": "America/Mexico_City"})
    assert (answer.status_code, answer.json["data"]["created_at"]) == (200, "2026-08-20 06:00:00")


# 62
def test_one_is_changed(writer, three):
    answer = writer.put("/metrics/1/points/1", json={"value": 999})
    assert (answer.status_code, answer.json["data"]["value"]) == (200, 999)
    assert '"value":999,' in answer.text


# 63
def test_one_is_removed(writer, three):
    answer = writer.delete("/metrics/1/points/1")
    assert (answer.status_code, answer.data) == (204, b"")
