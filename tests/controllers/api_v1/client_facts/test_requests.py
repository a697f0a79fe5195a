"""What is sent, by which way and in which spelling."""

import json

import pytest

from tests.controllers.api_v1.client_facts.sent import (
    CHANGEABLE,
    COMPONENT,
    EVERYTHING,
    INCIDENT,
    POINT,
    PUBLIC,
    SUBSCRIBER,
    make_everything,
)
from tests.factories import make_component, make_group, make_incident
from tests.people import PASSWORD

WRITES = [("POST", path) for path in EVERYTHING]
WRITES += [(verb, f"{path}/1") for path in CHANGEABLE for verb in ("PUT", "DELETE")]
WRITES += [("DELETE", "/subscribers/1")]
SHAPES = ["json", "data", "query_string"]


@pytest.mark.parametrize("scheme", [("X-Cachet-Token", "{}"), ("Authorization", "Bearer {}")])
def test_the_token_stands_in_a_header(guest, writer, scheme):
    headers = {scheme[0]: scheme[1].format(writer.token)}
    assert guest.post("/components", json=COMPONENT, headers=headers).status_code == 200


def test_a_name_and_a_wrong_password_write_nothing(guest):
    for password in (PASSWORD, "wrong"):
        answer = guest.post("/components", json=COMPONENT, auth=("olive@example.org", password))
        assert answer.status_code == 401
    assert guest.get("/components", auth=("olive@example.org", "wrong")).json["data"] == []


def test_reading_needs_no_token_and_a_wrong_one_is_none(guest, writer):
    make_everything(writer)
    for path in PUBLIC:
        expected = guest.get(path)
        assert expected.status_code == 200
        answer = guest.get(path, headers={"X-Cachet-Token": "wrong"})
        assert (answer.status_code, answer.json) == (200, expected.json)


@pytest.mark.parametrize("headers", [{}, {"X-Cachet-Token": "wrong"}], ids=["none", "wrong"])
def test_writing_and_reading_subscribers_is_401_without_a_token_that_is_known(guest, writer, headers):
    make_everything(writer)
    for verb, path in [*WRITES, ("GET", "/subscribers")]:
        answer = guest.open(path, method=verb, json=EVERYTHING.get(path, {}), headers=headers)
        assert answer.status_code == answer.json["errors"][0]["status"] == 401, (verb, path)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_post_takes_json_a_form_or_the_query(writer, shape):
    for path, sent in EVERYTHING.items():
        answer = writer.post(path, **{shape: sent})
        assert answer.status_code == 200, (path, answer.text)
        shown = answer.json["data"]
        for name in sent.keys() & {"status", "default_value", "value"}:
            assert (type(shown[name]), shown[name]) == (int, sent[name])


@pytest.mark.parametrize("shape", SHAPES)
def test_every_put_takes_json_a_form_or_the_query(writer, shape):
    make_everything(writer)
    for path, sent in CHANGEABLE.items():
        field, value = next((name, sent[name]) for name in ("name", "message", "value") if name in sent)
        new = value + 1 if field == "value" else f"{value} anew"
        answer = writer.put(f"{path}/1", **{shape: {field: new}})
        assert (answer.status_code, answer.json["data"][field]) == (200, new), path


@pytest.mark.parametrize("shape", ["data", "query_string"])
def test_texts_of_forms_and_queries_are_answered_as_numbers_and_truths(writer, shape):
    sent = {"name": "API", "status": "1", "enabled": "1", "order": "3", "group_id": "0"}
    shown = writer.post("/components", **{shape: sent}).json["data"]
    assert {"status": 1, "order": 3, "group_id": 0}.items() <= shown.items()
    assert shown["enabled"] is True


def test_a_body_and_a_query_may_be_mixed_and_the_body_wins(writer):
    query = {"name": "Query", "status": 3}
    shown = writer.post("/components", json={"name": "Body"}, query_string=query).json["data"]
    assert (shown["name"], shown["status"]) == ("Body", 3)


def test_an_empty_body_without_a_content_type_leaves_the_query(writer):
    make_component()
    answer = writer.put("/components/1?id=1&status=4", data=b"", headers={"Content-Length": "0"})
    assert (answer.status_code, answer.json["data"]["status"]) == (200, 4)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("value", "truth"),
    [
        *((value, True) for value in (True, 1, "1", "true", "True", 1.0)),
        *((value, False) for value in (False, 0, "0", "false", "False", 0.0)),
    ],
    ids=repr,
)
def test_truth_in_every_spelling_and_shape(writer, shape, value, truth):
    if shape != "json" and isinstance(value, float):
        value = int(value)
    sent = {**INCIDENT, "stickied": value, "visible": value, "notify": value}
    shown = writer.post("/incidents", **{shape: sent}).json["data"]
    assert (shown["stickied"], shown["visible"]) == (truth, int(truth))
    assert (type(shown["stickied"]), type(shown["visible"])) == (bool, int)


@pytest.mark.parametrize("terms", [{"name": "Two"}, {"status": 3}, {"id": 2}, {"group_id": 1}])
def test_search_terms_stand_in_the_body_of_a_get(guest, terms):
    make_component("One")
    make_component("Two", status=3, group=make_group())
    found = guest.get("/components", data=json.dumps(terms), content_type="application/json").json
    assert [component["name"] for component in found["data"]] == ["Two"]


def test_a_page_is_asked_for_in_the_body_of_a_get(guest):
    for name in ("One", "Two", "Three"):
        make_component(name)
    answer = guest.get("/components", json={"per_page": 2, "page": 2}).json
    assert [component["name"] for component in answer["data"]] == ["Three"]
    assert answer["meta"]["pagination"]["per_page"] == 2


def test_the_component_of_incidents_is_asked_for_in_the_body_of_a_get(guest):
    make_incident("Other")
    make_incident("Slow", impacts={make_component(): 3})
    found = guest.get("/incidents", json={"component_id": 1}).json["data"]
    assert [incident["name"] for incident in found] == ["Slow"]


@pytest.mark.parametrize("body", ["", "{}", '"{}"', r'"\"{}\""', r'"\"\\\"{}\\\"\""', "[]", "null"])
def test_a_body_of_a_get_that_is_no_object_says_nothing(guest, writer, body):
    make_everything(writer)
    for path in PUBLIC:
        answer = guest.get(path, data=body, content_type="application/json")
        assert (answer.status_code, answer.json) == (200, guest.get(path).json), path


@pytest.mark.parametrize("body", ["", "{}"])
def test_a_delete_may_have_an_empty_body_of_json(writer, body):
    make_everything(writer)
    for path in reversed(EVERYTHING):
        assert writer.delete(f"{path}/1", data=body, content_type="application/json").status_code == 204, path


@pytest.mark.parametrize("kind", ["application/json;", "application/json; charset=utf-8", "application/vnd.api+json"])
def test_json_under_its_other_names(writer, kind):
    answer = writer.post("/components", data=json.dumps(COMPONENT), content_type=kind)
    assert (answer.status_code, answer.json["data"]["name"]) == (200, "API")


def test_fields_that_nobody_knows_are_ignored(writer):
    extra = {"component": 1, "group": 5, "display": True, "Visible": 0, "deleted_at": "x", "status_name": 5, "id": 77}
    for path, sent in EVERYTHING.items():
        answer = writer.post(path, json={**sent, **extra})
        assert (answer.status_code, answer.json["data"]["id"]) == (200, 1), (path, answer.text)
    for path in CHANGEABLE:
        answer = writer.put(f"{path}/1", json=extra)
        assert (answer.status_code, answer.json["data"]["id"]) == (200, 1), (path, answer.text)


@pytest.mark.parametrize("id", [0, 7, "7"])
def test_an_id_in_the_body_is_no_id_to_be_taken(writer, metric, id):
    assert writer.post("/incidents", json={**INCIDENT, "id": id}).json["data"]["id"] == 1
    assert writer.post("/metrics/1/points", json={**POINT, "id": id}).json["data"]["id"] == 1
    assert writer.put("/incidents/1", json={"id": id, "status": 2}).json["data"]["id"] == 1


def test_null_means_that_nothing_was_said(writer):
    nothing = dict.fromkeys(("description", "link", "order", "group_id", "tags", "enabled", "meta"))
    made = writer.post("/components", json={**COMPONENT, **nothing}).json["data"]
    assert (made["description"], made["link"], made["order"], made["group_id"], made["tags"]) == ("", "", 0, 0, {})
    assert made["enabled"] is True
    writer.put("/components/1", json={"link": "https://example.org", "tags": "One"})
    kept = writer.put("/components/1", json={**nothing, "name": None, "status": None}).json["data"]
    assert (kept["name"], kept["status"], kept["link"], kept["tags"]) == (
        "API",
        1,
        "https://example.org",
        {"one": "One"},
    )
    everyone = writer.post("/subscribers", json={**SUBSCRIBER, "components": None, "verify": None}).json["data"]
    assert everyone["global"] is True


@pytest.mark.parametrize("shape", SHAPES)
def test_an_empty_text_is_an_empty_link_and_an_empty_description(writer, shape):
    writer.post("/components", json={**COMPONENT, "link": "https://example.org", "description": "Old"})
    changed = writer.put("/components/1", **{shape: {"link": "", "description": ""}}).json["data"]
    assert (changed["link"], changed["description"]) == ("", "")
    made = writer.post("/components", **{shape: {**COMPONENT, "link": "", "description": ""}}).json["data"]
    assert (made["link"], made["description"]) == ("", "")


def test_a_post_may_say_that_it_means_put_or_delete(guest, writer):
    make_component()
    for client, status in ((guest, 401), (writer, 200)):
        assert client.post("/components/1", data={"_method": "PUT", "name": "New"}).status_code == status
    for client, status in ((guest, 401), (writer, 204)):
        assert client.post("/components/1", data={"_method": "DELETE"}).status_code == status


@pytest.mark.parametrize("slash", ["", "/"])
def test_nothing_is_redirected(guest, writer, slash):
    for path, sent in EVERYTHING.items():
        assert writer.post(path + slash, json=sent).status_code == 200
    for path in CHANGEABLE:
        assert guest.get(path + slash).status_code == 200
        assert writer.put(f"{path}/1{slash}", json={}).status_code == 200
    for path in reversed(EVERYTHING):
        assert writer.delete(f"{path}/1{slash}").status_code == 204
