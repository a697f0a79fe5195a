import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
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
    assert calendar["X-PUBLISHED-TTL"].to_ical() == b"PT1H"


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


def test_every_change_of_what_it_tells_counts_on(client, monkeypatch):
    plan = make_maintenance(components=[make_component()], starts_in=timedelta(hours=1))
    numbers = []

    def look():
        db.session.commit()
        (event,) = read(client).walk("VEVENT")
        numbers.append((event["SEQUENCE"], event["UID"]))

    look()
    plan.edit(name="Another name", actor=None)
    look()
    plan.move(plan.starts_at + timedelta(hours=1), plan.ends_at + timedelta(hours=1), actor=None)
    look()
    plan.begin(actor=None)
    look()
    said = plan.post_update("Half of it is done.", actor=None)
    look()
    said.delete(actor=None)
    look()
    monkeypatch.setattr("app.lib.clock.now", lambda: NOW + timedelta(minutes=5))
    plan.finish(actor=None)
    look()
    assert len({uid for _number, uid in numbers}) == 1
    assert all(later > earlier for (earlier, _), (later, _) in pairwise(numbers))


def expanded(calendar: Calendar, until: datetime) -> list[datetime]:
    """The starts that a client works out: by the rule in the zone's wall-clock time, without those taken out."""
    events = calendar.walk("VEVENT")
    (main,) = (event for event in events if "RRULE" in event)
    others = [event for event in events if "RECURRENCE-ID" in event]
    start = main.decoded("DTSTART")
    off = {day.dt.astimezone(UTC) for day in main["EXDATE"].dts} if "EXDATE" in main else set()
    off |= {event.decoded("RECURRENCE-ID").astimezone(UTC) for event in others}
    local = rrulestr(main["RRULE"].to_ical().decode(), dtstart=start.replace(tzinfo=None))
    found = {
        day.replace(tzinfo=start.tzinfo).astimezone(UTC)
        for day in local.between(start.replace(tzinfo=None), until.replace(tzinfo=None), inc=True)
    }
    return sorted((found - off) | {event.decoded("DTSTART").astimezone(UTC) for event in others})


@pytest.mark.parametrize("hour", [1, 2, 12])
def test_a_client_works_out_the_dates_of_the_page_over_the_end_of_summer_time(client, hour):
    Setting.set(timezone="Europe/Berlin")
    first = datetime(2026, 8, 30, hour, 30, tzinfo=BERLIN)
    series = make_maintenance(starts_at=first, ends_at=first + timedelta(hours=1), rule="FREQ=WEEKLY;BYDAY=SU")
    dates = [slot.starts_at for slot in series.next_dates(12)]
    before = read(client).walk("VEVENT")[0]["SEQUENCE"]
    series.occurrence(dates[8]).cancel(actor=None)
    moved = series.occurrence(dates[9])
    moved.move(dates[9] + timedelta(days=1), dates[9] + timedelta(days=1, hours=1), actor=None)
    db.session.commit()
    calendar = read(client)
    shown = {slot.starts_at for slot in series.next_dates(10)} | {moved.starts_at}
    assert expanded(calendar, datetime(2026, 11, 16)) == sorted(shown)
    assert {moment.astimezone(BERLIN).hour for moment in shown} == {hour}
    assert all(event["SEQUENCE"] > before for event in calendar.walk("VEVENT"))
    assert len({event["UID"] for event in calendar.walk("VEVENT")}) == 1
