"""The status, the body, the dates and the types of every answer."""

import re

import pytest

from app.extensions import db
from app.models import Setting
from app.schemas.api_v1.answers import STAMP
from tests.controllers.api_v1.client_facts.sent import CHANGEABLE, EVERYTHING, PUBLIC, make_everything
from tests.factories import make_component, make_incident

INTEGERS = {"id", "status", "order", "group_id", "component_id", "visible", "collapsed", "counter", "default_value"}
INTEGERS |= {
    "places",
    "threshold",
    "calc_type",
    "default_view",
    "incident_id",
    "metric_id",
    "latest_status",
    "duration",
}
INTEGERS |= {"user_id", "value", "calculated_value", "schedule_id", "subscriber_id", "latest_update_id"}
TRUTHS = {"enabled", "stickied", "is_resolved", "display_chart", "global", "notifications"}
DATES = {"created_at", "updated_at", "deleted_at", "occurred_at", "scheduled_at", "completed_at", "verified_at"}
TEXTS = {"name", "message", "description", "link", "suffix", "slug", "template", "email", "permalink", "status_name"}
TEXTS |= {"human_status", "latest_human_status", "latest_icon", "default_view_name", "verify_code"}
LISTS = [*EVERYTHING, "/incidents/templates"]


def every_object(value):
    """All objects in the answer, nested ones too."""
    if isinstance(value, list):
        for inner in value:
            yield from every_object(inner)
    elif isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from every_object(inner)


def rows(client):
    for path in LISTS:
        yield from every_object(client.get(path).json["data"])


def test_success_is_200_for_post_and_put_too(writer):
    make_everything(writer)  # which looks at each
    for path in CHANGEABLE:
        assert writer.put(f"{path}/1", json={}).status_code == 200


def test_a_delete_is_204_and_empty_and_the_second_is_404(writer):
    make_everything(writer)
    for path in reversed(EVERYTHING):
        answer = writer.delete(f"{path}/1")
        assert (answer.status_code, answer.data, "Content-Type" in answer.headers) == (204, b"", False)
        assert writer.delete(f"{path}/1").status_code == 404


def test_answers_are_wrapped_in_data_and_lists_have_meta_before_it(guest, writer):
    make_everything(writer)
    for path in CHANGEABLE:
        answer = guest.get(path)
        assert (list(answer.json), answer.content_type) == (["meta", "data"], "application/json")
        assert answer.text.startswith('{"meta":{"pagination":{')
        assert list(writer.put(f"{path}/1", json={}).json) == ["data"]


@pytest.mark.parametrize(
    ("verb", "path", "status"),
    [
        ("GET", "/nothing/here", 404),
        ("POST", "/nothing", 404),
        ("GET", "/components/9", 404),
        ("GET", "/incidents/abc", 404),
        ("POST", "/components", 401),
        ("PUT", "/components", 405),
        ("PATCH", "/components/1", 405),
        ("DELETE", "/status", 405),
    ],
)
def test_every_refusal_is_json_with_a_list_of_errors(guest, verb, path, status):
    answer = guest.open(path, method=verb, json={})
    assert (answer.status_code, answer.content_type) == (status, "application/json")
    (error,) = answer.json["errors"]
    assert set(error) == {"id", "status", "title", "detail"}
    assert (error["status"], type(error["detail"])) == (status, str)


def test_bad_input_is_a_400_with_details(writer):
    make_everything(writer)
    for path in EVERYTHING:
        answer = writer.post(path, json={})
        assert answer.status_code == answer.json["errors"][0]["status"] == 400, path
        assert answer.json["errors"][0]["meta"]["details"]


@pytest.mark.parametrize("verb", ["GET", "PUT", "DELETE"])
def test_an_unknown_id_is_a_404(guest, writer, verb):
    for client in (guest, writer):
        for path in CHANGEABLE:
            if (verb, path) != ("GET", "/metrics/1/points"):
                assert client.open(f"{path}/77", method=verb, json={}).status_code == 404, path


def test_dates_have_no_zone_no_t_and_no_fraction_or_are_null(writer):
    make_everything(writer)
    writer.post("/subscribers", json={"email": "tom@example.org", "verify": True})
    found = [(name, row[name]) for row in rows(writer) for name in DATES & set(row)]
    assert {name for name, _value in found} == DATES
    assert all(value is None or re.fullmatch(STAMP, value) for _name, value in found)


def test_each_field_is_of_one_type_and_null_only_where_it_may_be(writer):
    make_everything(writer)
    for row in rows(writer):
        for names, kind in ((INTEGERS, int), (TRUTHS, bool), (TEXTS, str)):
            for name in names & set(row):
                assert type(row[name]) is kind, (name, row)


def test_words_are_english_whatever_the_language(guest, writer):
    make_component()
    make_incident()
    writer.post("/schedules", json=EVERYTHING["/schedules"])
    Setting.set(language="de")
    db.session.commit()
    german = {"Accept-Language": "de"}
    assert guest.get("/components", headers=german).json["data"][0]["status_name"] == "Operational"
    assert guest.get("/incidents", headers=german).json["data"][0]["human_status"] == "Investigating"
    assert guest.get("/schedules", headers=german).json["data"][0]["human_status"] == "Upcoming"
    assert guest.get("/status", headers=german).json["data"]["message"] == "The system is experiencing issues"
    group = writer.post("/components/groups", json={"name": "Kern", "visible": 1}, headers=german).json["data"]
    writer.put("/components/1", json={"group_id": group["id"]})
    shown = guest.get(f"/components/groups/{group['id']}", headers=german).json["data"]
    assert shown["lowest_human_status"] == "Operational"


def test_an_error_of_a_public_address_is_json_too(guest):
    for path in PUBLIC:
        answer = guest.open(path, method="DELETE")
        assert (answer.status_code, "errors" in answer.json) == (405, True)
