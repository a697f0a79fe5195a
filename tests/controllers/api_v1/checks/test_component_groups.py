import pytest

from app.models.enums import Visibility
from tests.factories import make_group

KEYS = {"id", "name", "created_at", "updated_at", "order", "collapsed", "visible"}
KEYS |= {"enabled_components", "enabled_components_lowest", "lowest_human_status"}


@pytest.fixture
def one_of_each(installed):
    make_group("Shown")
    make_group("Hidden", visibility=Visibility.MEMBERS)


# 1
def test_a_guest_reads_the_list_with_exactly_these_keys(guest):
    make_group("One")
    make_group("Two")
    answer = guest.get("/components/groups")
    assert (answer.status_code, len(answer.json["data"])) == (200, 2)
    for group in answer.json["data"]:
        assert set(group) == KEYS
        assert group["lowest_human_status"] is None


# 2
def test_one_that_is_not_there(guest, refused):
    refused(404, guest.get, "/components/groups/1")


# 3
def test_a_guest_makes_none(guest, refused):
    refused(401, guest.post, "/components/groups", json={"name": "Core"})


# 4
def test_none_is_made_of_nothing(writer, refused):
    refused(400, writer.post, "/components/groups", json={})


# 5
def test_what_was_sent_comes_back_as_numbers(writer, telling):
    sent = {"name": "Core", "order": 1, "collapsed": 1, "visible": 1}
    answer, told = telling(writer.post, "/components/groups", json=sent)
    assert (answer.status_code, told) == (200, ["component_group.created"])
    assert sent.items() <= answer.json["data"].items()
    assert {type(answer.json["data"][name]) for name in ("order", "collapsed", "visible")} == {int}


# 6
def test_a_guest_reads_one(guest, writer, one_of_each):
    assert guest.get("/components/groups/1").json["data"]["name"] == "Shown"
    assert writer.get("/components/groups/2").json["data"]["name"] == "Hidden"


# 7
def test_a_name_is_all_that_a_change_needs(writer, telling):
    make_group("Old")
    answer, told = telling(writer.put, "/components/groups/1", json={"name": "New"})
    assert (answer.status_code, answer.json["data"]["name"]) == (200, "New")
    assert told == ["component_group.updated"]


# 8
def test_one_is_removed(writer, removed):
    make_group()
    removed(writer, "/components/groups/1", "component_group.deleted")


# 9
def test_a_guest_is_not_shown_the_hidden_one(guest, one_of_each):
    answer = guest.get("/components/groups")
    assert (answer.status_code, [group["name"] for group in answer.json["data"]]) == (200, ["Shown"])


# 10
def test_a_token_is_shown_both(writer, one_of_each):
    answer = writer.get("/components/groups")
    assert (answer.status_code, [group["name"] for group in answer.json["data"]]) == (200, ["Shown", "Hidden"])
