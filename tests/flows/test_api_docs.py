"""The API's page in a real browser: a link opens its operation, and a phone shows all of it."""

import pytest
from playwright.sync_api import expect

from tests.browser import chromium, page, serving


@pytest.fixture(scope="module")
def chrome():
    with chromium() as browser:
        yield browser


@pytest.fixture
def url(app, client):
    with serving(app) as address:
        yield f"{address}/docs/api"


def test_a_link_of_the_contents_opens_its_operation(chrome, url):
    with page(chrome, java_script_enabled=False) as tab:
        tab.goto(url)
        told = tab.locator("#create_incident_update")
        expect(told).to_be_hidden()
        tab.get_by_role("navigation", name="Contents").locator("[href='#create_incident_update']").click()
        expect(told).to_be_in_viewport()
        expect(told.get_by_text("required").first).to_be_visible()


def test_an_operation_opens_with_the_keyboard(chrome, url):
    with page(chrome) as tab:
        tab.goto(url)
        tab.locator("details.operation > summary").nth(3).focus()
        tab.keyboard.press("Enter")
        expect(tab.locator("#components")).to_be_visible()


def test_a_phone_shows_all_of_it_without_scrolling_sideways(chrome, url):
    with page(chrome, viewport={"width": 320, "height": 700}) as tab:
        tab.goto(url)
        tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        assert tab.evaluate("document.documentElement.scrollWidth") == 320
