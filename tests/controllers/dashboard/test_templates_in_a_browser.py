"""Templates as hands and keys use them: the preview beside the text, and an incident that starts from one."""

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.models import IncidentTemplate
from tests.browser import chromium, page, serving
from tests.factories import make_component
from tests.people import PASSWORD


@pytest.fixture
def url(app, olive):
    with serving(app) as address:
        yield address


@pytest.fixture
def tab(url):
    with chromium() as browser, page(browser, viewport={"width": 1280, "height": 900}) as opened:
        opened.goto(f"{url}/auth/login")
        opened.locator("[name=login]").fill("olive")
        opened.locator("[name=password]").fill(PASSWORD)
        opened.keyboard.press("Enter")
        expect(opened.get_by_role("heading", name="Overview")).to_be_visible()
        yield opened


def test_an_incident_starts_from_a_template(tab, url):
    make_component("API")
    body = "{{ name }}: {{ component }} is affected until {{ eta }}."
    IncidentTemplate.create(name="Outage", body=body, actor=None)
    db.session.commit()
    tab.goto(f"{url}/dashboard")
    report = tab.locator(".report")
    report.locator("[name=name]").fill("Slow answers")
    report.locator("[data-impact-add]").select_option(label="API")
    report.get_by_text("Start from a template").click()
    report.locator("[name=template]").select_option(label="Outage")
    expect(report.locator("[name='var-eta']")).to_be_focused()
    tab.keyboard.type("noon")
    tab.keyboard.press("Enter")
    expect(report.locator("[name=message]")).to_have_value("Slow answers: API is affected until noon.")
    expect(report.locator("[name=name]")).to_have_value("Slow answers")
    report.locator("[name='var-eta']").fill("one")
    report.get_by_role("button", name="Fill in the message").click()
    expect(report.locator("[name=message]")).to_have_value("Slow answers: API is affected until one.")
    report.locator("[name=name]").press("Enter")
    expect(tab.get_by_text("Slow answers has been reported.")).to_be_visible()


def test_the_preview_follows_the_text_and_says_where_it_fails(tab, url):
    tab.goto(f"{url}/dashboard/templates/create")
    preview = tab.locator("[data-template-preview]")
    expect(preview).to_contain_text("Nothing to preview.")
    tab.locator("[name=body]").fill("**{{ component }}**\n{% if x %}")
    expect(preview).to_contain_text("Line 2: the template ends before something is closed.")
    tab.locator("[name=body]").fill("**{{ component }}** until {{ eta }}")
    expect(preview).to_contain_text("API until [eta]")
    tab.locator("[name='var-eta']").fill("noon")
    expect(preview).to_contain_text("API until noon")
    expect(tab.locator("[name='var-eta']")).to_be_focused()
    tab.set_viewport_size({"width": 360, "height": 740})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
