import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models import Maintenance
from app.models.enums import Visibility
from tests.contract.golden import CHANGED, LATER, MADE, date_rows, letters, made, read
from tests.factories import make_component

BEGINS, ENDS = "2031-06-03 22:00:00", "2031-06-03 23:30:15"
BARE = {
    "id": 1,
    "name": "Upgrade",
    "message": "",
    "status": 0,
    "scheduled_at": BEGINS,
    "completed_at": None,
    "created_at": MADE,
    "updated_at": CHANGED,
    "deleted_at": None,
    "components": [],
    "human_status": "Upcoming",
}
ROW = {
    "id": 1,
    "schedule_id": 1,
    "component_id": 1,
    "component_status": 2,
    "created_at": MADE,
    "updated_at": CHANGED,
}
FULL = {
    "id": 1,
    "name": "Upgrade",
    "message": "A *short* break.",
    "status": 0,
    "scheduled_at": BEGINS,
    "completed_at": ENDS,
    "created_at": MADE,
    "updated_at": CHANGED,
    "deleted_at": None,
    "components": [ROW, {**ROW, "id": 2, "component_id": 2}],
    "human_status": "Upcoming",
}
SENT = {"name": "Upgrade", "status": 0, "scheduled_at": BEGINS}


def test_with_the_least(both, writer):
    made(writer.post("/schedules", json=SENT), BARE)
    made(writer.put("/schedules/1", json={}), BARE)
    read(both, "/schedules/1", BARE)


def test_with_everything(both, writer):
    for name in ("API", "Web"):
        make_component(name)
    sent = {**SENT, "message": FULL["message"], "completed_at": ENDS, "components": [1, 2]}
    made(writer.post("/schedules", json=sent), FULL)
    made(writer.put("/schedules/1", json=FULL), FULL)
    read(both, "/schedules/1", FULL)


def test_guests_are_not_shown_components_for_members(guest, writer):
    make_component("API")
    make_component("Own", visibility=Visibility.MEMBERS)
    writer.post("/schedules", json={**SENT, "components": [1, 2]})
    read([guest], "/schedules/1", {**BARE, "components": [ROW]})
    read([writer], "/schedules/1", {**BARE, "components": FULL["components"]})


@pytest.mark.parametrize(
    ("status", "word", "ended", "shown"),
    [(1, "In Progress", None, None), (2, "Complete", LATER, CHANGED)],
    ids=["in progress", "complete"],
)
def test_each_status_has_its_word(both, writer, status, word, ended, shown):
    writer.post("/schedules", json={**SENT, "scheduled_at": "2026-08-20 14:43:07", "status": status})
    date_rows()
    if ended is not None:
        db.session.execute(sa.update(Maintenance).values(finished_at=ended, updated_at=LATER))
        db.session.commit()
    golden = {**BARE, "status": status, "human_status": word, "scheduled_at": MADE, "completed_at": shown}
    for client in both:
        assert letters(client.get("/schedules/1").json) == letters({"data": golden})
        assert letters(client.get("/schedules").json["data"]) == letters([golden])
