"""Writes with an Idempotency-Key: said twice, done once."""

from datetime import timedelta

import pytest

from app.extensions import db
from app.jobs.housekeeping import prune_idempotency_keys
from app.lib import clock
from app.models import Component, IdempotencyKey, Incident, MetricPoint
from app.models.enums import Role

KEY = {"Idempotency-Key": "3a0f6d1e-first"}
REPORT = {"name": "Slow", "status": 1, "message": "We look into it."}


def count(model) -> int:
    db.session.rollback()
    return db.session.query(model).count()


def test_the_same_request_again_gets_the_same_answer_and_changes_nothing(api, olive, run_jobs):
    client = api(olive)
    first = client.post("/incidents", json=REPORT, headers=KEY)
    again = client.post("/incidents", json=dict(reversed(REPORT.items())), headers=KEY)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.data == first.data
    assert again.headers["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first.headers
    assert count(Incident) == 1


def test_another_request_under_the_same_key_is_a_409(api, olive):
    client = api(olive)
    client.post("/incidents", json=REPORT, headers=KEY)
    for path, body in (("/incidents", {**REPORT, "status": 2}), ("/components", REPORT)):
        answer = client.post(path, json=body, headers=KEY)
        assert answer.status_code == 409
        assert "Idempotency-Key" in answer.json["errors"][0]["detail"]
    assert (count(Incident), count(Component)) == (1, 0)


def test_each_token_has_keys_of_its_own(api, olive, ed):
    for member in (olive, ed):
        assert api(member).post("/incidents", json=REPORT, headers=KEY).status_code == 200
    assert count(Incident) == 2


def test_a_request_that_was_refused_may_be_mended_under_the_same_key(api, olive):
    client = api(olive)
    assert client.post("/incidents", json={"name": "Slow"}, headers=KEY).status_code == 400
    assert client.post("/incidents", json=REPORT, headers=KEY).status_code == 200
    assert count(IdempotencyKey) == 1


def test_a_key_is_forgotten_after_a_day(api, olive, monkeypatch):
    client = api(olive)
    client.post("/incidents", json=REPORT, headers=KEY)
    now = clock.now()
    monkeypatch.setattr("app.lib.clock.now", lambda: now + timedelta(hours=23, minutes=59))
    prune_idempotency_keys()
    assert client.post("/incidents", json=REPORT, headers=KEY).headers["Idempotency-Replayed"]
    monkeypatch.setattr("app.lib.clock.now", lambda: now + timedelta(hours=24, minutes=1))
    assert "Idempotency-Replayed" not in client.post("/incidents", json=REPORT, headers=KEY).headers
    assert count(Incident) == 2


def test_the_clock_forgets_old_keys(api, olive, monkeypatch):
    api(olive).post("/incidents", json=REPORT, headers=KEY)
    later = clock.now() + timedelta(hours=25)
    monkeypatch.setattr("app.lib.clock.now", lambda: later)
    prune_idempotency_keys()
    assert count(IdempotencyKey) == 0


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "caf\u00e9"])
def test_what_is_no_key_is_named(api, olive, key):
    answer = api(olive).post("/incidents", json=REPORT, headers={"Idempotency-Key": key})
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json["errors"][0]["detail"]
    assert count(Incident) == 0


def test_without_a_token_a_key_says_nothing(api, olive):
    assert api().post("/incidents", json=REPORT, headers=KEY).status_code == 401
    assert count(IdempotencyKey) == 0


def test_who_may_no_longer_write_is_told_no_answer_of_before(api, olive, ed):
    client = api(ed)
    assert client.post("/incidents", json=REPORT, headers=KEY).status_code == 200
    ed.role = Role.VIEWER.value
    db.session.commit()
    assert client.post("/incidents", json=REPORT, headers=KEY).status_code == 403


def test_the_same_words_in_another_zone_are_another_request(api, olive):
    client, at = api(olive), {**REPORT, "occurred_at": "2026-08-20 10:00:00"}
    assert client.post("/incidents", json=at, headers={**KEY, "Time-Zone": "Asia/Tokyo"}).status_code == 200
    assert client.post("/incidents", json=at, headers={**KEY, "Time-Zone": "UTC"}).status_code == 409


def test_a_slash_at_the_end_is_no_other_request(api, olive):
    client = api(olive)
    first = client.post("/incidents", json=REPORT, headers=KEY)
    assert client.post("/incidents/", json=REPORT, headers=KEY).data == first.data


def test_a_write_whose_answer_is_not_known_is_not_done_again(api, olive):
    client = api(olive)
    client.post("/incidents", json=REPORT, headers=KEY)
    db.session.execute(db.update(IdempotencyKey).values(status=None, body=None))
    db.session.commit()
    assert client.post("/incidents", json=REPORT, headers=KEY).status_code == 409
    assert count(Incident) == 1


def test_a_metric_point_is_counted_once(api, olive):
    client = api(olive)
    metric = client.post("/metrics", json={"name": "Coffee", "suffix": "cups", "default_value": 0}).json["data"]
    path = f"/metrics/{metric['id']}/points"
    first = client.post(path, json={"value": 7}, headers=KEY)
    assert first.status_code == 200
    assert client.post(path, json={"value": 7}, headers=KEY).data == first.data
    assert [point.counter for point in db.session.query(MetricPoint)] == [1]


def test_putting_and_deleting_are_the_same_twice_anyway(api, olive):
    client = api(olive)
    id = client.post("/incidents", json=REPORT).json["data"]["id"]
    assert client.put(f"/incidents/{id}", json={"name": "Slower"}, headers=KEY).status_code == 200
    assert client.put(f"/incidents/{id}", json={"name": "Slowest"}, headers=KEY).json["data"]["name"] == "Slowest"
