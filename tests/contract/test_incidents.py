import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models import Incident, IncidentUpdate
from tests.contract.golden import CHANGED, LATER, MADE, THEN, date_rows, letters, made, read
from tests.factories import make_component, make_incident

BARE = {
    "id": 1,
    "user_id": 1,
    "component_id": 0,
    "name": "Slow",
    "status": 0,
    "visible": 1,
    "stickied": False,
    "notifications": False,
    "message": "We *look* into it.",
    "occurred_at": MADE,
    "created_at": MADE,
    "updated_at": CHANGED,
    "deleted_at": None,
    "is_resolved": False,
    "meta": [],
    "updates": [],
    "human_status": "Reported",
    "latest_update_id": None,
    "latest_status": 0,
    "latest_human_status": "Reported",
    "latest_icon": "icon ion-android-calendar",
    "permalink": "http://status.test/incidents/1",
    "duration": 0,
}
FIRST = {
    "id": 1,
    "incident_id": 1,
    "status": 2,
    "message": "The *disk* is full.",
    "user_id": 1,
    "created_at": MADE,
    "updated_at": CHANGED,
    "human_status": "Identified",
    "permalink": "http://status.test/incidents/1#update-1",
}
SECOND = {
    "id": 2,
    "incident_id": 1,
    "status": 4,
    "message": "Back to *normal*.",
    "user_id": 1,
    "created_at": CHANGED,
    "updated_at": CHANGED,
    "human_status": "Fixed",
    "permalink": "http://status.test/incidents/1#update-2",
}
FULL = {
    "id": 1,
    "user_id": 1,
    "component_id": 1,
    "name": "Slow",
    "status": 4,
    "visible": 1,
    "stickied": True,
    "notifications": False,
    "message": "We *look* into it.",
    "occurred_at": MADE,
    "created_at": MADE,
    "updated_at": CHANGED,
    "deleted_at": None,
    "is_resolved": True,
    "meta": {"id": 123456789, "seo": {"title": "Slow", "description": None}},
    "updates": [SECOND, FIRST],
    "human_status": "Fixed",
    "latest_update_id": 2,
    "latest_status": 4,
    "latest_human_status": "Fixed",
    "latest_icon": "icon ion-checkmark greens",
    "permalink": "http://status.test/incidents/1",
    "duration": 4612,
}
WORDS = ["Reported", "Investigating", "Identified", "Watching", "Fixed"]
ICONS = ["android-calendar", "flag oranges", "alert yellows", "eye blues", "checkmark greens"]
SENT = {name: BARE[name] for name in ("name", "message", "status", "occurred_at")}


def tell_the_story(writer) -> None:
    """FULL, in steps."""
    component_id = make_component().id
    rest = {"stickied": True, "meta": FULL["meta"], "component_id": component_id, "component_status": 4}
    writer.post("/incidents", json={**SENT, "status": 1, **rest})
    made(writer.post("/incidents/1/updates", json={"status": 2, "message": FIRST["message"]}), FIRST)
    made(writer.post("/incidents/1/updates", json={"status": 4, "message": SECOND["message"]}), SECOND)


def date_story() -> None:
    """The first update came at once, the second with the fix."""
    date_rows()
    db.session.execute(sa.update(Incident).values(occurred_at=THEN, fixed_at=LATER, updated_at=LATER))
    last = sa.update(IncidentUpdate).where(IncidentUpdate.id == 2)
    db.session.execute(last.values(created_at=LATER, updated_at=LATER))
    db.session.commit()


def test_with_the_least(both, writer):
    made(writer.post("/incidents", json=SENT), {**BARE, "duration": _since_then(writer)})
    read(both, "/incidents/1", BARE)


def _since_then(writer) -> int:
    return writer.get("/incidents/1").json["data"]["duration"]


def test_with_everything(both, writer):
    tell_the_story(writer)
    date_story()
    for client in both:
        assert letters(client.get("/incidents/1").json) == letters({"data": FULL})
        assert letters(client.get("/incidents").json["data"]) == letters([FULL])
    changed = writer.put("/incidents/1", json=FULL).json["data"]
    assert letters({**changed, "updated_at": CHANGED}) == letters(FULL)


def test_its_updates(both, writer):
    tell_the_story(writer)
    date_story()
    for client in both:
        assert letters(client.get("/incidents/1/updates").json["data"]) == letters([SECOND, FIRST])
        for update in (FIRST, SECOND):
            one = client.get(f"/incidents/1/updates/{update['id']}")
            assert letters(one.json) == letters({"data": update})
    made(writer.put("/incidents/1/updates/1", json={"status": 2}), FIRST)


def test_one_that_nobody_is_known_to_have_written(both):
    update = make_incident("Slow", message="We *look* into it.", actor=None).post_update(
        status=WORDS.index("Watching"), message="m", actor=None
    )
    db.session.commit()
    for client in both:
        shown = client.get("/incidents/1").json["data"]
        assert (shown["user_id"], shown["updates"][0]["user_id"]) == (None, None)
        assert client.get(f"/incidents/1/updates/{update.id}").json["data"]["user_id"] is None


def test_one_that_is_hidden_is_for_tokens(guest, writer):
    writer.post("/incidents", json={**SENT, "visible": 0})
    read([writer], "/incidents/1", {**BARE, "visible": 0})
    assert guest.get("/incidents").json["data"] == []


@pytest.mark.parametrize("status", range(5))
def test_each_status_has_its_word_and_its_icon(both, writer, status):
    writer.post("/incidents", json={**SENT, "status": status})
    if status == 4:
        db.session.execute(sa.update(Incident).values(fixed_at=THEN))
    said = {"status": status, "human_status": WORDS[status], "is_resolved": status == 4}
    latest = {"latest_status": status, "latest_human_status": WORDS[status]}
    golden = {**BARE, **said, **latest, "latest_icon": f"icon ion-{ICONS[status]}"}
    read(both, "/incidents/1", golden)


@pytest.mark.parametrize("status", range(1, 5))
def test_each_update_has_its_word_and_is_the_latest(both, writer, status):
    writer.post("/incidents", json=SENT)
    golden = {**FIRST, "status": status, "human_status": WORDS[status]}
    made(writer.post("/incidents/1/updates", json={"status": status, "message": FIRST["message"]}), golden)
    read(both, "/incidents/1/updates/1", golden)
    shown = both[0].get("/incidents/1").json["data"]
    latest = {name: shown[f"latest_{name}"] for name in ("update_id", "status", "human_status", "icon")}
    icon = f"icon ion-{ICONS[status]}"
    assert latest == {"update_id": 1, "status": status, "human_status": WORDS[status], "icon": icon}
    assert (shown["status"], shown["human_status"], shown["is_resolved"]) == (status, WORDS[status], status == 4)
