from app.extensions import db
from app.models import ComponentGroup
from app.models.enums import Collapse, ComponentStatus, Visibility
from tests.factories import make_component, make_group


def test_it_is_created_for_members_unless_it_says_otherwise(api, olive):
    made = api(olive).post("/components/groups", json={"name": "Core"}).json["data"]
    assert (made["name"], made["order"], made["visible"], made["collapsed"]) == ("Core", 0, 0, 0)
    assert made["enabled_components"] == [] and made["lowest_human_status"] is None


def test_it_is_created_as_sent(api, olive):
    sent = {"name": "Core", "order": 1, "collapsed": 1, "visible": 1}
    made = api(olive).post("/components/groups", json=sent)
    assert made.status_code == 200
    assert sent.items() <= made.json["data"].items()
    assert api().get("/components/groups/1").json == made.json


def test_collapse_rules_that_only_cachet_had_are_the_nearest_of_ours(api, olive):
    made = api(olive).post("/components/groups", json={"name": "Core", "collapsed": 4}).json["data"]
    assert made["collapsed"] == Collapse.UNLESS_TROUBLE


def test_the_name_is_required(api, olive):
    answer = api(olive).post("/components/groups", json={})
    assert answer.json["errors"][0]["meta"]["details"] == ["The name field is required."]


def test_it_holds_its_enabled_components_twice(api, olive):
    group = make_group()
    make_component("Fine", group=group, position=1)
    make_component("Broken", group=group, position=2, status=ComponentStatus.MAJOR_OUTAGE, tags=["Tag"])
    make_component("Off", group=group, position=0, enabled=False)
    shown = api(olive).get("/components/groups/1").json["data"]
    assert [c["name"] for c in shown["enabled_components"]] == ["Fine", "Broken"]
    assert [c["name"] for c in shown["enabled_components_lowest"]] == ["Broken", "Fine"]
    assert shown["lowest_human_status"] == "Major Outage"
    assert shown["enabled_components"][1] == api().get("/components/2").json["data"]


def test_guests_do_not_see_hidden_components_in_it(api, olive):
    make_component(group=make_group(), visibility=Visibility.MEMBERS)
    assert api().get("/components/groups").json["data"][0]["enabled_components"] == []
    assert len(api(olive).get("/components/groups").json["data"][0]["enabled_components"]) == 1


def test_what_is_absent_from_a_change_stays(api, olive):
    make_group("Core", position=7, collapse=Collapse.ALWAYS)
    changed = api(olive).put("/components/groups/1", json={"name": "Edge"}).json["data"]
    assert (changed["name"], changed["order"], changed["collapsed"], changed["visible"]) == ("Edge", 7, 1, 1)


def test_a_hidden_group_stays_hidden_when_its_0_comes_back(api, olive):
    make_group(visibility=Visibility.HIDDEN)
    api(olive).put("/components/groups/1", json={"visible": 0})
    assert db.session.get(ComponentGroup, 1).visibility is Visibility.HIDDEN
    api(olive).put("/components/groups/1", json={"visible": 1})
    assert db.session.get(ComponentGroup, 1).visibility is Visibility.EVERYONE


def test_its_components_stay_when_it_goes(api, olive):
    make_component(group=make_group())
    client = api(olive)
    assert client.delete("/components/groups/1").status_code == 204
    assert client.delete("/components/groups/1").status_code == 404
    assert client.get("/components/1").json["data"]["group_id"] == 0
