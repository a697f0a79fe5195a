import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from app.extensions import db
from app.models.setting import Setting
from app.page_cache import GENERATION
from tests.factories import make_component, make_maintenance

NOW = datetime(2026, 8, 21, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def frozen(app, monkeypatch):
    # While the time stands still, the generations of the page would have the same numbers in each test.
    app.extensions["daymark.redis"].set(GENERATION, time.time_ns())
    monkeypatch.setattr("app.lib.clock.now", lambda: NOW)


def read(client, path="/calendar.ics") -> Calendar:
    answer = client.get(path)
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    return Calendar.from_ical(answer.data)


def test_one_event_says_it_all(client):
    plan = make_maintenance(starts_at=datetime(2026, 8, 23, 2, tzinfo=UTC), message="It is **short**.")
    calendar = read(client)
    (event,) = calendar.walk("VEVENT")
    assert event["UID"] == f"{plan.uid}@status.test"
    assert event.decoded("DTSTART") == datetime(2026, 8, 23, 2, tzinfo=UTC)
    assert event.decoded("DTEND") == datetime(2026, 8, 23, 4, tzinfo=UTC)
    assert (event["SUMMARY"], event["STATUS"], event["SEQUENCE"]) == ("Database upgrade", "CONFIRMED", 0)
    assert (event["DESCRIPTION"], event["URL"]) == ("It is short.", f"http://status.test/schedules/{plan.id}")
    assert {"DTSTAMP", "LAST-MODIFIED", "CREATED"} <= set(event)
    assert calendar["X-WR-CALNAME"] == "Maintenance at Example Cloud"
    assert calendar["PRODID"] and calendar.decoded("REFRESH-INTERVAL") == timedelta(hours=1)


def test_a_move_counts_on_and_a_cancellation_stays(client):
    plan = make_maintenance()
    plan.move(plan.starts_at + timedelta(hours=1), plan.ends_at + timedelta(hours=1), actor=None)
    db.session.commit()
    assert read(client).walk("VEVENT")[0]["SEQUENCE"] == 1
    plan.cancel(actor=None)
    db.session.commit()
    (event,) = read(client, f"/schedules/{plan.id}.ics").walk("VEVENT")
    assert (event["SEQUENCE"], event["STATUS"]) == (2, "CANCELLED")


def test_a_series_keeps_its_wall_clock_and_tells_what_differs(client):
    Setting.set(timezone="Europe/Berlin")
    series = make_maintenance(starts_at=datetime(2026, 8, 23, 0, tzinfo=UTC), rule="FREQ=WEEKLY;BYDAY=SU")
    first, second, third = [slot.starts_at for slot in series.next_dates(3)]
    series.occurrence(first).cancel(actor=None)
    moved = series.occurrence(second)
    moved.move(second + timedelta(hours=3), second + timedelta(hours=5), actor=None)
    series.occurrence(third).edit(visibility=2, actor=None)
    db.session.commit()
    calendar = read(client)
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]
    main, other = (
        calendar.walk("VEVENT")[::-1] if "RECURRENCE-ID" in calendar.walk("VEVENT")[0] else calendar.walk("VEVENT")
    )
    assert main.decoded("DTSTART") == datetime(2026, 8, 23, 2, tzinfo=BERLIN)
    assert main["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert main["RRULE"].to_ical() == b"FREQ=WEEKLY;BYDAY=SU"
    assert [day.dt for day in main["EXDATE"].dts] == [first, third]
    assert other["UID"] == main["UID"] and other.decoded("RECURRENCE-ID") == second
    assert other.decoded("DTSTART") == second + timedelta(hours=3)


def test_a_component_has_its_own(client):
    api, web = make_component("API"), make_component("Web")
    make_maintenance("Of the API", components=[api])
    make_maintenance("Of the web", components=[web])
    assert [event["SUMMARY"] for event in read(client, f"/component/{api.id}/calendar.ics").walk("VEVENT")] == [
        "Of the API"
    ]
    make_component("Hidden", visibility=2)
    assert client.get("/component/3/calendar.ics").status_code == 404
    assert client.get("/component/99/calendar.ics").status_code == 404


def test_it_is_kept_like_other_pages(client):
    first = client.get("/calendar.ics")
    assert "s-maxage" in first.headers["Cache-Control"] and "Set-Cookie" not in first.headers
    again = client.get("/calendar.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    make_maintenance()
    assert len(read(client).walk("VEVENT")) == 1
