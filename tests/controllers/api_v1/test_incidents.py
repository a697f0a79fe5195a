from datetime import timedelta

import pytest

from app.extensions import db
from app.models import Event, EventName, Incident, Setting
from app.models.enums import ComponentStatus, IncidentStatus, Visibility
from tests.factories import make_component, make_incident, make_maintenance

VALID = {"name": "Slow", "message": "We *look* into it.\n\nSoon more.", "status": 1}


def reported() -> Event:
    return db.session.query(Event).filter_by(name=EventName.INCIDENT_REPORTED).one()


def test_it_is_reported_and_read_again(api, olive):
    answer = api(olive).post("/incidents", json=VALID)
    assert answer.status_code == 200
    made = answer.json["data"]
    assert VALID.items() <= made.items()
    assert (made["visible"], made["stickied"], made["is_resolved"], made["user_id"]) == (1, False, False, olive.id)
    assert (made["component_id"], made["updates"], made["latest_update_id"]) == (0, [], None)
    assert api().get("/incidents/1").json == answer.json
    assert reported().data["notify"] is True


def test_nobody_is_told_when_the_client_says_so(api, olive):
    api(olive).post("/incidents", data={**VALID, "notify": "False"})
    assert reported().data["notify"] is False


def test_an_empty_body_names_what_is_missing(api, olive):
    answer = api(olive).post("/incidents", json={})
    assert answer.status_code == 400
    details = answer.json["errors"][0]["meta"]["details"]
    assert details == [f"The {name} field is required." for name in ("name", "status", "message")]
    assert db.session.query(Incident).count() == 0


def test_the_component_takes_the_status_at_once_and_recovers_with_the_fix(api, olive):
    make_component()
    client = api(olive)
    made = client.post("/incidents", json={**VALID, "component_id": 1, "component_status": 3}).json["data"]
    assert made["component_id"] == 1
    assert client.get("/components/1").json["data"]["status"] == 3
    fixed = client.put("/incidents/1", json={"status": 4}).json["data"]
    assert (fixed["is_resolved"], fixed["human_status"], fixed["name"]) == (True, "Fixed", "Slow")
    assert client.get("/components/1").json["data"]["status"] == 1


def test_the_word_of_an_old_client_on_a_component_is_outright(api, olive):
    make_component(status=ComponentStatus.MAJOR_OUTAGE)
    client = api(olive)
    client.post("/incidents", json={**VALID, "component_id": 1, "component_status": 2})
    assert client.get("/components/1").json["data"]["status"] == 2
    client.put("/incidents/1", json={"status": 4, "component_id": 1, "component_status": 1})
    assert client.get("/components/1").json["data"]["status"] == 1


def test_a_status_that_came_with_an_incident_goes_with_it_whoever_spoke_before(api, olive):
    make_incident(impacts={make_component(): ComponentStatus.MAJOR_OUTAGE})
    client = api(olive)
    client.post("/incidents", json={**VALID, "component_id": 1, "component_status": 2})
    update = {"status": 2, "message": "Not yet.", "component_id": 1, "component_status": 2}
    client.post("/incidents/1/updates", json=update)
    assert client.get("/components/1").json["data"]["status"] == 2
    for number in (1, 2):
        client.put(f"/incidents/{number}", json={"status": 4})
    assert client.get("/components/1").json["data"]["status"] == 1


def test_a_state_that_nobody_knows_does_not_outlast_the_incident_that_came_in_a_maintenance(api, olive):
    component = make_component()
    work = make_maintenance(starts_in=timedelta(hours=-1), components=[component])
    client = api(olive)
    client.post("/incidents", json={**VALID, "component_id": 1, "component_status": 0})
    assert client.get("/components/1").json["data"]["status"] == 2
    work.finish(actor=olive)
    db.session.commit()
    assert client.get("/components/1").json["data"]["status"] == 0
    client.put("/incidents/1", json={"status": 4})
    assert client.get("/components/1").json["data"]["status"] == 1


@pytest.mark.parametrize("status", [1, 2])
def test_a_status_said_with_the_fix_is_outright(api, olive, status):
    make_component()
    client = api(olive)
    client.post("/incidents", json={**VALID, "component_id": 1, "component_status": 4})
    client.put("/incidents/1", json={"status": 4, "component_id": 1, "component_status": status})
    assert client.get("/components/1").json["data"]["status"] == status


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"component_id": 1}, "component_status"),
        ({"component_status": 1}, "component_id"),
        ({"component_id": 9, "component_status": 1}, "component_id"),
        ({"component_id": 1, "component_status": 5}, "component_status"),
    ],
)
def test_half_a_pair_and_unknown_components_are_refused(api, olive, sent, field):
    make_component()
    answer = api(olive).post("/incidents", json={**VALID, **sent})
    assert answer.status_code == 400
    assert field in answer.json["errors"][0]["meta"]["details"][0]
    assert db.session.query(Incident).count() == 0


def test_a_status_alone_is_for_the_component_that_answers_name(api, olive):
    first, second = make_component("One"), make_component("Two")
    make_incident(impacts={first: ComponentStatus.MAJOR_OUTAGE, second: ComponentStatus.MAJOR_OUTAGE})
    client = api(olive)
    assert client.put("/incidents/1", json={"component_status": 3}).json["data"]["component_id"] == first.id
    assert [c["status"] for c in client.get("/components").json["data"]] == [3, 4]
    update = {"status": 2, "message": "m", "component_status": 2}
    assert client.post("/incidents/1/updates", json=update).status_code == 200
    assert [c["status"] for c in client.get("/components").json["data"]] == [2, 4]


def test_a_status_alone_is_refused_where_there_is_no_component(api, olive):
    make_incident()
    answer = api(olive).put("/incidents/1", json={"component_status": 3})
    assert answer.status_code == 400
    assert "component_id" in answer.json["errors"][0]["meta"]["details"][0]


def test_0_is_no_component(api, olive):
    sent = {**VALID, "component_id": 0, "component_status": 0}
    assert api(olive).post("/incidents", json=sent).json["data"]["component_id"] == 0


def test_naming_another_component_moves_it_there(api, olive):
    first, second = make_component("One"), make_component("Two")
    make_incident(impacts={first: ComponentStatus.MAJOR_OUTAGE})
    changed = api(olive).put("/incidents/1", json={"component_id": second.id, "component_status": 3}).json["data"]
    assert changed["component_id"] == second.id
    assert [c["status"] for c in api().get("/components").json["data"]] == [1, 3]


def test_an_incident_of_several_components_gains_another(api, olive):
    one, two, three = make_component("One"), make_component("Two"), make_component("Three")
    make_incident(impacts={one: ComponentStatus.PARTIAL_OUTAGE, two: ComponentStatus.PARTIAL_OUTAGE})
    api(olive).put("/incidents/1", json={"component_id": three.id, "component_status": 3})
    assert [c["status"] for c in api().get("/components").json["data"]] == [3, 3, 3]


def test_guests_do_not_learn_of_hidden_components(api, olive):
    hidden = make_component("Secret", visibility=Visibility.MEMBERS)
    make_incident(impacts={hidden: ComponentStatus.MAJOR_OUTAGE})
    assert api().get("/incidents/1").json["data"]["component_id"] == 0
    assert api().get(f"/incidents?component_id={hidden.id}").json["data"] == []
    assert api(olive).get("/incidents/1").json["data"]["component_id"] == hidden.id


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2026-08-20 14:43:07", "2026-08-20 14:43:07"),
        ("2026-08-20 14:43", "2026-08-20 14:43:00"),
        ("2026-08-20T14:43:00Z", "2026-08-20 16:43:00"),
    ],
)
def test_it_occurred_when_the_client_says_in_the_zone_of_the_page(api, olive, sent, shown):
    Setting.set(timezone="Europe/Berlin")
    db.session.commit()
    made = api(olive).post("/incidents", json={**VALID, "occurred_at": sent}).json["data"]
    assert made["occurred_at"] == shown
    if "T" not in sent:
        assert db.session.get(Incident, 1).occurred_at.hour == 12


def test_it_occurred_when_the_client_says_in_the_zone_it_names(api, olive):
    sent = {**VALID, "occurred_at": "2026-08-20 14:43"}
    made = api(olive).post("/incidents", json=sent, headers={"Time-Zone": "Asia/Tokyo"}).json["data"]
    assert made["occurred_at"] == "2026-08-20 14:43:00"
    assert api().get("/incidents/1").json["data"]["occurred_at"] == "2026-08-20 05:43:00"


@pytest.mark.parametrize("sent", ["20/08/2026 14:43", "yesterday", "2026-13-01 00:00", "0001-01-01 00:00", 5, [1]])
def test_a_time_that_is_none_is_refused(api, olive, sent):
    answer = api(olive).post("/incidents", json={**VALID, "occurred_at": sent})
    assert answer.status_code == 400
    assert "occurred_at" in answer.json["errors"][0]["meta"]["details"][0]


def test_meta_is_kept_with_its_types(api, olive):
    made = api(olive).post("/incidents", json={**VALID, "meta": {"id": 123456789, "seo": {"title": "T"}}}).json["data"]
    assert made["meta"] == {"id": 123456789, "seo": {"title": "T"}}


def test_what_clients_send_along_is_ignored(api, olive):
    extra = {"id": 0, "Visible": 0, "vars": [], "template": "", "human_status": "Fixed", "created_at": "nonsense"}
    made = api(olive).post("/incidents", json={**VALID, **extra}).json["data"]
    assert (made["id"], made["visible"], made["message"]) == (1, 1, VALID["message"])


def test_what_is_absent_from_a_change_stays_hidden_and_pinned(api, olive):
    make_incident(visibility=Visibility.HIDDEN, pinned=True)
    changed = api(olive).put("/incidents/1", json={"status": 2}).json["data"]
    assert (changed["visible"], changed["stickied"], changed["status"]) == (0, True, 2)
    api(olive).put("/incidents/1", json={"visible": 0})
    assert db.session.get(Incident, 1).visibility is Visibility.HIDDEN


def test_a_whole_object_sent_back_changes_nothing(api, olive):
    component = make_component()
    make_incident(impacts={component: ComponentStatus.PARTIAL_OUTAGE}, meta={"a": 1})
    client = api(olive)
    before, began = client.get("/incidents/1").json["data"], db.session.get(Incident, 1).occurred_at
    for occurred_at in (before["occurred_at"], before["occurred_at"][:-3]):
        after = client.put("/incidents/1", json={**before, "occurred_at": occurred_at}).json["data"]
        assert {**after, "updated_at": ""} == {**before, "updated_at": ""}
    assert db.session.get(Incident, 1).occurred_at == began


def test_a_change_tells_nobody_and_keeps_the_author(api, olive, ed):
    make_incident(actor=None)
    changed = api(ed).put("/incidents/1", json={"name": "New"}).json["data"]
    assert changed["user_id"] is None
    event = db.session.query(Event).filter_by(name=EventName.INCIDENT_EDITED).one()
    assert event.data["notify"] is False


def test_a_fixed_incident_lasted_from_its_start_to_its_fix(api, olive):
    client = api(olive)
    client.post("/incidents", json={**VALID, "occurred_at": "2026-08-20 14:00"})
    incident = db.session.get(Incident, 1)
    incident.post_update(status=IncidentStatus.FIXED, message="Done.", actor=olive)
    db.session.commit()
    duration = client.get("/incidents/1").json["data"]["duration"]
    assert duration == int((incident.fixed_at - incident.occurred_at).total_seconds())


def test_it_is_deleted_once_and_its_component_recovers(api, olive):
    make_incident(impacts={make_component(): ComponentStatus.MAJOR_OUTAGE})
    client = api(olive)
    assert client.delete("/incidents/1").status_code == 204
    assert client.delete("/incidents/1").status_code == 404
    assert client.get("/components/1").json["data"]["status"] == 1
