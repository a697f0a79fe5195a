"""The twenty things at which a server that was built after Cachet's documentation fails its clients."""

import pytest

from app.extensions import db
from app.lib import clock
from app.models import MetricPoint
from tests.controllers.api_v1.client_facts.sent import COMPONENT, EVERYTHING, INCIDENT, make_everything
from tests.factories import make_component, make_incident


# 1
def test_what_is_created_is_answered_by_200(writer):
    for path, sent in EVERYTHING.items():
        assert writer.post(path, json=sent).status_code == 200, path


# 2
def test_a_whole_number_has_no_fraction(writer, metric):
    text = writer.post("/metrics/1/points", json={"value": 42.0}).text
    assert '"value":42,' in text and "42.0" not in text


# 3
def test_a_page_holds_as_many_as_are_asked_for(guest, metric):
    db.session.add_all(MetricPoint(metric_id=metric.id, value=n, at=clock.now()) for n in range(101))
    db.session.commit()
    total = guest.get("/metrics/1/points").json["meta"]["pagination"]["total"]
    shown = guest.get(f"/metrics/1/points?per_page={total}").json
    assert shown["meta"]["pagination"]["count"] == len(shown["data"]) == 101


# 4
def test_the_oldest_comes_first(guest):
    made = [make_incident(f"{n}").id for n in range(3)]
    assert [incident["id"] for incident in guest.get("/incidents").json["data"]] == made


# 5
def test_what_is_written_stands_in_the_query(writer):
    make_component()
    writer.put("/components/1?id=1&status=4")
    writer.post("/incidents", query_string={**INCIDENT, "notify": True, "component_id": 1, "component_status": 3})
    writer.post("/incidents/1/updates?status=2&message=Found+it.")
    shown = writer.get("/incidents/1").json["data"]
    assert (shown["component_id"], shown["updates"][0]["message"]) == (1, "Found it.")


# 6
def test_what_is_searched_for_stands_in_the_body_of_a_get(guest):
    make_component("One")
    make_component("Two")
    assert [c["name"] for c in guest.get("/components", json={"name": "Two"}).json["data"]] == ["Two"]


# 7
def test_a_text_is_no_wrong_body_of_a_get(guest):
    answer = guest.get("/components", data='"{}"', content_type="application/json")
    assert answer.status_code == 200


# 8
def test_no_group_is_nought_and_not_null(writer):
    assert writer.post("/components", json=COMPONENT).json["data"]["group_id"] == 0


# 9
def test_tags_are_an_object_and_an_empty_one_if_there_are_none(writer):
    assert writer.post("/components", json=COMPONENT).json["data"]["tags"] == {}
    assert writer.post("/components", json={**COMPONENT, "tags": "One"}).json["data"]["tags"] == {"one": "One"}


# 10
def test_visible_is_a_number_and_the_rest_are_truths(writer):
    make_everything(writer)
    component, incident, metric = (
        writer.get(f"/{name}/1").json["data"] for name in ("components", "incidents", "metrics")
    )
    group = writer.get("/components/groups/1").json["data"]
    assert {type(shown["visible"]) for shown in (incident, metric, group)} == {int}
    assert {type(value) for value in (component["enabled"], incident["stickied"], metric["display_chart"])} == {bool}


# 11
@pytest.mark.parametrize("shape", ["json", "data", "query_string"])
def test_python_s_true_is_true(writer, shape):
    for text, truth in (("True", True), ("False", False)):
        made = writer.post("/components", **{shape: {**COMPONENT, "enabled": text}}).json["data"]
        assert made["enabled"] is truth


# 12
def test_a_time_has_seconds_or_none(writer):
    for sent in ("2026-08-20 14:43:00", "2026-08-20 14:43"):
        made = writer.post("/incidents", json={**INCIDENT, "occurred_at": sent})
        assert (made.status_code, made.json["data"]["occurred_at"]) == (200, "2026-08-20 14:43:00")


# 13
def test_what_does_not_say_that_it_is_visible_is(guest, writer):
    writer.post("/incidents", json={**INCIDENT, "Visible": 1})
    assert [incident["visible"] for incident in guest.get("/incidents").json["data"]] == [1]


# 14
def test_errors_stand_in_every_refusal_of_unknown_addresses_too(guest, writer):
    for verb, path in (("GET", "/nowhere"), ("POST", "/components"), ("GET", "/components/9"), ("PUT", "/components")):
        assert isinstance(guest.open(path, method=verb, json={}).json["errors"], list)
    assert isinstance(writer.post("/components", json={}).json["errors"], list)


# 15
def test_a_whole_object_and_a_part_of_one_are_good_changes(writer):
    make_everything(writer)
    for name in ("components", "components/groups", "incidents", "metrics", "schedules"):
        before = writer.get(f"/{name}/1").json["data"]
        for sent in ({**before, "nobody": "knows"}, {"name": before["name"]}, {}):
            answer = writer.put(f"/{name}/1", json=sent)
            assert answer.status_code == 200, (name, answer.text)
            assert {**answer.json["data"], "updated_at": ""} == {**before, "updated_at": ""}


# 16
def test_the_next_page_is_a_whole_address_with_the_query(guest):
    for name in ("One", "Two"):
        make_component(name)
    links = guest.get("/components?per_page=1&sort=name&enabled=1").json["meta"]["pagination"]["links"]
    assert links["next_page"] == "http://localhost/api/v1/components?per_page=1&sort=name&enabled=1&page=2"


# 17
def test_the_name_of_a_status_is_english(guest):
    make_component()
    answer = guest.get("/components/1", headers={"Accept-Language": "de"})
    assert answer.json["data"]["status_name"] == "Operational"


# 18
def test_prelease_is_spelt_so(guest):
    assert guest.get("/version").json["meta"]["latest"]["prelease"] is False


# 19
def test_a_wrong_token_reads_as_nobody(guest):
    make_component()
    answer = guest.get("/components", headers={"X-Cachet-Token": "wrong"})
    assert (answer.status_code, len(answer.json["data"])) == (200, 1)


# 20
def test_nobody_is_sent_elsewhere(guest, writer):
    for path, sent in EVERYTHING.items():
        for slash in ("", "/"):
            assert writer.post(path + slash, json=sent).status_code == 200
    for path in ("/ping", "/ping/", "/status/", "/version/", "/components/1/"):
        assert guest.get(path).status_code == 200
