import pytest

from app.extensions import db
from app.models import Component, Event, EventName, StatusChange
from app.models.enums import ComponentStatus, IncidentStatus
from tests.factories import make_component, make_group, make_incident

FULL = {
    "name": "API",
    "description": "For programs",
    "status": 1,
    "link": "https://example.org",
    "order": 3,
    "group_id": 1,
    "enabled": True,
}


def events() -> list[str]:
    return [event.name for event in db.session.query(Event).order_by(Event.id)]


def test_it_is_created_and_read_again(api, olive):
    make_group()
    answer = api(olive).post("/components", json=FULL)
    assert answer.status_code == 200
    assert FULL.items() <= answer.json["data"].items()
    assert api().get("/components/1").json == answer.json
    assert EventName.COMPONENT_CREATED in events()


def test_name_and_status_are_enough(api, olive):
    made = api(olive).post("/components", json={"name": "API", "status": 0}).json["data"]
    assert (made["status"], made["status_name"], made["enabled"]) == (0, "Unknown", True)
    assert (made["order"], made["group_id"], made["link"], made["tags"], made["meta"]) == (0, 0, "", {}, None)


def test_an_empty_body_names_what_is_missing(api, olive):
    answer = api(olive).post("/components", json={})
    assert answer.status_code == 400
    assert answer.json["errors"][0]["meta"]["details"] == [
        "The name field is required.",
        "The status field is required.",
    ]
    assert EventName.COMPONENT_CREATED not in events()


def test_null_means_not_given(api, olive):
    sent = {
        "name": "API",
        "status": 1,
        "description": None,
        "link": None,
        "order": None,
        "group_id": None,
        "tags": None,
    }
    assert api(olive).post("/components", json=sent).json["data"]["description"] == ""


def test_an_unknown_group_is_no_group(api, olive):
    assert api(olive).post("/components", json={**FULL, "group_id": 1000}).json["data"]["group_id"] == 0


@pytest.mark.parametrize(
    ("sent", "tags"),
    [
        ("One,Two", {"one": "One", "two": "Two"}),
        ("Hello World", {"hello-world": "Hello World"}),
        (["One", "Two"], {"one": "One", "two": "Two"}),
        ({"one": "One"}, {"one": "One"}),
        ([], {}),
    ],
)
def test_tags_are_replaced_as_a_whole(api, olive, sent, tags):
    make_component(tags=["Old"])
    changed = api(olive).put("/components/1", json={"tags": sent}).json["data"]
    assert changed["tags"] == tags


@pytest.mark.parametrize("sent", [None, ""])
def test_tags_not_sent_stay(api, olive, sent):
    make_component(tags=["Old"])
    assert api(olive).put("/components/1", json={"tags": sent, "name": "New"}).json["data"]["tags"] == {"old": "Old"}


def test_two_may_have_the_same_name(api, olive):
    for _ in range(2):
        assert api(olive).post("/components", json={"name": "API", "status": 1}).status_code == 200


def test_what_is_absent_from_a_change_stays(api, olive):
    group = make_group()
    api(olive).post("/components", json={**FULL, "group_id": group.id, "enabled": False, "meta": {"uuid": "x"}})
    before = api(olive).get("/components/1").json["data"]
    changed = api(olive).put("/components/1", json={"name": "Web"}).json["data"]
    assert {**before, "name": "Web", "updated_at": ""} == {**changed, "updated_at": ""}
    assert EventName.COMPONENT_UPDATED in events()
    assert EventName.COMPONENT_STATUS_CHANGED not in events()


def test_meta_is_replaced_as_a_whole(api, olive):
    make_component(meta={"old": 1})
    changed = api(olive).put("/components/1", json={"meta": {"id": 123456789}}).json["data"]
    assert changed["meta"] == {"id": 123456789}


def test_it_leaves_its_group_for_0(api, olive):
    make_component(group=make_group())
    assert api(olive).put("/components/1", json={"group_id": 0}).json["data"]["group_id"] == 0


def test_a_status_is_said_outright_and_subscribers_hear_of_it(api, olive):
    make_component()
    answer = api(olive).put("/components/1", json={"status": 2})
    assert (answer.json["data"]["status"], answer.json["data"]["status_name"]) == (2, "Performance Issues")
    event = db.session.query(Event).filter_by(name=EventName.COMPONENT_STATUS_CHANGED).one()
    assert event.data["notify"] is True
    assert db.session.query(StatusChange).count() == 1


def test_silent_spares_the_subscribers(api, olive):
    make_component()
    api(olive).put("/components/1", json={"status": 4, "silent": True})
    event = db.session.query(Event).filter_by(name=EventName.COMPONENT_STATUS_CHANGED).one()
    assert event.data["notify"] is False


def test_the_status_it_has_may_be_said_again(api, olive):
    make_component()
    assert api(olive).put("/components/1", json={"status": 1}).status_code == 200
    assert EventName.COMPONENT_STATUS_CHANGED not in events()


def test_a_whole_object_sent_back_does_not_outlast_the_incident(api, olive):
    component = make_component()
    incident = make_incident(impacts={component: ComponentStatus.MAJOR_OUTAGE})
    client = api(olive)
    whole = client.get("/components/1").json["data"]
    assert whole["status"] == 4
    assert client.put("/components/1", json={**whole, "name": "Renamed"}).json["data"]["status"] == 4
    incident.post_update(status=IncidentStatus.FIXED, message="Done.", actor=olive)
    db.session.commit()
    assert client.get("/components/1").json["data"]["status"] == 1


def test_a_status_said_alone_does_outlast_it(api, olive):
    component = make_component()
    incident = make_incident(impacts={component: ComponentStatus.MAJOR_OUTAGE})
    api(olive).put("/components/1", json={"status": 4})
    incident.post_update(status=IncidentStatus.FIXED, message="Done.", actor=olive)
    db.session.commit()
    assert api().get("/components/1").json["data"]["status"] == 4


def test_maintenance_reads_as_performance_issues(api, olive):
    make_component(status=ComponentStatus.UNDER_MAINTENANCE)
    shown = api().get("/components/1").json["data"]
    assert (shown["status"], shown["status_name"]) == (2, "Performance Issues")
    assert [c["id"] for c in api().get("/components?status=2").json["data"]] == [1]


def test_it_is_deleted_once(api, olive):
    make_component()
    answer = api(olive).delete("/components/1", json={})
    assert (answer.status_code, answer.data, answer.headers.get("Content-Type")) == (204, b"", None)
    assert api(olive).delete("/components/1").status_code == 404
    assert db.session.query(Component).count() == 0
    assert EventName.COMPONENT_DELETED in events()
