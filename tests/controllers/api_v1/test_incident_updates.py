import pytest

from app.extensions import db
from app.models import Event, EventName
from app.models.enums import ComponentStatus, IncidentStatus
from tests.factories import make_component, make_incident


@pytest.fixture
def incident(olive):
    return make_incident(impacts={make_component(): ComponentStatus.MAJOR_OUTAGE})


def test_the_incident_follows_its_updates(api, olive, incident):
    client = api(olive)
    answer = client.post("/incidents/1/updates", json={"status": 3, "message": "Better *now*."})
    assert answer.status_code == 200
    assert answer.json["data"]["incident_id"] == 1
    assert answer.json["data"]["human_status"] == "Watching"
    assert client.get("/incidents/1/updates/1").json == answer.json
    shown = client.get("/incidents/1").json["data"]
    assert (shown["status"], shown["latest_update_id"], shown["latest_human_status"]) == (3, 1, "Watching")
    assert shown["updates"] == [answer.json["data"]]
    assert client.get("/components/1").json["data"]["status"] == 4

    client.post("/incidents/1/updates", json={"status": 4, "message": "Done."})
    assert client.get("/incidents/1").json["data"]["is_resolved"] is True
    assert client.get("/components/1").json["data"]["status"] == 1


def test_they_come_newest_first(api, olive, incident):
    client = api(olive)
    for number in range(3):
        client.post("/incidents/1/updates", json={"status": 1, "message": str(number)})
    assert [u["message"] for u in client.get("/incidents/1/updates").json["data"]] == ["2", "1", "0"]
    assert [u["message"] for u in client.get("/incidents/1").json["data"]["updates"]] == ["2", "1", "0"]


def test_a_component_follows_too(api, olive, incident):
    client = api(olive)
    client.post(
        "/incidents/1/updates", json={"status": 2, "message": "Half.", "component_id": 1, "component_status": 2}
    )
    assert client.get("/components/1").json["data"]["status"] == 2


def test_an_empty_body_names_what_is_missing(api, olive, incident):
    answer = api(olive).post("/incidents/1/updates", json={})
    details = answer.json["errors"][0]["meta"]["details"]
    assert (answer.status_code, details) == (400, ["The status field is required.", "The message field is required."])


@pytest.mark.parametrize("status", [0, 5, "x", 1.5])
def test_the_status_is_one_of_four(api, olive, incident, status):
    answer = api(olive).post("/incidents/1/updates", json={"status": status, "message": "m"})
    assert answer.status_code == 400
    assert "status" in answer.json["errors"][0]["detail"]


def test_subscribers_are_told_unless_the_client_says_otherwise(api, olive, incident):
    client = api(olive)
    client.post("/incidents/1/updates", json={"status": 1, "message": "m"})
    client.post("/incidents/1/updates", json={"status": 1, "message": "m", "notify": 0})
    told = [
        e.data["notify"] for e in db.session.query(Event).filter_by(name=EventName.INCIDENT_UPDATED).order_by(Event.id)
    ]
    assert told == [True, False]


def test_one_is_corrected(api, olive, ed, incident):
    incident.post_update(status=IncidentStatus.IDENTIFIED, message="Old.", actor=olive)
    db.session.commit()
    changed = api(ed).put("/incidents/1/updates/1", query_string={"message": "New :smile:"}).json["data"]
    assert (changed["message"], changed["status"], changed["user_id"]) == ("New :smile:", 2, olive.id)
    api(ed).put("/incidents/1/updates/1", data={"status": "3"})
    assert api().get("/incidents/1").json["data"]["status"] == 3


def test_any_incident_may_stand_in_the_address_as_in_cachet(api, olive, incident):
    other = make_incident("Another")
    update = other.post_update(status=IncidentStatus.IDENTIFIED, message="Old.", actor=olive)
    db.session.commit()
    client, key, other_id = api(olive), update.id, other.id
    answer = client.put(f"/incidents/1/updates/{key}", json={"message": "New."})
    assert answer.json["data"]["incident_id"] == other_id
    assert client.delete(f"/incidents/1/updates/{key}").status_code == 204
    assert client.put(f"/incidents/99/updates/{key}", json={"message": "New."}).status_code == 404


def test_taking_one_back_takes_its_status_back(api, olive, incident):
    client = api(olive)
    client.post("/incidents/1/updates", json={"status": 4, "message": "Done."})
    assert client.delete("/incidents/1/updates/1").status_code == 204
    assert client.delete("/incidents/1/updates/1").status_code == 404
    assert client.get("/incidents/1").json["data"]["status"] == 1
    assert client.get("/components/1").json["data"]["status"] == 4
