import re
import time
from datetime import UTC, datetime, timedelta

import pytest

from app.extensions import db
from app.models.enums import Visibility
from app.page_cache import GENERATION
from tests.factories import make_component, make_maintenance

NOW = datetime(2026, 8, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def frozen(app, monkeypatch):
    # While the time stands still, the generations of the page would have the same numbers in each test.
    app.extensions["daymark.redis"].set(GENERATION, time.time_ns())
    monkeypatch.setattr("app.lib.clock.now", lambda: NOW)


def test_planned_work_is_a_card_with_its_time_and_a_calendar(client):
    api = make_component("API")
    plan = make_maintenance(
        starts_at=datetime(2026, 8, 23, 2, tzinfo=UTC), message="It is **short**.", components=[api]
    )
    page = client.get("/").text
    part = page[page.index('id="planned"') : page.index('id="components"')]
    assert "Scheduled" in part and "API" in part and "<strong>short</strong>" in part
    assert "Sun 23 Aug, 02:00 – 04:00 UTC" in part and re.search("in <time [^>]+>1 day 14 hr</time>", part)
    assert f'href="/schedules/{plan.id}.ics"' in part and "All systems are operational" in page


def test_running_work_happens_now_and_colours_the_banner(client):
    make_maintenance(starts_in=timedelta(minutes=-30))
    page = client.get("/").text
    assert "Maintenance in progress" in page
    assert "Database upgrade" in page[page.index('id="now"') : page.index('id="components"')]
    assert re.search("ends in <time [^>]+>1 hr 30 min</time>", page)


def test_what_is_over_stands_under_its_day(client):
    make_maintenance(starts_in=timedelta(days=-2))
    page = client.get("/").text
    day = page[page.index('id="day-2026-08-19"') : page.index('id="day-2026-08-18"')]
    assert "Database upgrade" in day and "Finished" in day and "No incidents" not in day


@pytest.mark.parametrize(
    "hidden",
    [{"visibility": Visibility.HIDDEN}, {"visibility": Visibility.MEMBERS}, {"publish_at": NOW + timedelta(hours=1)}],
)
def test_what_guests_may_not_see_is_nowhere(client, hidden):
    plan = make_maintenance("Secret", **hidden)
    for path in ("/", f"/schedules/{plan.id}", f"/schedules/{plan.id}.ics", "/calendar.ics"):
        assert "Secret" not in client.get(path).text
    assert client.get(f"/schedules/{plan.id}").status_code == client.get(f"/schedules/{plan.id}.ics").status_code == 404


def test_a_member_sees_what_is_for_members(sign_in, vic):
    plan = make_maintenance("Inner", visibility=Visibility.MEMBERS)
    browser = sign_in(vic)
    assert "Inner" in browser.get("/").text
    assert "Members only" in browser.get(f"/schedules/{plan.id}").text
    assert "Inner" not in browser.get("/calendar.ics").text


def test_the_page_of_each_state(client):
    plan, series = make_maintenance(), make_maintenance("Weekly", rule="FREQ=WEEKLY")
    over = make_maintenance("Over", starts_in=timedelta(days=-3))
    plan.post_update("Ready.", actor=None)
    series.occurrence(series.next_dates(1)[0].starts_at).cancel(actor=None)
    gone = make_maintenance("Gone")
    gone.cancel(actor=None)
    db.session.commit()
    assert "Ready." in client.get(f"/schedules/{plan.id}").text
    told = client.get(f"/schedules/{series.id}").text
    assert "Next dates" in told and "Past and changed dates" in told and "Cancelled" in told
    assert "finished" in client.get(f"/schedules/{over.id}").text
    assert "Cancelled" in client.get(f"/schedules/{gone.id}").text
    assert client.get("/schedules/99").status_code == 404


def test_a_date_links_to_its_series_only_for_those_who_see_that(client):
    series = make_maintenance("Weekly", rule="FREQ=WEEKLY")
    date = series.occurrence(series.next_dates(1)[0].starts_at)
    db.session.commit()
    assert f'href="/schedules/{series.id}"' in client.get(f"/schedules/{date.id}").text
    series.edit(visibility=Visibility.MEMBERS, actor=None)
    db.session.commit()
    assert f'href="/schedules/{series.id}"' not in client.get(f"/schedules/{date.id}").text
