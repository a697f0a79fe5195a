"""Ninety days walked by keyboard, mouse and finger, in a real browser."""

from datetime import UTC, timedelta

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.lib import clock
from app.models import Component, Incident
from app.models.enums import Collapse, ComponentStatus, IncidentStatus
from app.models.recalled import Stretch
from tests.browser import chromium, page, serving
from tests.factories import make_component, make_group

ERRORS = "Errors when signing in"


@pytest.fixture(scope="module")
def chrome():
    with chromium() as browser:
        yield browser


@pytest.fixture
def url(app, client, monkeypatch):
    """A page with two components, of which API was down two days ago, behind a real socket; no day ends meanwhile."""
    now = clock.now()
    monkeypatch.setattr("app.lib.clock.now", lambda: now)
    api = make_component("API")
    make_component("Web")
    make_component("Folded away", group=make_group(collapse=Collapse.ALWAYS))
    began = clock.start_of_day((clock.now() - timedelta(days=2)).date(), UTC) + timedelta(hours=8)
    ended = began + timedelta(minutes=12)
    Incident.recall(
        name=ERRORS,
        message="It broke.",
        occurred_at=began,
        fixed_at=ended,
        status=IncidentStatus.FIXED,
        impacts=[Stretch(api, ComponentStatus.MAJOR_OUTAGE, began, ended)],
        actor=None,
    )
    db.session.commit()
    with serving(app) as address:
        yield f"{address}/"


def strip(tab, name):
    return tab.locator(".component", has_text=name).locator("[data-plot]")


def two_days_ago():
    """As the page words a day; of another year with the year."""
    today, day = clock.now().date(), clock.now().date() - timedelta(days=2)
    return f"{day:%A, {day.day} %B}{f' {day.year}' if day.year != today.year else ''}"


def over(tab, name, day):
    """Where the bar of a day is, counted from 0."""
    box = strip(tab, name).locator("svg").bounding_box()
    return box["x"] + (day + 0.5) * box["width"] / 90, box["y"] + box["height"] / 2


def test_by_keyboard(chrome, url):
    with page(chrome, locale="en") as tab:
        tab.goto(url)
        card, here = tab.locator(".plot-card"), tab.locator(".plot-point:focus")
        expect(strip(tab, "API")).to_have_attribute("role", "toolbar")
        while not here.count():
            tab.keyboard.press("Tab")
        # Beside it the same days as a table.
        tab.keyboard.press("Tab")
        expect(tab.get_by_role("link", name="History of API")).to_be_focused()
        tab.keyboard.press("Tab")
        expect(strip(tab, "Web").locator(":focus")).to_have_count(1)
        tab.keyboard.press("Shift+Tab")
        tab.keyboard.press("Shift+Tab")
        expect(card).to_contain_text("No incidents")
        tab.keyboard.press("ArrowRight")
        expect(here).to_have_attribute("data-i", "89")
        tab.keyboard.press("ArrowLeft")
        tab.keyboard.press("ArrowLeft")
        expect(card).to_contain_text("Major outage")
        expect(card).to_contain_text("12 min")
        expect(card).to_contain_text("99.16 % uptime")
        expect(here).to_have_accessible_name(f"{two_days_ago()}, Major outage, 12 min, 99.16 % uptime, {ERRORS}")
        tab.keyboard.press("ArrowDown")
        expect(strip(tab, "Web").locator(":focus")).to_have_attribute("data-i", "87")
        expect(card).to_contain_text("No incidents")
        tab.keyboard.press("ArrowUp")
        tab.keyboard.press("Enter")
        expect(here).to_have_attribute("aria-expanded", "true")
        tab.keyboard.press("Tab")
        expect(card.get_by_role("link", name=ERRORS)).to_be_focused()
        tab.keyboard.press("Escape")
        expect(card).to_be_hidden()
        expect(strip(tab, "API").locator(":focus")).to_have_attribute("data-i", "87")
        tab.keyboard.press("Home")
        expect(here).to_have_attribute("data-i", "0")
        tab.keyboard.press("End")
        expect(here).to_have_attribute("data-i", "89")
        tab.keyboard.press("Escape")
        expect(card).to_be_hidden()
        expect(here).to_have_attribute("data-i", "89")


def test_by_mouse(chrome, url):
    with page(chrome) as tab:
        tab.goto(url)
        card = tab.locator(".plot-card")
        tab.mouse.move(*over(tab, "API", 87))
        expect(card).to_contain_text("Major outage")
        # The way onto the card does not close it, and leads to what it names.
        card.hover()
        expect(card).to_be_visible()
        tab.mouse.move(0, 0)
        expect(card).to_be_hidden()
        tab.mouse.move(*over(tab, "API", 86))
        expect(card).to_contain_text("No incidents")
        tab.keyboard.press("Escape")
        expect(card).to_be_hidden()
        tab.mouse.click(*over(tab, "API", 87))
        tab.mouse.move(0, 0)
        card.get_by_role("link").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text(ERRORS)


def test_by_finger_on_a_phone(chrome, url):
    with page(chrome, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True) as tab:
        tab.goto(url)
        card = tab.locator(".plot-card")
        strip(tab, "API").scroll_into_view_if_needed()
        tab.touchscreen.tap(*over(tab, "API", 87))
        expect(card).to_contain_text("Major outage")
        assert tab.evaluate("document.documentElement.scrollWidth") == 360
        tab.touchscreen.tap(180, 60)
        expect(card).to_be_hidden()
        # The older half is cut off, for the keyboard as well.
        strip(tab, "API").locator(".plot-point").focus()
        tab.keyboard.press("Home")
        expect(tab.locator(".plot-point:focus")).to_have_attribute("data-i", "45")


def test_a_group_that_is_opened_has_its_strip(chrome, url):
    with page(chrome) as tab:
        tab.goto(url)
        tab.locator("summary", has_text="Core").click()
        tab.mouse.move(*over(tab, "Folded away", 88))
        expect(tab.locator(".plot-card")).to_contain_text("No incidents")


def test_with_scripts_the_table_is_no_more_than_text_until_a_point_of_it_is_asked_for(chrome, url):
    api = db.session.scalar(db.select(Component.id).where(Component.name == "API"))
    with page(chrome) as tab:
        tab.goto(url)
        expect(strip(tab, "API").locator(".plot-point")).to_have_count(1)
        assert tab.locator(".strip table").count() == 0
        tab.mouse.move(*over(tab, "API", 87))
        expect(tab.locator(".plot-card").get_by_role("link", name=ERRORS)).to_be_visible()
        assert tab.locator(".strip table").count() == 0
        tab.get_by_role("link", name="History of API").click()
        expect(tab.locator("main h1")).to_contain_text("API")
        assert tab.url.endswith(f"/history?component={api}")


def test_without_scripts_the_words_are_there_and_nothing_moves(chrome, url):
    with page(chrome, java_script_enabled=False) as tab:
        tab.goto(url)
        expect(strip(tab, "API").get_by_role("row", name="Major outage")).to_contain_text("12 min")
        link = strip(tab, "API").get_by_role("link", name=ERRORS)
        table = strip(tab, "API").get_by_role("table")
        expect(table).to_have_css("clip-path", "inset(50%)")
        link.focus()
        expect(table).to_have_css("clip-path", "none")
        assert table.bounding_box()["width"] == strip(tab, "API").bounding_box()["width"]
        assert link.bounding_box()["height"] > 10


def test_a_pinned_card_makes_way_for_the_focus_and_stays_when_parts_are_swapped(chrome, url):
    with page(chrome, locale="en") as tab:
        tab.goto(url)
        card, here = tab.locator(".plot-card"), tab.locator(".plot-point:focus")
        strip(tab, "API").locator(".plot-point").focus()
        tab.keyboard.press("ArrowLeft")
        expect(card).to_contain_text("100 % uptime")
        tab.keyboard.press("ArrowLeft")
        tab.keyboard.press("Enter")
        # As when news have come: the strip is another one, and the reader is still on the same day.
        tab.evaluate("""() => {
            const old = document.querySelector("[data-plot]"), copy = old.cloneNode(true);
            copy.querySelector(".plot-point").remove();
            old.replaceWith(copy);
            document.dispatchEvent(new CustomEvent("daymark:swapped", { detail: [copy] }));
        }""")
        expect(card).to_contain_text("Major outage")
        expect(here).to_have_attribute("data-i", "87")
        expect(here).to_have_attribute("aria-expanded", "true")
        tab.keyboard.press("Tab")
        expect(card.get_by_role("link")).to_be_focused()
        tab.keyboard.press("Tab")
        expect(tab.get_by_role("link", name="History of API")).to_be_focused()
        tab.keyboard.press("Tab")
        expect(strip(tab, "Web").locator(":focus")).to_have_count(1)
        expect(card).not_to_contain_text("Major outage")


def test_every_target_is_24_px_and_a_phone_of_320_does_not_scroll_sideways(chrome, url):
    small = """() => [...document.querySelectorAll("a, button:not(.plot-point), input, select, summary")]
        .filter((one) => one.checkVisibility() && !one.closest(".sr-only, .hidden-text, .skip, .prose"))
        .map((one) => [one.outerHTML, one.getBoundingClientRect()])
        .filter(([, box]) => box.height < 24 || box.width < 24).map(([text]) => text)"""
    incident = db.session.query(Incident.id).scalar()
    for width in (320, 1280):
        with page(chrome, viewport={"width": width, "height": 800}) as tab:
            for path in ("", "history", f"incidents/{incident}"):
                tab.goto(f"{url}{path}")
                assert tab.evaluate(small) == []
                assert tab.evaluate("document.documentElement.scrollWidth") == width
