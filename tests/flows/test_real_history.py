"""Ninety days of a real status page, told again through API v1 and read back from the public page."""

import json
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app import page_cache
from app.extensions import db, limiter
from app.models import Setting

SOURCE = Path(__file__).parents[3] / "shared" / "data" / "github-status" / "incidents.json"
# The data is no part of the project, so that it is missing elsewhere is no failure, whatever is required.
pytestmark = pytest.mark.skipif(not SOURCE.exists(), reason=f"{SOURCE} is not there")

STATUS = {"investigating": 1, "identified": 2, "monitoring": 3, "resolved": 4, "postmortem": 4}
IMPACT = {"none": 1, "minor": 2, "major": 3, "critical": 4}
ZONES = ("UTC", "Pacific/Auckland", "America/Los_Angeles")


def last_ninety_days() -> list[dict]:
    """The incidents of the ninety days before the newest one, oldest first, with updates oldest first."""
    incidents = json.loads(SOURCE.read_text())["incidents"]
    newest = max(at(incident) for incident in incidents)
    chosen = [incident for incident in incidents if newest - at(incident) <= timedelta(days=90)]
    for incident in chosen:
        incident["incident_updates"].reverse()  # the source has the newest first, some in the same minute
    return sorted(chosen, key=at)


def at(incident: dict) -> datetime:
    return datetime.fromisoformat(incident["created_at"])


class Replay:
    """Tells incidents to API v1 as a script of an operator would."""

    def __init__(self, client):
        self.client = client
        self.components: dict[str, int] = {}
        self.ids: dict[str, int] = {}

    def post(self, path: str, **body) -> dict:
        limiter.reset()  # an operator would take longer than a minute
        answer = self.client.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json["data"]

    def component(self, name: str) -> int:
        if name not in self.components:
            self.components[name] = self.post("/components", name=name, status=1)["id"]
        return self.components[name]

    def tell(self, incident: dict) -> None:
        """Report it, then post its updates in order; each of them may name one more component."""
        first, *updates = incident["incident_updates"]
        affected = [self.component(component["name"]) for component in incident["components"]]
        fields = {"name": incident["name"], "message": first["body"], "status": STATUS[first["status"]]}
        occurred_at = at(incident).strftime("%Y-%m-%d %H:%M:%S")
        made = self.post("/incidents", **fields, **self.impact(incident, affected), occurred_at=occurred_at)
        for update in updates:
            status = STATUS[update["status"]]
            more = self.impact(incident, affected) if status < 4 else {}
            self.post(f"/incidents/{made['id']}/updates", status=status, message=update["body"], **more)
        self.ids[incident["id"]] = made["id"]

    def impact(self, incident: dict, affected: list[int]) -> dict:
        if not affected:
            return {}
        return {"component_id": affected.pop(0), "component_status": IMPACT[incident["impact"]]}


class Days(HTMLParser):
    """Which incidents stand under which day of a status page, and where its older days are."""

    def __init__(self, page: str):
        super().__init__()
        self.day: date | None = None
        self.found: dict[date, list[tuple[int, str]]] = defaultdict(list)
        self.reading: int | None = None
        self.older: str | None = None
        self.in_heading = False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "section" and values.get("class") == "day":
            self.day = date.fromisoformat(values["id"].removeprefix("day-"))
        elif tag == "details" and self.day:
            self.reading = int(values["id"].removeprefix("incident-"))
        elif tag == "h4":
            self.in_heading = True
        elif tag == "a" and values.get("rel") == "prev":
            self.older = values["href"]

    def handle_endtag(self, tag):
        self.in_heading = self.in_heading and tag != "h4"
        self.reading = None if tag == "details" else self.reading
        self.day = None if tag == "section" else self.day

    def handle_data(self, data):
        if self.in_heading and self.reading is not None:
            self.found[self.day].append((self.reading, data))


def read_every_day(visitor) -> dict[date, list[tuple[int, str]]]:
    """What a visitor reads who follows "older" to the end."""
    found: dict[date, list[tuple[int, str]]] = {}
    address: str | None = "/"
    while address:
        answer = visitor.get(address)
        assert answer.status_code == 200
        page = Days(answer.text)
        assert not found.keys() & page.found.keys(), "two windows tell of the same day"
        found |= page.found
        address = page.older
    return found


def test_the_right_incidents_stand_under_the_right_days_in_every_zone(client, api, olive):
    incidents = last_ninety_days()
    assert len(incidents) > 50
    replay = Replay(api(olive))
    for incident in incidents:
        replay.tell(incident)

    for name in ZONES:
        zone = ZoneInfo(name)
        Setting.set(timezone=name)
        db.session.commit()
        page_cache.bump()
        expected = defaultdict(list)
        for incident in incidents:
            row = (replay.ids[incident["id"]], incident["name"])
            expected[at(incident).astimezone(zone).date()].insert(0, row)
        found = read_every_day(client)
        assert {day: sorted(rows) for day, rows in found.items()} == {
            day: sorted(rows) for day, rows in expected.items()
        }, name


def test_all_is_told_and_all_is_well_again_at_the_end(client, api, olive):
    incidents = last_ninety_days()[-25:]
    replay = Replay(api(olive))
    for incident in incidents:
        replay.tell(incident)
    guest = api()
    for incident in incidents:
        shown = guest.get(f"/incidents/{replay.ids[incident['id']]}").json["data"]
        told = [update["body"] for update in reversed(incident["incident_updates"])]
        assert [*(update["message"] for update in shown["updates"]), shown["message"]] == told
        assert (shown["is_resolved"], shown["status"]) == (True, 4)
        assert shown["occurred_at"] == at(incident).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
        assert bool(shown["component_id"]) == bool(incident["components"])
    assert {component["status"] for component in guest.get("/components").json["data"]} == {1}
    assert guest.get("/status").json["data"]["status"] == "success"
