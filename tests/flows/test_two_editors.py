"""Two editors with one incident open, each in a browser of their own."""

from playwright.sync_api import expect

from app.extensions import db
from app.models import Incident
from tests.browser import chromium, page, serving
from tests.factories import make_incident
from tests.people import PASSWORD


def opened(tab, url, name, path):
    tab.goto(f"{url}/auth/login?next={path}")
    tab.locator("[name=login]").fill(name)
    tab.locator("[name=password]").fill(PASSWORD)
    tab.keyboard.press("Enter")
    expect(tab.locator("#edit [name=name]")).to_be_visible()


def test_nobody_overwrites_unasked_what_the_other_wrote(app, olive, ed):
    incident = make_incident(name="Slow answers", message="We are looking into it.")
    path = f"/dashboard/incidents/{incident.id}"
    with serving(app) as url, chromium() as browser, page(browser) as hers, page(browser) as his:
        opened(hers, url, "olive", path)
        opened(his, url, "ed", path)
        his.locator("#edit [name=name]").fill("No answers at all")
        his.locator("#edit").get_by_role("button", name="Save").click()
        expect(his.get_by_text("No answers at all has been saved.")).to_be_visible()

        hers.locator("#edit [name=name]").fill("Answers take a minute")
        hers.locator("#edit [name=message]").fill("A disk is full.")
        hers.locator("#edit").get_by_role("button", name="Save").click()
        expect(hers.locator("#edit .error")).to_contain_text("It now says: “No answers at all”.")
        expect(hers.locator("#edit [name=name]")).to_have_value("Answers take a minute")
        expect(hers.locator("#edit [name=message]")).to_have_value("A disk is full.")

        hers.locator("#edit [name=name]").fill("No answers at all")
        hers.locator("#edit").get_by_role("button", name="Save").click()
        expect(hers.get_by_text("No answers at all has been saved.")).to_be_visible()
    db.session.rollback()
    db.session.expire_all()
    found = db.session.get(Incident, incident.id)
    assert (found.name, found.message) == ("No answers at all", "A disk is full.")
