"""Components and their groups."""

import pytest

from app.models.enums import ComponentStatus
from tests.controllers.api_v1.client_facts.sent import COMPONENT
from tests.factories import make_component, make_group

KEYS = "id name description link status order group_id enabled created_at updated_at deleted_at status_name tags meta"
GROUP_KEYS = "id name order collapsed visible created_at updated_at"
GROUP_KEYS += " enabled_components enabled_components_lowest lowest_human_status"
WORDS = ["Unknown", "Operational", "Performance Issues", "Partial Outage", "Major Outage"]


def test_it_has_these_keys_however_it_is_asked_for(writer):
    for answer in (writer.post("/components", json=COMPONENT), writer.get("/components/1")):
        assert set(answer.json["data"]) == set(KEYS.split())
    assert set(writer.get("/components").json["data"][0]) == set(KEYS.split())


def test_without_a_group_its_group_is_nought(writer):
    assert writer.post("/components", json=COMPONENT).json["data"]["group_id"] == 0
    make_group()
    assert writer.put("/components/1", json={"group_id": 1}).json["data"]["group_id"] == 1
    assert writer.put("/components/1", json={"group_id": 0}).json["data"]["group_id"] == 0
    assert [c["group_id"] for c in writer.get("/components").json["data"]] == [0]


def test_a_group_that_is_not_there_is_no_error(writer):
    answer = writer.post("/components", json={**COMPONENT, "group_id": 1000})
    assert (answer.status_code, answer.json["data"]["group_id"]) == (200, 0)
    assert writer.put("/components/1", json={"group_id": 1000}).status_code == 200


def test_tags_are_an_object_also_when_there_are_none(writer):
    assert '"tags":{}' in writer.post("/components", json=COMPONENT).text
    shown = writer.put("/components/1", json={"tags": "Test Tag,Other"}).json["data"]
    assert shown["tags"] == {"test-tag": "Test Tag", "other": "Other"}


@pytest.mark.parametrize(
    "sent",
    [
        {"json": {"tags": {"test-tag": "Test Tag", "other": "Other"}}},
        {"data": {"tags[test-tag]": "Test Tag", "tags[other]": "Other"}},
        {"json": {"tags": ["Test Tag", "Other"]}},
        {"json": {"name": "API"}},
        {"json": {"tags": None}},
    ],
    ids=["object", "form", "list", "not sent", "null"],
)
def test_tags_that_are_sent_back_or_not_at_all_stay(writer, sent):
    make_component(tags=["Test Tag", "Other"])
    answer = writer.put("/components/1", **sent)
    assert (answer.status_code, answer.json["data"]["tags"]) == (200, {"test-tag": "Test Tag", "other": "Other"})


def test_new_tags_replace_all_old_ones(writer):
    make_component(tags=["Test Tag", "Other"])
    assert writer.put("/components/1", json={"tags": "Third"}).json["data"]["tags"] == {"third": "Third"}


@pytest.mark.parametrize("status", range(5))
def test_it_has_five_statuses_and_their_words(writer, status):
    made = writer.post("/components", json={**COMPONENT, "status": status}).json["data"]
    assert (made["status"], made["status_name"]) == (status, WORDS[status])
    assert writer.put("/components/1", json={"status": status}).json["data"]["status"] == status


@pytest.mark.parametrize("sent", [{}, {"name": "API"}, {"status": 1}, {"name": "", "status": 1}])
def test_a_name_and_a_status_are_required(writer, sent):
    assert writer.post("/components", json=sent).status_code == 400


@pytest.mark.parametrize("link", ["", "http://example.org", "https://example.org/a?b=c"])
def test_a_link_is_empty_or_an_address(writer, link):
    assert writer.post("/components", json={**COMPONENT, "link": link}).json["data"]["link"] == link


@pytest.mark.parametrize("sent", [{"json": {"status": 3}}, {"query_string": {"id": 1, "status": 3}}])
def test_a_change_of_the_status_alone_keeps_the_rest(writer, sent):
    rest = {"description": "For programs", "link": "https://example.org", "order": 3, "meta": {"a": 1}, "tags": "One"}
    before = writer.post("/components", json={**COMPONENT, **rest, "enabled": False}).json["data"]
    after = writer.put("/components/1", **sent).json["data"]
    changed = {"status": 3, "status_name": "Partial Outage", "updated_at": ""}
    assert {**after, "updated_at": ""} == {**before, **changed}


def test_a_whole_object_can_be_sent_back(writer):
    make_component(description="For programs", group=make_group(), tags=["One"], meta={"a": 1}, position=3)
    before = writer.get("/components/1").json["data"]
    after = writer.put("/components/1", json={**before, "status": 4}).json["data"]
    changed = {"status": 4, "status_name": "Major Outage", "updated_at": ""}
    assert {**after, "updated_at": ""} == {**before, **changed}


def test_without_enabled_it_stays_as_it_was(writer):
    make_component(enabled=False)
    before = writer.get("/components/1").json["data"]
    del before["enabled"]
    assert writer.put("/components/1", json=before).json["data"]["enabled"] is False


def test_two_may_have_one_name(writer):
    make_group()
    for group_id in (0, 0, 1, 1):
        assert writer.post("/components", json={**COMPONENT, "group_id": group_id}).status_code == 200
    assert len(writer.get("/components?name=API").json["data"]) == 4


def test_the_status_that_it_has_can_be_set(writer):
    make_component(status=ComponentStatus.MAJOR_OUTAGE)
    answer = writer.put("/components/1", json={"status": 4})
    assert (answer.status_code, answer.json["data"]["status"]) == (200, 4)


def test_a_group_has_these_keys_however_it_is_asked_for(writer):
    for answer in (writer.post("/components/groups", json={"name": "Core"}), writer.get("/components/groups/1")):
        assert set(answer.json["data"]) == set(GROUP_KEYS.split())
    assert set(writer.get("/components/groups").json["data"][0]) == set(GROUP_KEYS.split())


def test_a_group_holds_its_enabled_components_whole_in_order_and_worst_first(writer):
    group = make_group()
    make_component("Second", group=group, position=2)
    make_component("First", group=group, position=1, status=ComponentStatus.PARTIAL_OUTAGE)
    make_component("Off", group=group, position=0, enabled=False, status=ComponentStatus.MAJOR_OUTAGE)
    shown = writer.get("/components/groups/1").json["data"]
    assert [c["name"] for c in shown["enabled_components"]] == ["First", "Second"]
    assert [c["status"] for c in shown["enabled_components_lowest"]] == [3, 1]
    assert shown["enabled_components"] == [writer.get(f"/components/{id}").json["data"] for id in (2, 1)]
    assert shown["lowest_human_status"] == "Partial Outage"


def test_a_group_needs_only_a_name_and_is_then_for_members(guest, writer):
    assert writer.post("/components/groups", json={"name": "Core"}).json["data"]["visible"] == 0
    assert guest.get("/components/groups").json["data"] == []


@pytest.mark.parametrize("visible", [0, 1])
def test_a_group_is_visible_as_a_number(writer, visible):
    shown = writer.post("/components/groups", json={"name": "Core", "visible": visible}).json["data"]["visible"]
    assert (type(shown), shown) == (int, visible)


@pytest.mark.parametrize("collapsed", range(5))
def test_a_group_is_collapsed_in_five_ways(writer, collapsed):
    answer = writer.post("/components/groups", data={"name": "Core", "collapsed": collapsed})
    assert (answer.status_code, answer.json["data"]["collapsed"]) == (200, min(collapsed, 2))


def test_a_change_of_a_group_keeps_the_rest(writer):
    before = writer.post("/components/groups", json={"name": "Core", "order": 4, "collapsed": 1, "visible": 1})
    after = writer.put("/components/groups/1", json={"name": "Edge"}).json["data"]
    assert {**before.json["data"], "name": "Edge", "updated_at": ""} == {**after, "updated_at": ""}


def test_the_components_of_a_deleted_group_stay(writer):
    make_component(group=make_group())
    assert writer.delete("/components/groups/1").status_code == 204
    assert writer.get("/components/1").json["data"]["group_id"] == 0


def test_groups_are_no_component_of_that_name(guest):
    make_group()
    answer = guest.get("/components/groups")
    assert (answer.status_code, answer.json["data"][0]["name"]) == (200, "Core")
