"""cachet from PyPI, unmodified: it sends forms, so every value is a text."""

import cachet
import pytest


@pytest.fixture
def client(live):
    return cachet.Cachet(live.url, live.token)


def done(answer):
    """The `data` of the answer that it hands back."""
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_components_and_groups(client):
    assert done(client.ping()) == "Pong!"
    group = done(client.postComponentsGroups("Core", order=2, collapsed=1))
    assert (group["name"], group["order"], group["collapsed"], group["visible"]) == ("Core", 2, 1, 0)
    assert done(client.putComponentsGroupsByID(group["id"], name="Edge"))["order"] == 2
    assert [g["name"] for g in done(client.searchComponentsGroups(collapsed=1))] == ["Edge"]
    assert done(client.searchComponentsGroups(visible=1)) == []
    assert done(client.getComponentsGroupsByID(group["id"])) == done(client.getComponentsGroups())[0]

    made = done(client.postComponents("API", 1, group_id=group["id"], enabled=True, link="https://example.org"))
    assert (made["status"], made["group_id"], made["enabled"]) == (1, group["id"], True)
    other = done(client.postComponents("Web", 3, enabled=False))
    assert other["enabled"] is False
    assert done(client.putComponentsByID(made["id"], status=2))["name"] == "API"
    assert [c["id"] for c in done(client.getComponents())] == [made["id"], other["id"]]
    assert [c["id"] for c in done(client.getComponents({"per_page": 1, "page": 2}))] == [other["id"]]
    assert [c["id"] for c in done(client.searchComponents(status=3))] == [other["id"]]
    assert [c["id"] for c in done(client.searchComponents(enabled=1, group_id=group["id"]))] == [made["id"]]
    assert [c["id"] for c in done(client.searchComponents(sort="id"))] == [other["id"], made["id"]]
    assert done(client.getComponentsByID(made["id"]))["status"] == 2
    assert client.deleteComponentsByID(made["id"]).status_code == 204
    assert client.deleteComponentsByID(made["id"]).status_code == 404


def test_incidents_and_their_updates(client):
    component = done(client.postComponents("API", 1))["id"]
    made = done(
        client.postIncidents("Slow", "We *look*.", 1, 1, component_id=component, component_status=3, notify=True)
    )
    assert (made["message"], made["visible"], made["component_id"]) == ("We *look*.", 1, component)
    assert done(client.getComponentsByID(component))["status"] == 3
    assert done(client.putIncidentsByID(made["id"], status=2))["name"] == "Slow"
    assert [i["id"] for i in done(client.searchIncidents(component_id=component, status=2))] == [made["id"]]
    assert done(client.searchIncidents(visible=0)) == []
    assert done(client.getIncidents()) == [done(client.getIncidentsByID(made["id"]))]

    said = done(client.postIncidentUpdate(made["id"], 4, "Mended."))
    assert done(client.putIncidentUpdateByID(made["id"], said["id"], 4, "Mended for good."))["id"] == said["id"]
    assert done(client.getIncidentUpdateByID(made["id"], said["id"]))["message"] == "Mended for good."
    assert [u["id"] for u in done(client.getIncidentUpdates(made["id"]))] == [said["id"]]
    assert done(client.getComponentsByID(component))["status"] == 1
    assert client.deleteIncidentUpdateByID(made["id"], said["id"]).status_code == 204
    assert client.deleteIncidentsByID(made["id"]).status_code == 204
    assert client.getIncidentsByID(made["id"]).status_code == 404


def test_metrics_points_and_subscribers(client):
    metric = done(client.postMetrics("Latency", "ms", "How long", 0, display_chart=1))
    assert (metric["default_value"], metric["display_chart"]) == (0, True)
    point = done(client.postMetricsPointsByID(metric["id"], 42))
    assert (point["value"], point["counter"]) == (42, 1)
    assert done(client.getMetricsPointsByID(metric["id"])) == [point]
    assert done(client.getMetrics()) == [done(client.getMetricsByID(metric["id"]))]
    assert client.deleteMetricsPointsByID(metric["id"], point["id"]).status_code == 204
    assert client.deleteMetricsByID(metric["id"]).status_code == 204

    subscriber = done(client.postSubscribers("sue@example.org", verify=True))
    assert subscriber["verified_at"] is not None
    assert done(client.getSubscribers()) == [subscriber]
    assert client.deleteSubscribersByID(subscriber["id"]).status_code == 204


def test_what_is_refused_is_told_by_number(live, client):
    stranger = cachet.Cachet(live.url, "wrong")
    assert stranger.postComponents("No", 1).status_code == 401
    assert stranger.getSubscribers().status_code == 401
    assert client.postComponents("", 1).status_code == 400
    assert client.getComponentsByID(99_999).status_code == 404
