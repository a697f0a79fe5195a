"""The dialect of Statuspage: its headers, what it tells whom, and how much it asks of the database."""

from datetime import timedelta

import pytest

from app.extensions import db
from app.lib import clock
from app.models import Component, Maintenance
from app.models.enums import ComponentStatus, IncidentStatus, Visibility
from app.models.setting import Setting
from app.serializers.statuspage import words
from tests.factories import make_component, make_group, make_incident, make_maintenance
from tests.queries import count_queries
from tests.statuspage import NAMES

MAJOR, PARTIAL = ComponentStatus.MAJOR_OUTAGE, ComponentStatus.PARTIAL_OUTAGE
SLOW, WELL = ComponentStatus.PERFORMANCE_ISSUES, ComponentStatus.OPERATIONAL


def told(client, name="summary"):
    answer = client.get(f"/api/v2/{name}.json")
    assert answer.status_code == 200, answer.text
    return answer.json


@pytest.mark.parametrize("name", NAMES)
def test_headers_head_and_304(client, name):
    answer = client.get(f"/api/v2/{name}.json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=30, stale-while-revalidate=60"
    assert "Set-Cookie" not in answer.headers
    assert "Accept-Language" not in answer.headers["Vary"]
    head = client.head(f"/api/v2/{name}.json")
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", answer.headers["ETag"])
    again = client.get(f"/api/v2/{name}.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    assert again.headers["Cache-Control"] == answer.headers["Cache-Control"]
    make_component()
    changed = client.get(f"/api/v2/{name}.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert changed.status_code == 200


def test_pages_elsewhere_may_ask(client):
    asked = {"Origin": "https://elsewhere.test", "Access-Control-Request-Method": "GET"}
    answer = client.options("/api/v2/summary.json", headers=asked | {"Access-Control-Request-Headers": "if-none-match"})
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert answer.headers["Access-Control-Allow-Headers"] == "If-None-Match"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/api/v2", 404),
        ("get", "/api/v2/", 404),
        ("get", "/api/v2/summary", 404),
        ("get", "/api/v2/incidents/gu5vk27027j2.json", 404),
        ("head", "/api/v2/nothing.json", 404),
        ("post", "/api/v2/summary.json", 405),
        ("delete", "/api/v2/incidents.json", 405),
        ("post", "/api/v2/nothing.json", 404),
    ],
)
def test_what_is_not_there_is_said_in_json(client, method, path, status):
    answer = getattr(client, method)(path)
    assert (answer.status_code, answer.mimetype) == (status, "application/json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("GET" in answer.headers.get("Allow", "")) is (status == 405)
    assert method == "head" or list(answer.json) == ["error"]


def test_before_the_page_is_set_up(app):
    answer = app.test_client().get("/api/v2/summary.json")
    assert (answer.status_code, answer.mimetype) == (503, "application/json")


@pytest.mark.parametrize("address", ["/api", "/api/"])
def test_people_are_led_to_the_documentation(client, address):
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/docs/api#statuspage")
    assert 'id="statuspage"' in client.get("/docs/api").text


def test_a_member_is_told_what_guests_are_told(client, sign_in, olive):
    make_component("Public")
    make_component("Staff", visibility=Visibility.MEMBERS)
    browser = sign_in(olive)
    for name in NAMES:
        assert told(browser, name) == told(client, name)
    assert browser.get("/api/v2/summary.json").headers["Cache-Control"].startswith("public")


def test_what_guests_do_not_see_is_nowhere(client):
    seen = make_component("Seen")
    secret = [
        make_component("SECRET disabled", enabled=False),
        make_component("SECRET staff", visibility=Visibility.MEMBERS),
        make_component("SECRET hidden", visibility=Visibility.HIDDEN),
        make_component("SECRET grouped", group=make_group("SECRET group", visibility=Visibility.MEMBERS)),
    ]
    make_group("Nothing in it")
    all_of_them = dict.fromkeys([seen, *secret], SLOW) | {secret[0]: MAJOR}
    make_incident("Told", impacts=all_of_them)
    make_incident("SECRET staff", visibility=Visibility.MEMBERS, impacts={seen: PARTIAL})
    make_incident("SECRET hidden", visibility=Visibility.HIDDEN)
    make_maintenance("Works", components=[seen, *secret])
    make_maintenance("SECRET works", visibility=Visibility.MEMBERS)
    make_maintenance("SECRET until later", publish_at=clock.now() + timedelta(hours=1))
    make_maintenance("SECRET running", visibility=Visibility.HIDDEN, starts_in=timedelta(hours=-1))
    for name in NAMES:
        text = client.get(f"/api/v2/{name}.json").text
        assert "SECRET" not in text, name
        assert "Nothing in it" not in text
    (incident,) = told(client)["incidents"]
    assert (incident["impact"], len(incident["components"])) == ("minor", 1)
    assert len(incident["incident_updates"][0]["affected_components"]) == 1
    (work,) = told(client)["scheduled_maintenances"]
    assert len(work["components"]) == 1


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        ([WELL, WELL], ("none", "All Systems Operational")),
        ([WELL, ComponentStatus.UNKNOWN], ("none", "All Systems Operational")),
        ([WELL, ComponentStatus.UNDER_MAINTENANCE], ("maintenance", "Service Under Maintenance")),
        ([SLOW, ComponentStatus.UNDER_MAINTENANCE], ("minor", "Partially Degraded Service")),
        ([PARTIAL, WELL, SLOW], ("minor", "Minor Service Outage")),
        ([PARTIAL, PARTIAL, WELL], ("major", "Partial System Outage")),
        ([MAJOR, WELL, WELL], ("major", "Partial System Outage")),
        ([MAJOR, MAJOR, WELL], ("critical", "Major Service Outage")),
    ],
)
def test_the_roll_up(client, statuses, said):
    for n, status in enumerate(statuses):
        make_component(f"No {n}", status=status)
    indicator, description = said
    expected = {"indicator": indicator, "description": description}
    assert told(client, "status")["status"] == told(client)["status"] == expected


def test_under_maintenance_said_of_a_component_with_an_open_incident(client):
    component = make_component()
    make_incident(impacts={component: WELL})
    component.say_status(ComponentStatus.UNDER_MAINTENANCE, actor=None)
    db.session.commit()
    told_of = told(client)
    assert (told_of["components"][0]["status"], told_of["incidents"][0]["impact"]) == ("under_maintenance", "none")


def test_there_is_a_word_for_every_status():
    assert set(words.COMPONENT) == set(words.IMPACT) == set(ComponentStatus)


def test_incidents_and_work_without_components_count(client):
    make_component()
    make_maintenance(starts_in=timedelta(hours=-1))
    assert told(client, "status")["status"]["indicator"] == "maintenance"
    make_incident()
    assert told(client, "status")["status"]["indicator"] == "minor"


@pytest.mark.parametrize(
    ("status", "impact"),
    [(WELL, "none"), (ComponentStatus.UNKNOWN, "none"), (SLOW, "minor"), (PARTIAL, "major"), (MAJOR, "critical")],
)
def test_an_impact_stays_what_it_was_at_worst(client, status, impact):
    api = make_component()
    incident = make_incident(impacts={api: status})
    assert told(client)["incidents"][0]["impact"] == impact
    incident.post_update(status=IncidentStatus.WATCHING, message="Better.", impacts={api: WELL}, actor=None)
    incident.fix(actor=None)
    db.session.commit()
    assert told(client, "incidents")["incidents"][0]["impact"] == impact


def test_ids_are_short_strings_that_stay(client):
    api = make_component()
    make_incident(impacts={api: MAJOR})
    make_maintenance(components=[api])
    first = told(client)
    found = set(ids_in(first))
    assert all(len(one) == 12 and one.isalnum() and one == one.lower() for one in found)
    api.edit(actor=None, name="Another name")
    db.session.commit()
    Setting.set(site_name="Another page")
    db.session.commit()
    assert set(ids_in(told(client))) == found


def ids_in(value):
    if isinstance(value, list):
        for one in value:
            yield from ids_in(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            if name in ("id", "page_id", "incident_id", "code"):
                yield one
            yield from ids_in(one)


def test_a_date_of_a_series_keeps_its_id_when_it_begins(client, monkeypatch):
    make_maintenance(rule="FREQ=DAILY", starts_in=timedelta(hours=1), lasts=timedelta(hours=2))
    (before,) = told(client, "scheduled-maintenances/upcoming")["scheduled_maintenances"]
    later = clock.now() + timedelta(hours=1, minutes=5)
    monkeypatch.setattr("app.lib.clock.now", lambda: later)
    Maintenance.tick(later)
    db.session.commit()
    (running,) = told(client, "scheduled-maintenances/active")["scheduled_maintenances"]
    (coming,) = told(client, "scheduled-maintenances/upcoming")["scheduled_maintenances"]
    assert running["id"] == before["id"] != coming["id"]
    assert (running["status"], coming["status"]) == ("in_progress", "scheduled")


def test_the_fifty_newest(client):
    for n in range(52):
        make_incident(f"No {n}", occurred_at=clock.ago(hours=100 - n))
        make_maintenance(f"No {n}", starts_in=timedelta(hours=-300 + n), lasts=timedelta(minutes=30))
    old = make_incident("Oldest of all", occurred_at=clock.ago(days=300))
    names = [one["name"] for one in told(client, "incidents")["incidents"]]
    assert names == [f"No {n}" for n in range(51, 1, -1)]
    assert told(client, "incidents/unresolved")["incidents"][-1]["name"] == old.name
    works = [one["name"] for one in told(client, "scheduled-maintenances")["scheduled_maintenances"]]
    assert works == names


def fill(count):
    group = make_group()
    for n in range(count):
        api = make_component(f"No {n}", group=group)
        make_component(f"Alone {n}")
        incident = make_incident(impacts={api: MAJOR}, notify=False)
        incident.post_update(status=IncidentStatus.IDENTIFIED, message="x", actor=None, notify=False)
        make_incident(impacts={api: SLOW}, notify=False).fix(actor=None)
        make_maintenance(components=[api], starts_in=timedelta(hours=-1)).post_update("x", actor=None)
        make_maintenance(components=[api], starts_in=timedelta(hours=-9)).post_update("x", actor=None)
        make_maintenance(components=[api]).post_update("x", actor=None)
        make_maintenance(components=[api], rule="FREQ=DAILY").post_update("x", actor=None)
    db.session.commit()


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("summary", 14),
        ("status", 14),
        ("components", 4),
        ("incidents", 7),
        ("incidents/unresolved", 7),
        ("scheduled-maintenances", 14),
        ("scheduled-maintenances/upcoming", 8),
        ("scheduled-maintenances/active", 7),
    ],
)
def test_queries_do_not_grow_with_the_rows(client, name, most):
    counts = []
    client.get("/")  # the first request of all also asks whether the page is set up
    for rows in (1, 5):
        fill(rows)
        with count_queries() as sent:
            told(client, name)
        counts.append(len(sent))
    assert counts[0] == counts[1] <= most


def test_an_answer_that_is_kept_asks_nothing(client):
    make_component()
    told(client)
    with count_queries() as sent:
        told(client)
    assert sent == []


def test_groups_stand_before_what_is_in_them(client):
    second, first = make_group("Second", position=2), make_group("First", position=1)
    make_component("Loose", position=1)
    make_component("B", group=second, position=2)
    make_component("A", group=second, position=1, status=SLOW)
    make_component("C", group=first, position=1)
    rows = told(client, "components")["components"]
    assert [(row["name"], row["group"], row["position"]) for row in rows] == [
        ("First", True, 1),
        ("C", False, 1),
        ("Second", True, 2),
        ("A", False, 1),
        ("B", False, 2),
        ("Loose", False, 3),
    ]
    by_name = {row["name"]: row for row in rows}
    assert by_name["Second"]["components"] == [by_name["A"]["id"], by_name["B"]["id"]]
    assert by_name["A"]["group_id"] == by_name["Second"]["id"]
    assert by_name["Second"]["status"] == "degraded_performance"
    assert [row["name"] for row in rows if "components" in row] == ["First", "Second"]
    assert db.session.query(Component).count() == 4
