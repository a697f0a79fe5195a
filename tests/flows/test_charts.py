"""The charts of metrics tell their values to keys, mouse and finger, in a real browser."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.models import Setting
from tests.browser import chromium, page, serving
from tests.factories import make_component, make_metric

# 08:03 in New York, so that a chart of twelve hours begins the evening before.
NOW = datetime(2026, 8, 21, 12, 3, 10, tzinfo=UTC)
ZONE = "America/New_York"  # of the page and of whoever reads it
POINTS = 72  # of ten minutes each


@pytest.fixture(scope="module")
def chrome():
    with chromium() as browser:
        yield browser


@pytest.fixture
def url(app, client, monkeypatch):
    """A page in New York with two charts and a strip, behind a real socket. Response time: 1,180 ms from 7:50, nothing
    from 7:40, 170 ms from 7:30; Queue: 12 jobs now and at 7:50."""
    monkeypatch.setattr("app.lib.clock.now", lambda: NOW)
    Setting.set(timezone=ZONE)
    make_component("API")
    make_metric({1: 200, 11: 1180, 31: 170, 600: 90}, at=NOW)
    make_metric({1: 12, 11: 12}, name="Queue", suffix="jobs", at=NOW)
    db.session.commit()
    with serving(app) as address:
        yield f"{address}/"


def chart(tab, name):
    return tab.locator(".metric", has_text=name).locator("[data-plot]")


def over(tab, name, point):
    """Where a point is on the screen, counted from 0."""
    chart(tab, name).scroll_into_view_if_needed()
    box = chart(tab, name).locator("svg").bounding_box()
    return box["x"] + (point + 0.5) * box["width"] / POINTS, box["y"] + box["height"] / 2


def says(tab, time, value):
    """The card tells exactly this of the point."""
    card = tab.locator(".plot-card")
    expect(card).to_be_visible()
    expect(card.locator("strong")).to_have_text(time)
    expect(card.locator("div")).to_have_text(value)


def test_by_keyboard(chrome, url):
    with page(chrome, timezone_id=ZONE, locale="en") as tab:
        tab.goto(url)
        here = tab.locator(".plot-point:focus")
        expect(chart(tab, "Response time")).to_have_attribute("role", "toolbar")
        expect(chart(tab, "Response time")).to_have_accessible_name("Response time")
        while not chart(tab, "Response time").locator(":focus").count():
            tab.keyboard.press("Tab")
        says(tab, "08:00", "200 ms")
        tab.keyboard.press("ArrowLeft")
        says(tab, "07:50", "1,180 ms")
        expect(here).to_have_accessible_name("07:50, 1,180 ms")
        tab.keyboard.press("ArrowLeft")
        says(tab, "07:40", "No value")
        expect(here).to_have_accessible_name("07:40, No value")
        tab.keyboard.press("ArrowLeft")
        says(tab, "07:30", "170 ms")
        tab.keyboard.press("ArrowRight")
        tab.keyboard.press("ArrowRight")
        tab.keyboard.press("ArrowDown")
        expect(chart(tab, "Queue").locator(":focus")).to_have_count(1)
        says(tab, "07:50", "12 jobs")
        tab.keyboard.press("ArrowUp")
        says(tab, "07:50", "1,180 ms")
        # The strip above has days, not minutes.
        tab.keyboard.press("ArrowUp")
        says(tab, "07:50", "1,180 ms")
        tab.keyboard.press("Home")
        says(tab, "20 Aug, 20:10", "No value")
        tab.keyboard.press("End")
        says(tab, "08:00", "200 ms")
        tab.keyboard.press("Escape")
        expect(tab.locator(".plot-card")).to_be_hidden()
        expect(here).to_have_attribute("data-i", "71")
        tab.keyboard.press("ArrowLeft")
        says(tab, "07:50", "1,180 ms")
        # Tab comes back to where one was in the next chart.
        tab.keyboard.press("ArrowLeft")
        tab.keyboard.press("Tab")
        expect(chart(tab, "Queue").locator(":focus")).to_have_count(1)
        says(tab, "07:50", "12 jobs")


def test_by_mouse(chrome, url):
    with page(chrome, timezone_id=ZONE, locale="en") as tab:
        tab.goto(url)
        card = tab.locator(".plot-card")
        tab.mouse.move(*over(tab, "Response time", 70))
        says(tab, "07:50", "1,180 ms")
        marked = chart(tab, "Response time").locator(".plot-point.on").bounding_box()
        assert marked["x"] < over(tab, "Response time", 70)[0] < marked["x"] + marked["width"]
        tab.mouse.move(*over(tab, "Response time", 69))
        says(tab, "07:40", "No value")
        tab.mouse.move(*over(tab, "Queue", 71))
        says(tab, "08:00", "12 jobs")
        tab.keyboard.press("Escape")
        expect(card).to_be_hidden()
        tab.mouse.move(*over(tab, "Response time", 0))
        says(tab, "20 Aug, 20:10", "No value")
        tab.mouse.move(0, 0)
        expect(card).to_be_hidden()


def test_by_finger_on_a_phone(chrome, url):
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    with page(chrome, timezone_id=ZONE, locale="en", **phone) as tab:
        tab.goto(url)
        card = tab.locator(".plot-card")
        tab.touchscreen.tap(*over(tab, "Response time", 70))
        says(tab, "07:50", "1,180 ms")
        assert tab.evaluate("document.documentElement.scrollWidth") == 360
        edges = card.bounding_box()
        assert edges["x"] >= 0
        assert edges["x"] + edges["width"] <= 360
        tab.touchscreen.tap(*over(tab, "Response time", 69))
        says(tab, "07:40", "No value")
        tab.keyboard.press("Escape")
        expect(card).to_be_hidden()
        # All twelve hours are on the screen, unlike the days of a strip.
        tab.touchscreen.tap(*over(tab, "Response time", 0))
        says(tab, "20 Aug, 20:10", "No value")
        tab.touchscreen.tap(180, 30)
        expect(card).to_be_hidden()


def test_in_a_chosen_view_the_card_names_the_days(chrome, url):
    with page(chrome, timezone_id=ZONE, locale="en") as tab:
        tab.goto(f"{url}?view=month")
        card = tab.locator(".plot-card")
        expect(tab.get_by_role("link", name="30 d", exact=True)).to_have_attribute("aria-current", "true")
        chart(tab, "Queue").locator(".plot-point").focus()
        tab.keyboard.press("End")
        expect(card.locator("strong")).to_have_text("21 Aug")
        expect(card.locator("div")).to_have_text("12 jobs")
        tab.keyboard.press("ArrowLeft")
        expect(card.locator("strong")).to_have_text("20 Aug")
        expect(card.locator("div")).to_have_text("No value")


def test_without_scripts_every_point_is_a_row(chrome, url):
    with page(chrome, timezone_id=ZONE, locale="en", java_script_enabled=False) as tab:
        tab.goto(url)
        rows = chart(tab, "Response time").get_by_role("row")
        expect(rows).to_have_count(POINTS)
        expect(rows.nth(70)).to_have_text("07:501,180 ms")
        expect(rows.nth(69)).to_have_text("07:40No value")
