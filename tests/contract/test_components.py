import pytest

from app.models.enums import ComponentStatus, Visibility
from tests.contract.golden import CHANGED, MADE, made, read
from tests.factories import make_component, make_group

BARE = {
    "id": 1,
    "name": "API",
    "description": "",
    "link": "",
    "status": 0,
    "order": 0,
    "group_id": 0,
    "enabled": True,
    "meta": None,
    "created_at": MADE,
    "updated_at": CHANGED,
    "deleted_at": None,
    "status_name": "Unknown",
    "tags": {},
}
FULL = {
    "id": 1,
    "name": "API",
    "description": "For programs",
    "link": "https://example.org",
    "status": 4,
    "order": 3,
    "group_id": 1,
    "enabled": True,
    "meta": {"uuid": "x", "n": 42, "half": 0.5, "yes": True, "none": None},
    "created_at": MADE,
    "updated_at": CHANGED,
    "deleted_at": None,
    "status_name": "Major Outage",
    "tags": {"hello-world": "Hello World", "eu": "EU"},
}
WORDS = ["Unknown", "Operational", "Performance Issues", "Partial Outage", "Major Outage"]


def test_with_the_least(both, writer):
    made(writer.post("/components", json={"name": "API", "status": 0}), BARE)
    made(writer.put("/components/1", json={}), BARE)
    read(both, "/components/1", BARE)


def test_with_everything(both, writer):
    make_group()
    sent = {name: FULL[name] for name in ("name", "description", "link", "status", "order", "group_id", "meta")}
    made(writer.post("/components", json={**sent, "tags": "Hello World,EU"}), FULL)
    made(writer.put("/components/1", json=FULL), FULL)
    read(both, "/components/1", FULL)


def test_one_that_is_disabled_is_for_tokens(guest, writer):
    golden = {**BARE, "enabled": False}
    made(writer.post("/components", json={"name": "API", "status": 0, "enabled": False}), golden)
    read([writer], "/components/1", golden)
    assert guest.get("/components").json["data"] == []


def test_one_in_a_hidden_group_is_for_tokens(guest, writer):
    make_component(group=make_group(visibility=Visibility.MEMBERS), position=0)
    golden = {**BARE, "group_id": 1, "status": 1, "status_name": "Operational"}
    read([writer], "/components/1", golden)
    assert guest.get("/components").json["data"] == []


@pytest.mark.parametrize("status", range(5))
def test_each_status_has_its_word(both, writer, status):
    golden = {**BARE, "status": status, "status_name": WORDS[status]}
    made(writer.post("/components", json={"name": "API", "status": status}), golden)
    read(both, "/components/1", golden)


def test_under_maintenance_is_the_nearest_that_clients_know(both):
    make_component(position=0, status=ComponentStatus.UNDER_MAINTENANCE)
    read(both, "/components/1", {**BARE, "status": 2, "status_name": "Performance Issues"})


@pytest.mark.parametrize("meta", [None, {}, [], [1, "two"], {"a": {"b": [None]}}])
def test_meta_is_any_document_or_null(both, writer, meta):
    golden = {**BARE, "meta": meta}
    made(writer.post("/components", json={"name": "API", "status": 0, "meta": meta}), golden)
    read(both, "/components/1", golden)
