"""Many machines send points of one minute at the same time: none is lost, none is refused, sums stay what they are."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from app.extensions import db
from app.models import Metric, MetricPoint
from tests.models.test_metric import assert_in_step

NOON = datetime(2026, 8, 20, 12, 0, 10, tzinfo=UTC)
SENDERS, EACH = 6, 8


@pytest.fixture(autouse=True)
def noon(monkeypatch, installed):
    monkeypatch.setattr("app.lib.clock.now", lambda: NOON)


def at_once(*works) -> list[int]:
    """What each of `works` answers, all begun together."""
    with ThreadPoolExecutor(len(works)) as pool:
        return [status for done in [pool.submit(work) for work in works] for status in done.result()]


def make(threshold: int) -> Metric:
    metric = Metric.create(name="Coffee", suffix="Cups", threshold=threshold, actor=None)
    db.session.commit()
    return metric


@pytest.mark.parametrize("threshold", [0, 5])
def test_no_point_of_the_same_minute_is_lost(api, olive, threshold):
    metric = make(threshold)
    clients = [api(olive) for _sender in range(SENDERS)]
    db.session.commit()

    def sends(client):
        return lambda: [client.post("/metrics/1/points", json={"value": 2}).status_code for _ in range(EACH)]

    assert at_once(*(sends(client) for client in clients)) == [200] * SENDERS * EACH
    assert sum(point.counter for point in db.session.query(MetricPoint)) == SENDERS * EACH
    assert_in_step(metric)


def test_points_are_corrected_and_taken_back_while_others_come(api, olive):
    metric = make(5)
    adds, corrects, takes = (api(olive) for _sender in range(3))
    for ago in range(EACH * 2):
        metric.add_point(ago + 100, at=NOON)
    db.session.commit()

    def adding():
        return [adds.post("/metrics/1/points", json={"value": 7}).status_code for _ in range(EACH * 3)]

    def correcting():
        moved = {"value": 7, "timestamp": int(NOON.timestamp()) - 45}
        return [corrects.put(f"/metrics/1/points/{id}", json=moved).status_code for id in range(1, EACH + 1)]

    def taking():
        paths = [f"/metrics/1/points/{id}" for id in range(EACH + 1, EACH * 2 + 1)]
        return [takes.delete(path).status_code for path in paths]

    assert set(at_once(adding, correcting, taking)) == {200, 204}
    assert_in_step(metric)
