"""python-pylls from PyPI, unmodified: it puts what it searches for into the body of a GET, and follows next_page."""

from types import SimpleNamespace

import pytest
from pylls import cachet
from pylls.client import CachetAPIClient

from tests.clients.live import refused

KINDS = ("Ping", "Version", "Components", "Incidents", "Metrics", "Subscribers")


def client_of(endpoint, token):
    asked = CachetAPIClient(api_endpoint=endpoint, api_token=token)
    return SimpleNamespace(**{kind.lower(): getattr(cachet, kind)(asked) for kind in KINDS})


@pytest.fixture
def pylls(live):
    return client_of(live.url, live.token)


def test_ping_and_version(pylls):
    assert pylls.ping.get() == "Pong!"
    assert pylls.version.get().startswith("2.4")


def test_components_and_groups(pylls):
    group = pylls.components.groups.create("Core", order=1, collapsed=2)
    assert (group["name"], group["order"], group["collapsed"]) == ("Core", 1, 2)
    assert pylls.components.groups.update(group["id"], name="Edge")["order"] == 1
    assert [g["name"] for g in pylls.components.groups.get(name="Edge")] == ["Edge"]
    assert list(pylls.components.groups.get(name="Core")) == []

    made = [pylls.components.create(f"Part {n}", 1 + n % 2, group_id=group["id"]) for n in range(25)]
    assert (made[0]["link"], made[0]["description"], made[0]["enabled"]) == ("", "", True)
    assert [c["id"] for c in pylls.components.get()] == [c["id"] for c in made]
    assert [c["id"] for c in pylls.components.get(status=2, per_page=5)] == [c["id"] for c in made[1::2]]
    assert [c["id"] for c in pylls.components.get(name="Part 7")] == [made[7]["id"]]
    assert list(pylls.components.get(made[3]["id"])) == [made[3]]
    assert pylls.components.update(made[3]["id"], status=4)["name"] == "Part 3"
    assert pylls.components.delete(made[3]["id"]) is None
    assert refused(list, pylls.components.get(made[3]["id"])) == 404
    pylls.components.groups.delete(group["id"])
    assert {c["group_id"] for c in pylls.components.get()} == {0}


def test_incidents(pylls):
    component = pylls.components.create("API", 1)["id"]
    made = pylls.incidents.create(
        "Slow", "m", 1, 1, component_id=component, component_status=4, created_at="2026-08-20 14:43:07"
    )
    assert (made["status"], made["visible"], made["component_id"]) == (1, 1, component)
    assert next(pylls.components.get(component))["status"] == 4
    assert [i["id"] for i in pylls.incidents.get(component_id=component)] == [made["id"]]
    changed = pylls.incidents.update(made["id"], status=4)
    assert (changed["name"], changed["message"], changed["human_status"]) == ("Slow", "m", "Fixed")
    pylls.incidents.delete(made["id"])
    assert list(pylls.incidents.get()) == []


def test_metrics_points_and_subscribers(pylls):
    metric = pylls.metrics.create("Latency", "ms", "How long", 0, display=1)
    assert next(pylls.metrics.get(metric["id"])) == metric
    points = [pylls.metrics.points.create(metric["id"], value, timestamp=1_790_000_000) for value in (42, 43)]
    assert [point["value"] for point in points] == [42, 43]
    assert list(pylls.metrics.points.get(metric["id"])) == points[::-1]
    pylls.metrics.points.delete(metric["id"], points[0]["id"])
    assert list(pylls.metrics.points.get(metric["id"])) == points[1:]
    pylls.metrics.delete(metric["id"])
    assert list(pylls.metrics.get()) == []

    component = pylls.components.create("API", 1)["id"]
    subscriber = pylls.subscribers.create("sue@example.org", verify=True, components=[component])
    assert (subscriber["global"], subscriber["subscriptions"][0]["component_id"]) == (False, component)
    assert list(pylls.subscribers.get()) == [subscriber]
    pylls.subscribers.delete(subscriber["id"])
    assert list(pylls.subscribers.get()) == []


def test_what_is_refused_is_its_own_exception(live, pylls):
    stranger = client_of(live.url, "wrong")
    assert refused(stranger.components.create, "No", 1) == 401
    assert refused(list, stranger.subscribers.get()) == 401
    assert refused(pylls.components.create, "", 1) == 400
    assert refused(pylls.incidents.delete, 99_999) == 404
