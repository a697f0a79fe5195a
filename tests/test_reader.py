"""A member's own zone: in the dashboard and nowhere else."""

import re
from datetime import UTC, datetime

import pytest

from app.extensions import db
from app.models import Incident, Setting
from tests.factories import make_incident

# In the summer New York is four hours behind UTC, in the winter five; Berlin, the page, one ahead.
SUMMER, WINTER = datetime(2026, 8, 20, 1, 30, tzinfo=UTC), datetime(2026, 1, 20, 1, 30, tzinfo=UTC)


@pytest.fixture
def abroad(sign_in, ed):
    """Ed, in New York; the page is in Berlin."""
    Setting.set(timezone="Europe/Berlin")
    ed.edit(username="ed", locale="", timezone="America/New_York", actor=ed)
    db.session.commit()
    return sign_in(ed)


def test_times_are_told_in_the_members_zone_and_its_offset_of_that_day(abroad):
    for began, told in ((SUMMER, "19 Aug 2026, 21:30 EDT"), (WINTER, "19 Jan 2026, 20:30 EST")):
        incident = make_incident(occurred_at=began)
        page = abroad.get(f"/dashboard/incidents/{incident.id}").text
        assert told in page
        assert "In the zone America/New_York" in page
        assert f'value="{began:%Y-%m}-19T{told[-9:-4]}"' in page


def test_times_are_entered_in_it_across_the_change_of_the_clocks(abroad):
    abroad.get("/dashboard/incidents/create")
    # On 8 March 2026 New York goes from 01:59 EST to 03:00 EDT; on 1 November 01:30 comes twice, the first is meant.
    for entered, meant in (
        ("2026-03-08T01:30", datetime(2026, 3, 8, 6, 30, tzinfo=UTC)),
        ("2026-03-08T03:30", datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),
        ("2026-11-01T01:30", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        ("2026-11-01T02:30", datetime(2026, 11, 1, 7, 30, tzinfo=UTC)),
    ):
        answer = abroad.submit(
            "/dashboard/incidents/create", name=entered, message="x", status="1", occurred_at=entered, visibility="1"
        )
        assert answer.status_code == 302, answer.text
        incident = db.session.scalar(db.select(Incident).where(Incident.name == entered))
        assert incident.occurred_at == meant


def test_saving_what_was_not_touched_moves_nothing(abroad):
    twice = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)  # the second 01:30 of that night in New York
    incident = make_incident(occurred_at=twice)
    page = abroad.get(f"/dashboard/incidents/{incident.id}").text
    shown = re.search(r'name="occurred_at"[^>]*value="([^"]+)"', page)[1]
    fields = {"name": "Another name", "message": "x", "occurred_at": shown, "visibility": "1"}
    assert abroad.submit(f"/dashboard/incidents/{incident.id}", **fields).status_code == 302
    db.session.rollback()
    assert db.session.get(Incident, incident.id).occurred_at == twice


def test_visitors_pages_stay_in_the_pages_zone(abroad, client):
    incident = make_incident(occurred_at=SUMMER)
    for someone in (abroad, client):
        page = someone.get(f"/incidents/{incident.id}").text
        assert "03:30 CEST" in page
        assert "EDT" not in page


def test_without_a_zone_of_ones_own_it_is_the_pages(sign_in, olive):
    Setting.set(timezone="Europe/Berlin")
    db.session.commit()
    incident = make_incident(occurred_at=SUMMER)
    page = sign_in(olive).get(f"/dashboard/incidents/{incident.id}").text
    assert "20 Aug 2026, 03:30 CEST" in page
    assert "In the zone Europe/Berlin" in page


def test_a_zone_that_the_system_does_not_know_is_no_reason_to_fail(sign_in, olive):
    olive.timezone = "Mars/Olympus"
    db.session.commit()
    incident = make_incident(occurred_at=SUMMER)
    assert "01:30 UTC" in sign_in(olive).get(f"/dashboard/incidents/{incident.id}").text
