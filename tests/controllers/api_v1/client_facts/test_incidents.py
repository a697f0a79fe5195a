"""Incidents, their updates and templates."""

import pytest

from app.extensions import db
from app.models import IncidentTemplate
from app.models.enums import ComponentStatus
from tests.controllers.api_v1.client_facts.sent import INCIDENT, UPDATE
from tests.factories import make_component, make_incident

KEYS = "id user_id component_id name status visible stickied notifications message occurred_at created_at updated_at"
KEYS += " deleted_at is_resolved updates human_status latest_update_id latest_status latest_human_status latest_icon"
KEYS += " permalink duration meta"
UPDATE_KEYS = "id incident_id status message user_id created_at updated_at human_status permalink"
WORDS = ["Reported", "Investigating", "Identified", "Watching", "Fixed"]
NOW = {**INCIDENT, "component_id": 1, "component_status": 3}


def test_it_has_these_keys_however_it_is_asked_for(writer):
    for answer in (writer.post("/incidents", json=INCIDENT), writer.get("/incidents/1")):
        assert set(answer.json["data"]) == set(KEYS.split())
        assert type(answer.json["data"]["duration"]) is int
    assert set(writer.get("/incidents").json["data"][0]) == set(KEYS.split())


def test_an_update_has_these_keys_however_it_is_asked_for(writer):
    make_incident()
    for answer in (writer.post("/incidents/1/updates", json=UPDATE), writer.get("/incidents/1/updates/1")):
        assert set(answer.json["data"]) == set(UPDATE_KEYS.split())
    assert writer.get("/incidents/1/updates").json["data"] == [answer.json["data"]]
    assert writer.get("/incidents/1").json["data"]["updates"] == [answer.json["data"]]


def test_without_a_component_its_component_is_nought(writer):
    assert writer.post("/incidents", json=INCIDENT).json["data"]["component_id"] == 0
    assert writer.post("/incidents", json={**INCIDENT, "component_id": 0}).json["data"]["component_id"] == 0


@pytest.mark.parametrize(
    "message", ["**Bold** <b>x</b> & 'y'", "One.\n\n- two\n- three\n", "  spaces  ", "日本 :smile:"]
)
def test_a_message_comes_back_as_it_was_sent(writer, message):
    made = writer.post("/incidents", json={**INCIDENT, "message": message}).json["data"]
    assert made["message"] == message
    assert writer.get("/incidents").json["data"][0]["message"] == message
    update = writer.post("/incidents/1/updates", json={**UPDATE, "message": message}).json["data"]
    assert update["message"] == message


@pytest.mark.parametrize("missing", ["name", "status", "message"])
def test_a_name_a_status_and_a_message_are_required(writer, missing):
    sent = {name: value for name, value in INCIDENT.items() if name != missing}
    answer = writer.post("/incidents", json=sent)
    assert (answer.status_code, missing in answer.json["errors"][0]["detail"]) == (400, True)


@pytest.mark.parametrize("sent", [{}, {"Visible": 0}, {"visible": None}])
def test_it_is_public_unless_the_client_says_otherwise(guest, writer, sent):
    assert writer.post("/incidents", json={**INCIDENT, **sent}).json["data"]["visible"] == 1
    assert guest.get("/incidents/1").status_code == 200


def test_a_hidden_one_is_listed_with_a_token_only(guest, writer):
    assert writer.post("/incidents", json={**INCIDENT, "visible": 0}).json["data"]["visible"] == 0
    assert len(writer.get("/incidents").json["data"]) == 1
    assert guest.get("/incidents").json["data"] == []


def test_an_empty_list_of_vars_is_none(writer):
    answer = writer.post("/incidents", json={**INCIDENT, "vars": [], "template": None})
    assert (answer.status_code, answer.json["data"]["message"]) == (200, INCIDENT["message"])


def test_a_template_is_named_by_its_slug(guest, writer):
    IncidentTemplate.create(name="API down", body="{{ what }} is down.", actor=None)
    db.session.commit()
    assert guest.get("/incidents/templates").json["data"][0]["slug"] == "api-down"
    sent = {"name": "Slow", "status": 1, "template": "api-down", "vars": {"what": "Mail"}}
    assert writer.post("/incidents", json=sent).json["data"]["message"] == "Mail is down."


@pytest.mark.parametrize("shape", ["json", "data", "query_string"])
def test_its_component_takes_the_status_at_once(writer, shape):
    make_component(status=ComponentStatus.MAJOR_OUTAGE)
    made = writer.post("/incidents", **{shape: NOW}).json["data"]
    assert (type(made["component_id"]), made["component_id"]) == (int, 1)
    assert writer.get("/components/1").json["data"]["status"] == 3
    writer.put("/incidents/1", **{shape: {"status": 4, "component_id": 1, "component_status": 1}})
    assert writer.get("/components/1").json["data"]["status"] == 1


@pytest.mark.parametrize("sent", ["2026-08-20 14:43:07", "2026-08-20 14:43"])
def test_it_occurred_with_or_without_seconds(writer, sent):
    shown = f"{sent}:00"[:19]
    assert writer.post("/incidents", json={**INCIDENT, "occurred_at": sent}).json["data"]["occurred_at"] == shown
    changed = writer.put("/incidents/1", json={"occurred_at": "2026-08-19 10:00"}).json["data"]
    assert changed["occurred_at"] == "2026-08-19 10:00:00"


def test_a_time_that_nobody_can_read_is_a_400(writer):
    assert writer.post("/incidents", json={**INCIDENT, "occurred_at": "20/08/2026 14:43"}).status_code == 400


def test_the_created_at_of_older_clients_is_no_error(writer):
    for created_at in ("2026-08-20 14:43:07", "20/08/2026 14:43"):
        assert writer.post("/incidents", json={**INCIDENT, "created_at": created_at}).status_code == 200


@pytest.mark.parametrize("sent", [{"status": 4}, {"name": "New"}, {"message": "New."}, {"stickied": True}])
@pytest.mark.parametrize("shape", ["json", "data", "query_string"])
def test_a_change_keeps_the_rest(writer, shape, sent):
    make_component()
    before = writer.post("/incidents", json={**NOW, "visible": 0, "meta": {"a": 1}}).json["data"]
    after = writer.put("/incidents/1", **{shape: sent}).json["data"]
    follow = ["human_status", "latest_status", "latest_human_status", "latest_icon", "is_resolved", "duration"]
    kept = set(before) - set(sent) - {"updated_at", *(follow if "status" in sent else [])}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert sent.items() <= after.items()
    assert isinstance(after["human_status"], str)


def test_a_hidden_one_stays_hidden_when_it_is_changed(guest, writer):
    writer.post("/incidents", json={**INCIDENT, "visible": 0})
    assert writer.put("/incidents/1", json={"status": 2}).json["data"]["visible"] == 0
    assert guest.get("/incidents/1").status_code == 404


@pytest.mark.parametrize("status", range(5))
def test_it_has_five_statuses_and_their_words(writer, status):
    made = writer.post("/incidents", json={**INCIDENT, "status": status}).json["data"]
    assert (made["status"], made["human_status"]) == (status, WORDS[status])


@pytest.mark.parametrize("status", range(1, 5))
def test_the_incident_follows_its_update(writer, status):
    make_incident()
    writer.post("/incidents/1/updates", json={"status": status, "message": "m"})
    shown = writer.get("/incidents/1").json["data"]
    assert (shown["status"], shown["latest_status"], shown["latest_update_id"]) == (status, status, 1)
    assert (shown["human_status"], shown["latest_human_status"]) == (WORDS[status], WORDS[status])
    assert shown["is_resolved"] is (status == 4)


@pytest.mark.parametrize("status", [0, 5])
def test_an_update_has_one_of_four_statuses(writer, status):
    make_incident()
    assert writer.post("/incidents/1/updates", json={**UPDATE, "status": status}).status_code == 400


def test_a_component_follows_the_update_that_names_it(writer):
    make_incident(impacts={make_component(): ComponentStatus.MAJOR_OUTAGE})
    writer.post("/incidents/1/updates", json={**UPDATE, "component_id": 1, "component_status": 2})
    assert writer.get("/components/1").json["data"]["status"] == 2


@pytest.mark.parametrize("shape", ["json", "data", "query_string"])
@pytest.mark.parametrize("sent", [{"status": 3}, {"message": "New."}, {"status": 3, "message": "New."}])
def test_an_update_is_changed_in_part(writer, shape, sent):
    make_incident()
    before = writer.post("/incidents/1/updates", json=UPDATE).json["data"]
    after = writer.put("/incidents/1/updates/1", **{shape: sent}).json["data"]
    assert {name: after[name] for name in UPDATE} == {**{name: before[name] for name in UPDATE}, **sent}


def test_an_update_under_an_unknown_incident_is_not_found(writer):
    make_incident()
    writer.post("/incidents/1/updates", json=UPDATE)
    for verb in ("GET", "PUT", "DELETE"):
        assert writer.open("/incidents/9/updates/1", method=verb, json={}).status_code == 404
    assert writer.get("/incidents/9/updates").status_code == 404
    assert writer.post("/incidents/9/updates", json=UPDATE).status_code == 404


def test_permalinks_are_whole_addresses(writer):
    assert writer.post("/incidents", json=INCIDENT).json["data"]["permalink"] == "http://status.test/incidents/1"
    update = writer.post("/incidents/1/updates", json=UPDATE).json["data"]
    assert update["permalink"] == "http://status.test/incidents/1#update-1"
