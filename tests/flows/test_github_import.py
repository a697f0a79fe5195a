"""Four years of a real page, taken over by one command; its uptime held against a count straight from the source."""

import json
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models import Component, Incident, IncidentUpdate, Maintenance, MaintenanceUpdate, Notice
from app.models.base import count_rows
from app.models.uptime import uptimes
from tests.factories import make_subscriber

SOURCE = Path(__file__).parents[3] / "shared" / "data" / "github-status"
# The data is no part of the project, so that it is missing elsewhere is no failure, whatever is required.
pytestmark = pytest.mark.skipif(not SOURCE.exists(), reason=f"{SOURCE} is not there")

END = datetime(2026, 8, 21, tzinfo=UTC)
WEIGHT = {"critical": 1.0, "major": 0.3}


def lost_seconds(days: int) -> dict[str, float]:
    """By component: every second of the days before END, weighed by the worst incident that it lies in.

    From `started_at` to `resolved_at`: `downtime_start` and `downtime_end`, read out of later prose, are in no
    answer of Statuspage's API, so that no import can know of them."""
    began = END - timedelta(days=days)
    stretches = defaultdict(list)
    for line in (SOURCE / "incidents.jsonl").read_text().splitlines():
        incident = json.loads(line)
        start = max(datetime.fromisoformat(incident["started_at"]), began)
        end = min(datetime.fromisoformat(incident["resolved_at"]), END)
        for name in incident.get("components", ()) if start < end else ():
            stretches[name].append((start, end, WEIGHT.get(incident["impact"], 0.0)))
    lost = {}
    for name, found in stretches.items():
        cuts = sorted({time for start, end, _weight in found for time in (start, end)})
        lost[name] = sum(
            (until - since).total_seconds() * max((w for a, b, w in found if a <= since and until <= b), default=0.0)
            for since, until in pairwise(cuts)
        )
    return lost


@pytest.fixture
def imported(app, installed):
    make_subscriber()
    done = app.test_cli_runner().invoke(args=["import", "statuspage", str(SOURCE), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_four_years_arrive_once_and_their_uptime_is_right(imported, app, run_jobs):
    assert imported["changes"] == 11 + 801 + 18 and imported["reasons"] == []
    assert (count_rows(sa.select(Incident)), count_rows(sa.select(Maintenance))) == (801, 18)
    # The first word of each is its own message.
    updates = count_rows(sa.select(IncidentUpdate)) + count_rows(sa.select(MaintenanceUpdate))
    assert updates + 801 + 18 == 4570

    again = app.test_cli_runner().invoke(args=["import", "statuspage", str(SOURCE), "--json"])
    assert (again.exit_code, json.loads(again.stdout)["changes"]) == (0, 0)
    assert "0 changes" in again.stderr

    components = list(db.session.scalars(sa.select(Component)))
    for days in (90, 365):
        found, lost = uptimes(components, days, last=date(2026, 8, 20)), lost_seconds(days)
        assert sum(lost.values()) > 0
        for component in components:
            expected = 100 * (1 - lost.get(component.name, 0.0) / (days * 86400))
            assert found[component.id] == pytest.approx(expected, abs=0.01), (component.name, days)

    run_jobs()
    assert not db.session.scalars(sa.select(Notice)).all()


PAYLOADS = SOURCE.parent / "statuspage-payloads"


@pytest.mark.skipif(not PAYLOADS.exists(), reason=f"{PAYLOADS} is not there")
def test_answers_as_served_are_read(app, installed):
    run = app.test_cli_runner().invoke
    done = run(args=["import", "statuspage", str(PAYLOADS), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["reasons"] == []
    assert json.loads(run(args=["import", "statuspage", str(PAYLOADS), "--json"]).stdout)["changes"] == 0
    for file in sorted(PAYLOADS.glob("*.json")):
        assert run(args=["import", "statuspage", str(file)]).exit_code == 0, file.name
    incident = db.session.scalars(sa.select(Incident).where(Incident.name == "Incident with Pages and Actions")).one()
    actions = [i for i in incident.impacts if i.component.name == "Actions"]
    assert [i.status.name for i in actions] == ["PARTIAL_OUTAGE", "MAJOR_OUTAGE", "PARTIAL_OUTAGE"]
    assert actions[-1].ended_at == incident.fixed_at
