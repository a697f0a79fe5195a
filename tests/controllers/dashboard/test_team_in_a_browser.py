"""Team and profile on a telephone and by keys: nothing is wider than the screen, and axe has nothing to say."""

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.models import Invitation, User
from app.models.enums import Role
from app.models.new_address import NewAddress
from tests.browser import chromium, page, serving
from tests.people import PASSWORD
from tests.web import tools
from tests.web.test_documents import ASK, COLOURS

LONG = "a.member.with.a.rather.long.name@an-even-longer-domain.example.org"
PATHS = [
    *("team", "team/1", "team/2", "team/2/delete", "team/invitations", "team/invitations/create"),
    *("user", "user/email", "user/password", "user/sessions/end"),
]


@pytest.fixture
def tab(app, olive):
    with serving(app) as url, chromium() as browser, page(browser, viewport={"width": 360, "height": 800}) as opened:
        opened.goto(f"{url}/auth/login?next=/dashboard/team")
        opened.locator("[name=login]").fill("olive")
        opened.locator("[name=password]").fill(PASSWORD)
        opened.keyboard.press("Enter")
        expect(opened.get_by_role("heading", name="Team", exact=True)).to_be_visible()
        yield opened


def test_nothing_is_wider_than_a_telephone_and_axe_finds_nothing(tab, olive):
    User.create(username="a.member.with.a.rather.long.name", email=LONG, password=PASSWORD, actor=olive)
    Invitation.send(email=f"x{LONG}", role=Role.ADMINISTRATOR, actor=olive)
    NewAddress.ask(olive, f"y{LONG}")
    db.session.commit()
    start, script, faults = tab.url.partition("/dashboard")[0], tools.axe(), []
    for path in PATHS:
        tab.goto(f"{start}/dashboard/{path}")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360, path
        for scheme in ("light", "dark"):
            tab.emulate_media(color_scheme=scheme)
            tab.evaluate(script)
            faults += [
                f"{path}, {scheme}: {fault}" for fault in tab.evaluate(ASK, {} if scheme == "light" else COLOURS)
            ]
    assert not faults, "\n".join(faults)


def test_a_role_is_changed_and_somebody_kept_out_by_keys_alone(tab, ed):
    tab.goto(tab.url + f"/{ed.id}")
    db.session.rollback()
    tab.get_by_role("radio", name="Editor").focus()
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("ed is now: Viewer.")).to_be_visible()
    tab.get_by_role("link", name="ed", exact=True).press("Enter")
    tab.wait_for_url("**/team/*")
    tab.wait_for_load_state()  # before that, the link leads to a page that asks
    tab.get_by_role("link", name="Deactivate").press("Enter")
    expect(tab.get_by_role("dialog")).to_contain_text("Deactivate ed?")
    tab.keyboard.press("Escape")
    tab.get_by_role("link", name="Deactivate").press("Enter")
    tab.get_by_role("dialog").get_by_role("button", name="Deactivate").press("Enter")
    expect(tab.get_by_text("ed has been deactivated.")).to_be_visible()
    tab.get_by_role("button", name="Activate").press("Enter")
    expect(tab.get_by_text("ed has been activated")).to_be_visible()
