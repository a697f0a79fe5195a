from app.models.enums import ComponentStatus, Visibility
from tests.contract.golden import CHANGED, MADE, made, read
from tests.contract.test_components import BARE as COMPONENT
from tests.factories import make_component

BARE = {
    "id": 1,
    "name": "Core",
    "order": 0,
    "visible": 0,
    "collapsed": 0,
    "created_at": MADE,
    "updated_at": CHANGED,
    "enabled_components": [],
    "enabled_components_lowest": [],
    "lowest_human_status": None,
}
WELL = {**COMPONENT, "id": 1, "name": "Web", "group_id": 1, "order": 1, "status": 1, "status_name": "Operational"}
DOWN = {**COMPONENT, "id": 2, "name": "API", "group_id": 1, "order": 2, "status": 4, "status_name": "Major Outage"}
FULL = {
    "id": 1,
    "name": "Core",
    "order": 1,
    "visible": 1,
    "collapsed": 2,
    "created_at": MADE,
    "updated_at": CHANGED,
    "enabled_components": [WELL, DOWN],
    "enabled_components_lowest": [DOWN, WELL],
    "lowest_human_status": "Major Outage",
}


def fill(writer) -> None:
    for component in (WELL, DOWN):
        writer.post("/components", json={name: component[name] for name in ("name", "status", "order", "group_id")})
    writer.post("/components", json={"name": "Off", "status": 4, "group_id": 1, "enabled": False})


def test_with_the_least(guest, writer):
    made(writer.post("/components/groups", json={"name": "Core"}), BARE)
    read([writer], "/components/groups/1", BARE)
    assert guest.get("/components/groups").json["data"] == []


def test_with_everything(both, writer):
    sent = {name: FULL[name] for name in ("name", "order", "visible", "collapsed")}
    nobody = {"enabled_components": [], "enabled_components_lowest": [], "lowest_human_status": None}
    made(writer.post("/components/groups", json=sent), {**FULL, **nobody})
    fill(writer)
    made(writer.put("/components/groups/1", json={"name": "Core"}), FULL)
    read(both, "/components/groups/1", FULL)


def test_guests_are_not_shown_components_for_members(guest, writer):
    writer.post("/components/groups", json={"name": "Core", "visible": 1})
    writer.post("/components", json={name: WELL[name] for name in ("name", "status", "order", "group_id")})
    group_id = {"group_id": 1}
    hidden = make_component("Own", visibility=Visibility.MEMBERS, status=ComponentStatus.MAJOR_OUTAGE, position=5)
    writer.put(f"/components/{hidden.id}", json=group_id)
    own = {**DOWN, "name": "Own", "order": 5}
    shown = {**FULL, "order": 0, "collapsed": 0}
    lists = {"enabled_components": [WELL], "enabled_components_lowest": [WELL]}
    read([guest], "/components/groups/1", {**shown, **lists, "lowest_human_status": "Operational"})
    lists = {"enabled_components": [WELL, own], "enabled_components_lowest": [own, WELL]}
    read([writer], "/components/groups/1", {**shown, **lists})
