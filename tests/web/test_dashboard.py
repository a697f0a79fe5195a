"""Axe has nothing to say about any page of the dashboard, in light and in dark; none is wider than a phone."""

import re

import pytest

from app.extensions import db
from app.models.enums import IncidentStatus, Role
from app.models.invitation import Invitation
from tests.browser import chromium, page, serving
from tests.controllers.dashboard.test_access import make_everything
from tests.factories import make_incident
from tests.people import PASSWORD
from tests.web import tools
from tests.web.test_documents import ASK, COLOURS

# Not pages of their own: a part, data, a file; and what only asks before something ends, alike everywhere.
LEFT_OUT = re.compile(r"/palette$|/report$|\.csv$|/preview$|/(delete|remove|end|revoke|cancel|deactivate|disable)$")
ONE_OF_A_KIND = "/dashboard/components/1/delete"


@pytest.fixture
def look(sign_in, olive):
    """A signed-in browser, and one of everything to look at."""
    make_everything()
    make_incident("Slow").post_update(status=IncidentStatus.WATCHING, message="Better.", actor=olive)
    Invitation.send(email="new@example.org", role=Role.EDITOR, actor=olive)
    db.session.commit()
    return sign_in(olive)


def addresses(app) -> list[str]:
    """Every page of the dashboard that a GET leads to; what it names has the id 1."""
    found = {ONE_OF_A_KIND}
    for rule in app.url_map.iter_rules():
        values = {name: 1 for name in rule.arguments if name.endswith("_id")}
        if rule.endpoint.startswith("dashboard.") and "GET" in rule.methods and len(values) == len(rule.arguments):
            address = rule.build(values, append_unknown=False)[1]
            if not LEFT_OUT.search(address):
                found.add(address)
    return sorted(found)


def enter(tab, url):
    tab.set_viewport_size({"width": 360, "height": 740})
    tab.goto(f"{url}/auth/login")
    tab.locator("[name=login]").fill("olive")
    tab.locator("[name=password]").fill(PASSWORD)
    with tab.expect_navigation():
        tab.keyboard.press("Enter")


def test_axe_finds_nothing_in_what_opens(app, look):
    script, faults = tools.axe(), []
    with chromium() as browser, serving(app) as url, page(browser, reduced_motion="reduce") as tab:
        enter(tab, url)
        for key, shown in (
            ("n", "#report [name=name]"),
            ("?", "#shortcuts[open]"),
            ("Control+k", "#palette [role=option]"),
            ("", "#menu a"),
        ):
            tab.emulate_media(color_scheme="light")
            tab.goto(f"{url}/dashboard/incidents/2")
            tab.keyboard.press(key) if key else tab.get_by_role("button", name="Menu").click()
            tab.locator(shown).first.wait_for()
            tab.evaluate(script)
            faults += [f"{shown}: {fault}" for fault in tab.evaluate(ASK, {})]
            tab.emulate_media(color_scheme="dark")
            faults += [f"{shown}, dark: {fault}" for fault in tab.evaluate(ASK, COLOURS)]
    assert not faults, "\n".join(faults)


def test_axe_finds_nothing_in_the_dashboard(app, look):
    script, faults = tools.axe(), []
    pages = [path for path in addresses(app) if look.get(path).status_code == 200]
    assert len(pages) > 40, pages
    with chromium() as browser, serving(app) as url, page(browser, reduced_motion="reduce") as tab:
        enter(tab, url)
        for path in pages:
            tab.emulate_media(color_scheme="light")
            tab.goto(url + path)
            if tab.evaluate("document.documentElement.scrollWidth > innerWidth"):
                faults.append(f"{path} is wider than a phone")
            tab.evaluate(script)
            faults += [f"{path}: {fault}" for fault in tab.evaluate(ASK, {})]
            tab.emulate_media(color_scheme="dark")
            faults += [f"{path}, dark: {fault}" for fault in tab.evaluate(ASK, COLOURS)]
    assert not faults, "\n".join(faults)
