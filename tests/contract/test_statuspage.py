"""Answers in Statuspage's dialect, held to the letter: names, order and types of keys, ids, times."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.extensions import db
from app.models import Component, ComponentGroup, Incident, Maintenance
from app.models.enums import ComponentStatus, IncidentStatus
from tests.contract.golden import LATER, letters
from tests.factories import make_component, make_group, make_incident, make_maintenance
from tests.statuspage import NAMES

GOLDEN = Path(__file__).with_name("statuspage")
START = datetime(2026, 8, 20, 9, 0, 0, 552999, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch):
    """at(minutes): it is so many minutes after the start."""

    def go(minutes):
        monkeypatch.setattr("app.lib.clock.now", lambda: START + timedelta(minutes=minutes))

    go(0)
    return go


@pytest.fixture
def page(at, client):
    """A page on which something of everything is told."""
    platform = make_group("Platform")
    api = make_component("API", group=platform, description="For *programs*")
    mail = make_component("Mail")
    make_incident("Over", message="It broke.").fix(actor=None)
    db.session.commit()
    at(5)
    broken = make_incident("API is away", impacts={api: ComponentStatus.MAJOR_OUTAGE})
    at(10)
    make_maintenance("Database upgrade", components=[mail, api])
    make_maintenance("Under way", components=[mail], starts_in=timedelta(0))
    make_maintenance("Every Monday", message="", rule="FREQ=WEEKLY;BYDAY=MO")
    at(20)
    slower = {api: ComponentStatus.PERFORMANCE_ISSUES}
    broken.post_update(status=IncidentStatus.WATCHING, message="A fix is in place.", impacts=slower, actor=None)
    for table in db.metadata.sorted_tables:
        if "updated_at" in table.c:
            db.session.execute(table.update().values(updated_at=LATER))
    for model in (Component, ComponentGroup, Incident, Maintenance):
        db.session.execute(model.__table__.update().values(created_at=START, updated_at=LATER))
    db.session.commit()
    return client


@pytest.mark.parametrize("name", NAMES)
def test_golden(page, name):
    answer = page.get(f"/api/v2/{name}.json")
    assert (answer.status_code, answer.content_type) == (200, "application/json; charset=utf-8")
    golden = json.loads((GOLDEN / f"{name.replace('/', '-')}.json").read_text())
    assert letters(answer.json) == letters(golden)
    assert json.dumps(answer.json) == json.dumps(golden), "the keys stand in another order"


def test_nothing_on_the_page(at, client):
    page = json.loads((GOLDEN / "status.json").read_text())["page"] | {"updated_at": "2026-08-20T09:00:00.552Z"}
    assert client.get("/api/v2/summary.json").json == {
        "page": page,
        "components": [],
        "incidents": [],
        "scheduled_maintenances": [],
        "status": {"indicator": "none", "description": "All Systems Operational"},
    }
