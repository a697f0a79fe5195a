"""What a visitor can set and find on the status page, with the keyboard alone: zone, theme, links to updates."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.models import Incident, Setting
from app.models.enums import IncidentStatus
from tests.browser import chromium, page, serving
from tests.factories import make_component, make_incident, make_maintenance

NOW = datetime(2026, 8, 21, 12, 3, 10, tzinfo=UTC)
BEGAN = NOW - timedelta(hours=16)  # 16:03 in New York the day before, 05:03 in Tokyo today


@pytest.fixture(scope="module")
def chrome():
    with chromium() as browser:
        yield browser


@pytest.fixture
def url(app, client, monkeypatch):
    """A page of New York with an open incident of five updates, work to come, and an incident that is over."""
    monkeypatch.setattr("app.lib.clock.now", lambda: NOW)
    Setting.set(timezone="America/New_York")
    api = make_component("API")
    make_maintenance(starts_at=datetime(2026, 8, 23, 2, tzinfo=UTC), components=[api])
    slow = make_incident("Slow answers", occurred_at=BEGAN)
    for number in range(1, 6):
        slow.post_update(status=IncidentStatus.IDENTIFIED, message=f"Word {number}.", actor=None)
    over = make_incident("It was short", occurred_at=NOW - timedelta(days=3))
    over.post_update(status=IncidentStatus.FIXED, message="It is over.", actor=None)
    over.fixed_at = NOW - timedelta(days=2, hours=23)
    db.session.commit()
    with serving(app) as address:
        yield address


def tab_to(tab, target):
    """The Tab key, until the focus is there."""
    for _ in range(80):
        tab.keyboard.press("Tab")
        if target.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"the Tab key never came to {target}")


def visitor(chrome, zone, **options):
    return page(chrome, locale="en", timezone_id=zone, **options)


def at(tab, time):
    """The time of 21 August 2026 for a browser."""
    tab.clock.set_fixed_time(time)


def test_times_are_the_visitor_s_and_may_be_those_of_others(chrome, url):
    with visitor(chrome, "Asia/Tokyo") as tab:
        at(tab, NOW)
        tab.goto(url)
        choice, since = tab.get_by_label("Times in"), tab.locator(".banner time").first
        work = tab.locator(".card", has_text="Database upgrade").locator("time").first
        expect(choice.locator("option:checked")).to_have_text("your zone (Asia/Tokyo)")
        expect(since).to_have_text("05:03")
        expect(since).to_have_attribute("title", "21 Aug 2026, 05:03 GMT+9, 16 hours ago")
        expect(work).to_have_text("Sun 23 Aug, 11:00 – 13:00 GMT+9")
        ago = tab.locator(".card", has_text="Slow answers").locator("[data-time=ago]")
        expect(ago).to_have_text("16 hours ago")
        expect(ago).to_have_attribute("title", "21 Aug 2026, 05:03 GMT+9")
        # Days are those of the page, and what stands under one has a date of its own only when it is another.
        day = tab.locator(".day", has_text="It was short")
        expect(day.locator("h3")).to_have_text("Tuesday, 18 August")
        day.locator("summary").click()
        expect(day.locator(".updates time").last).to_have_text("21:03")
        tab_to(tab, choice)
        tab.keyboard.press("u")
        expect(work).to_have_text("Sun 23 Aug, 02:00 – 04:00 UTC")
        tab.keyboard.press("ArrowDown")
        expect(since).to_have_text("20 Aug, 16:03")
        expect(work).to_have_text("Sat 22 Aug, 22:00 – Sun 23 Aug, 00:00 EDT")
        tab.goto(f"{url}/incidents/{db.session.query(Incident.id).order_by(Incident.id).first()[0]}")
        expect(tab.get_by_label("Times in").locator("option:checked")).to_have_text("America/New_York (this page)")
        expect(tab.locator(".page-head")).to_contain_text("Began 20 Aug 2026, 16:03 EDT")
        tab.goto(f"{url}/history")
        expect(tab.locator(".entry time").first).to_have_text("16:03")


def test_in_the_page_s_own_zone_a_script_changes_no_word(chrome, url):
    words = "main time, main .chart th"
    with visitor(chrome, "America/New_York", java_script_enabled=False) as tab:
        tab.goto(url)
        told = tab.locator(words).all_inner_texts()
        expect(tab.locator(".foot")).to_contain_text("Times in America/New_York")
        expect(tab.get_by_label("Times in")).to_be_hidden()
        expect(tab.get_by_label("Theme")).to_be_hidden()
    with visitor(chrome, "America/New_York") as tab:
        at(tab, NOW)
        tab.goto(url)
        expect(tab.locator("[data-zone-plain]")).to_be_hidden()
        assert tab.locator(words).all_inner_texts() == told


def test_how_long_ago_is_kept_true(chrome, url):
    with visitor(chrome, "UTC") as tab:
        tab.clock.install(time=NOW)
        tab.goto(url)
        ago = tab.locator("[data-time=ago]")
        expect(ago).to_have_text("16 hours ago")
        tab.clock.fast_forward(timedelta(hours=3) / timedelta(milliseconds=1))
        expect(ago).to_have_text("19 hours ago")


def test_the_theme_is_remembered_and_never_flashes(chrome, url):
    with visitor(chrome, "UTC", color_scheme="light") as tab:
        tab.goto(url)
        ground = "getComputedStyle(document.documentElement).backgroundColor"
        light = tab.evaluate(ground)
        tab_to(tab, tab.get_by_label("Theme"))
        tab.keyboard.press("d")
        dark = tab.evaluate(ground)
        assert dark != light
        assert tab.locator("meta[name=color-scheme]").get_attribute("content") == "dark"
        bars = tab.locator("meta[name=theme-color]")
        assert [bar.get_attribute("media") for bar in bars.all()] == ["not all", "all"]
        # What was drawn first on the next page, before any module ran.
        tab.add_init_script(f"addEventListener('DOMContentLoaded', () => {{ window.first = {ground}; }}, true)")
        for path in ("/history", "/subscribe"):
            tab.goto(f"{url}{path}")
            assert tab.evaluate("window.first") == dark
        tab.emulate_media(color_scheme="dark")
        expect(tab.get_by_label("Theme")).to_have_value("dark")
        tab_to(tab, tab.get_by_label("Theme"))
        tab.keyboard.press("l")
        assert tab.evaluate(ground) == light
        tab.keyboard.press("Home")
        assert tab.evaluate(ground) == dark
        assert [bar.get_attribute("media") for bar in bars.all()] == [
            "(prefers-color-scheme: light)",
            "(prefers-color-scheme: dark)",
        ]


def test_the_link_to_an_update_is_copied_and_leads_there(chrome, url):
    with visitor(chrome, "UTC") as tab:
        tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
        tab.goto(url)
        newest = tab.locator(".updates > li").first
        expect(newest).to_contain_text("Word 5.")
        tab_to(tab, newest.get_by_role("button", name="Copy the link to this update"))
        tab.keyboard.press("Enter")
        expect(newest.get_by_role("status")).to_have_text("Copied")
        copied = tab.evaluate("navigator.clipboard.readText()")
        incident = newest.locator("xpath=ancestor::article").get_attribute("id").removeprefix("incident-")
        assert copied == f"{url}/incidents/{incident}#{newest.get_attribute('id')}"
        tab.goto(copied)
        expect(tab.locator("li:target")).to_contain_text("Word 5.")


def test_an_address_opens_the_fold_that_it_leads_into(chrome, url):
    with visitor(chrome, "UTC") as tab:
        tab.goto(url)
        first, over = tab.locator(".updates > li", has_text="Word 1."), tab.locator(".day summary")
        expect(first).to_be_hidden()
        expect(over).to_have_text("It was shortlasted 1 hr")
        anchor = first.get_attribute("id")
        tab.goto(f"{url}/#{anchor}")
        expect(tab.locator("li:target")).to_be_visible()
        tab.goto(f"{url}/?start_date=2026-08-20#{over.locator('xpath=..').get_attribute('id')}")
        expect(tab.get_by_text("It is over.")).to_be_visible()
        tab.evaluate("location.hash = 'past'")
        tab_to(tab, over)
        tab.keyboard.press("Enter")
        expect(tab.get_by_text("It is over.")).to_be_hidden()
