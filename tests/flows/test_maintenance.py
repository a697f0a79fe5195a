"""Planning work that repeats, in a real browser: the dates follow what is chosen, and visitors see the next one."""

import re
from datetime import UTC, timedelta

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.lib import clock
from app.models import Maintenance
from tests.browser import chromium, page, serving
from tests.factories import make_component
from tests.people import PASSWORD


@pytest.fixture
def url(app, installed):
    """The application behind a real socket."""
    with serving(app) as address:
        yield address


def sign_in(owner, url):
    owner.goto(f"{url}/auth/login")
    owner.locator("[name=login]").fill("olive")
    owner.locator("[name=password]").fill(PASSWORD)
    owner.locator("main form [type=submit], form [type=submit]").first.click()
    expect(owner.get_by_role("heading", name="Overview")).to_be_visible()


def test_planning_work_that_repeats_with_a_preview_of_its_dates(url):
    make_component("API")
    start = (clock.now() + timedelta(days=3)).replace(hour=2, minute=0, second=0, microsecond=0)
    with chromium() as browser, page(browser) as owner, page(browser) as reader:
        sign_in(owner, url)
        owner.get_by_role("link", name="Schedule maintenance").click()
        owner.locator("[name=name]").fill("Weekly backups")
        owner.locator("[name=starts_at]").fill(f"{start:%Y-%m-%dT%H:%M}")
        owner.locator("[name=ends_at]").fill(f"{start:%Y-%m-%d}T03:00")
        owner.get_by_label("API").check()
        expect(owner.locator("[name=every]")).to_be_hidden()
        owner.get_by_role("radio", name="Weekly").check()
        dates = owner.locator("[data-dates] li")
        expect(dates).to_have_count(5)
        expect(dates.nth(1)).to_contain_text(f"{start + timedelta(days=7):%-d %b}")
        owner.locator("[name=every]").fill("2")
        expect(dates.nth(1)).to_contain_text(f"{start + timedelta(days=14):%-d %b}")
        owner.locator("[name=ends]").select_option("count")
        owner.locator("[name=count]").fill("3")
        expect(dates).to_have_count(3)
        owner.get_by_role("button", name="Schedule maintenance").click()
        expect(owner.get_by_text("has been scheduled")).to_be_visible()

        reader.goto(url)
        card = reader.locator("article", has_text="Weekly backups")
        expect(card).to_contain_text("Scheduled")
        card.get_by_role("link", name="Weekly backups", exact=True).click()
        expect(reader).to_have_url(re.compile(r"/schedules/\d+$"))
        expect(reader.locator("[aria-labelledby=dates] li")).to_have_count(3)
    db.session.rollback()
    series = db.session.scalars(Maintenance.listed()).one()
    assert (series.starts_at, series.rule[:22]) == (start.astimezone(UTC), "FREQ=WEEKLY;INTERVAL=2")
