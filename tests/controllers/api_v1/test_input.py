"""The shapes in which clients send things, and the things that no client should send."""

import json

import pytest

from app.extensions import db
from app.models import Component, ComponentGroup, Event, Incident, IncidentUpdate
from app.models.enums import IncidentStatus
from tests.factories import make_component, make_group, make_incident

VALID = {"name": "API", "status": "1", "enabled": "0"}
INCIDENT = {"name": "Slow", "message": "Looking.", "status": 1}


def details(answer) -> list[str]:
    assert answer.status_code == answer.json["errors"][0]["status"] == 400, answer.text
    assert answer.content_type == "application/json"
    return answer.json["errors"][0]["meta"]["details"]


@pytest.mark.parametrize(
    "sent",
    [
        {"json": VALID},
        {"data": VALID},
        {"query_string": VALID},
        {"query_string": {"name": "Other", "enabled": "0"}, "json": {"name": "API", "status": 1}},
        {"data": json.dumps(VALID), "content_type": "application/json;"},
        {"data": json.dumps(json.dumps(VALID)), "content_type": "application/vnd.api+json"},
    ],
)
def test_input_comes_in_four_shapes_and_mixed(api, olive, sent):
    made = api(olive).post("/components", **sent).json["data"]
    assert (made["name"], made["status"], made["enabled"]) == ("API", 1, False)


def test_phps_brackets_are_lists_and_objects(api, olive):
    sent = {"name": "API", "status": 1, "tags[one]": "One", "meta[a][b]": "x", "meta[list][]": "first"}
    made = api(olive).post("/components", data=sent).json["data"]
    assert made["tags"] == {"one": "One"}
    assert made["meta"] == {"a": {"b": "x"}, "list": ["first"]}
    both = api(olive).get("/components?tags[]=none&tags[]=one").json["data"]
    assert [component["id"] for component in both] == [1]


@pytest.mark.parametrize(
    ("yes", "no"), [(True, False), (1, 0), ("1", "0"), ("true", "false"), ("True", "False"), (1.0, 0.0), (" 1 ", " 0 ")]
)
def test_truth_comes_in_many_spellings(api, olive, yes, no):
    client = api(olive)
    assert client.post("/components", json={"name": "A", "status": 1, "enabled": no}).json["data"]["enabled"] is False
    assert client.put("/components/1", json={"enabled": yes}).json["data"]["enabled"] is True


@pytest.mark.parametrize("body", ["", "{}", '"{}"', '"\\"{}\\""', "[]", "null", "{", "7"])
@pytest.mark.parametrize("method", ["get", "delete"])
def test_a_body_where_none_belongs_is_no_error(api, olive, method, body):
    make_component()
    answer = getattr(api(olive), method)("/components/1", data=body, content_type="application/json")
    assert answer.status_code == (200 if method == "get" else 204)


@pytest.mark.parametrize("body", ["", "{}", '"{}"', "[]", "null"])
def test_an_empty_body_of_any_kind_changes_nothing(api, olive, body):
    make_component("API")
    answer = api(olive).put("/components/1", data=body, content_type="application/json")
    assert (answer.status_code, answer.json["data"]["name"]) == (200, "API")


@pytest.mark.parametrize("body", ["{", '{"name": NaN}', "[" * 5000, '{"name": 1' + "0" * 5000 + "}", b"\xff\xfe\x00"])
def test_a_write_with_broken_json_is_told_so(api, olive, body):
    answer = api(olive).post("/components", data=body, content_type="application/json")
    assert details(answer) == ["The body is not valid JSON."]


@pytest.mark.parametrize("body", ["[1]", "7", '"text"'])
def test_a_write_must_be_an_object(api, olive, body):
    assert "JSON" in details(api(olive).post("/components", data=body, content_type="application/json"))[0]


def test_search_terms_may_stand_in_the_body_of_a_get(api, olive):
    make_component("One")
    make_component("Two")
    found = api().get("/components", json={"name": "Two"}).json["data"]
    assert [component["name"] for component in found] == ["Two"]


@pytest.mark.parametrize(
    "how",
    [
        {"data": {"_method": "PUT", "name": "New"}},
        {"query_string": {"_method": "put"}, "json": {"name": "New"}},
        {"headers": {"X-HTTP-Method-Override": "PUT"}, "json": {"name": "New"}},
    ],
)
def test_a_post_may_mean_put(api, olive, how):
    make_component("Old")
    client = api(olive)
    assert client.post("/components/1", **how).json["data"]["name"] == "New"
    assert api().post("/components/1", **how).status_code == 401


def test_a_post_may_mean_delete_and_nothing_else(api, olive):
    make_component()
    client = api(olive)
    assert client.post("/components/1", data={"_method": "TRACE"}).status_code == 405
    assert client.post("/components/1", data={"_method": "DELETE"}).status_code == 204


@pytest.mark.parametrize(
    ("path", "sent", "field"),
    [
        ("/components", {"name": 5}, "name"),
        ("/components", {"name": ["a"]}, "name"),
        ("/components", {"name": {}}, "name"),
        ("/components", {"name": ""}, "name"),
        ("/components", {"name": " \r\n "}, "name"),
        ("/components", {"name": "x" * 256}, "name"),
        ("/components", {"name": "a\0b"}, "name"),
        ("/components", {"name": "\ud800"}, "name"),
        ("/components", {"status": 2**70}, "status"),
        ("/components", {"status": "9" * 5000}, "status"),
        ("/components", {"status": 5}, "status"),
        ("/components", {"status": -1}, "status"),
        ("/components", {"status": "up"}, "status"),
        ("/components", {"status": 1.5}, "status"),
        ("/components", {"status": [1]}, "status"),
        ("/components", {"order": 2**40}, "order"),
        ("/components", {"group_id": 2**70}, "group_id"),
        ("/components", {"group_id": "first"}, "group_id"),
        ("/components", {"enabled": "maybe"}, "enabled"),
        ("/components", {"enabled": {}}, "enabled"),
        ("/components", {"description": 7}, "description"),
        ("/components", {"description": "é" * 40_000}, "description"),
        ("/components", {"link": "javascript:alert(1)"}, "link"),
        ("/components", {"link": "//example.org"}, "link"),
        ("/components", {"link": "http://"}, "link"),
        ("/components", {"link": "http://[broken"}, "link"),
        ("/components", {"link": "https://example.org/a b"}, "link"),
        ("/components", {"link": "https://example.org\\@example.com"}, "link"),
        ("/components", {"link": "https://example.org/" + "x" * 2000}, "link"),
        ("/components", {"tags": ",".join(f"tag{n}" for n in range(21))}, "tags"),
        ("/components", {"tags": "x" * 101}, "tags"),
        ("/components", {"tags": "@" * 60}, "tags"),
        ("/components", {"tags": "日本"}, "tags"),
        ("/components", {"tags": [1]}, "tags"),
        ("/components", {"tags": 5}, "tags"),
        ("/components", {"meta": "text"}, "meta"),
        ("/components", {"meta": {"deep": ["a\0"]}}, "meta"),
        ("/components", {"meta": {"long": "x" * 70_000}}, "meta"),
        ("/components", {"meta": json.loads("[" * 40 + "]" * 40)}, "meta"),
        ("/components/groups", {"name": None}, "name"),
        ("/components/groups", {"collapsed": 5}, "collapsed"),
        ("/components/groups", {"visible": 2}, "visible"),
        ("/incidents", {"message": ""}, "message"),
        ("/incidents", {"message": " \n"}, "message"),
        ("/incidents", {"message": "x" * 65_001}, "message"),
        ("/incidents", {"message": ["a"]}, "message"),
        ("/incidents", {"message": "a\0b"}, "message"),
        ("/incidents", {"status": 5}, "status"),
        ("/incidents", {"visible": "hidden"}, "visible"),
        ("/incidents", {"stickied": 3}, "stickied"),
        ("/incidents", {"notify": "often"}, "notify"),
        ("/incidents", {"component_id": 2**70, "component_status": 1}, "component_id"),
        ("/incidents", {"component_id": "API", "component_status": 1}, "component_id"),
        ("/incidents", {"meta": [1]}, "meta"),
        ("/incidents/1/updates", {"message": "x" * 65_001}, "message"),
        ("/incidents/1/updates", {"status": 0}, "status"),
        ("/incidents/1/updates", {"component_id": 77, "component_status": 1}, "component_id"),
    ],
    ids=lambda value: str(value)[:40].encode("ascii", "replace").decode(),
)
def test_a_broken_rule_is_answered_by_the_name_of_the_field(api, olive, path, sent, field):
    make_incident()
    before = [db.session.query(kind).count() for kind in (Component, ComponentGroup, Incident, IncidentUpdate, Event)]
    answer = api(olive).post(path, json={**INCIDENT, **sent})
    told = details(answer)
    assert len(told) == 1 and field in told[0]
    after = [db.session.query(kind).count() for kind in (Component, ComponentGroup, Incident, IncidentUpdate, Event)]
    assert after == [*before[:-1], before[-1] + 1]  # the token of this client


def test_a_change_is_checked_as_strictly(api, olive):
    make_component("API")
    make_group("Core")
    update = make_incident().post_update(status=IncidentStatus.IDENTIFIED, message="m", actor=olive)
    db.session.commit()
    client = api(olive)
    assert "name" in details(client.put("/components/1", json={"name": ""}))[0]
    assert "link" in details(client.put("/components/1", json={"link": "ftp://x"}))[0]
    assert "collapsed" in details(client.put("/components/groups/1", json={"collapsed": "x"}))[0]
    assert "message" in details(client.put("/incidents/1", json={"message": ""}))[0]
    assert "component_status" in details(client.put("/incidents/1", json={"component_id": 1}))[0]
    assert "status" in details(client.put(f"/incidents/1/updates/{update.id}", json={"status": 9}))[0]
    assert client.get("/components/1").json["data"]["name"] == "API"


def test_3_mb_are_too_much(api, olive):
    for how in ({"json": {"name": "x" * 3_000_000}}, {"data": {"name": "x" * 3_000_000}}):
        answer = api(olive).post("/components", **how)
        assert answer.status_code == answer.json["errors"][0]["status"] == 413
        assert answer.content_type == "application/json"


def test_line_breaks_in_names_become_blanks(api, olive):
    client = api(olive)
    name = "Slow\r\nBcc: all@example.org"
    assert (
        client.post("/incidents", json={**INCIDENT, "name": name}).json["data"]["name"] == "Slow Bcc: all@example.org"
    )
    assert client.post("/components", json={"name": name, "status": 1}).json["data"]["name"].count("\n") == 0
    assert client.post("/components/groups", json={"name": name}).json["data"]["name"].count("\r") == 0


def test_markup_is_kept_as_text_and_runs_nowhere(api, olive):
    client = api(olive)
    evil = '<script>alert(1)</script> [click](javascript:alert(1)) <img src=x onerror="alert(1)">'
    sent = {**INCIDENT, "name": evil, "message": evil}
    made = client.post("/incidents", json=sent)
    assert (made.json["data"]["name"], made.json["data"]["message"]) == (evil, evil)
    client.post("/components", json={"name": evil, "status": 1, "description": evil, "tags": "<script>"})
    client.post("/components/groups", json={"name": evil, "visible": 1})
    client.put("/components/1", json={"group_id": 1})
    client.post("/incidents/1/updates", json={"status": 2, "message": evil})
    for path in ("/components", "/components/groups", "/incidents", "/incidents/1"):
        assert "<script" not in client.get(path).text
    for path in ("/", "/incidents/1"):
        page = client.application.test_client().get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text and "<img src=x" not in page.text
        assert 'href="javascript:' not in page.text


@pytest.mark.parametrize("name", ["a\0", "\ud800", "'; DROP TABLE components; --", "x" * 10_000])
def test_a_search_for_nonsense_finds_nothing(api, olive, name):
    make_component()
    assert api().get("/components", json={"name": name, "tags": [name]}).json["data"] == []
