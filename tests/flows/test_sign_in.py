"""Signing in by other ways than the password, in a real browser: a mailed link, and a passkey."""

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from app.extensions import db
from app.models import Passkey, SignIn
from tests.browser import chromium, page, serving
from tests.people import PASSWORD

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def chrome():
    with chromium() as browser:
        yield browser


@pytest.fixture
def site(app, monkeypatch):
    """The page at an address where browsers allow passkeys."""
    with serving(app) as address:
        url = address.replace("127.0.0.1", "localhost")
        monkeypatch.setitem(app.config, "APP_URL", url)
        yield url


def signs_in(tab, site, password=PASSWORD):
    tab.goto(f"{site}/auth/login")
    tab.locator("[name=login]").fill("ed")
    tab.locator("[name=password]").fill(password)
    tab.get_by_role("button", name="Sign in", exact=True).click()


def at_home(tab):
    expect(tab.get_by_role("heading", name="Overview")).to_be_visible()


def test_a_forgotten_password_and_what_becomes_of_another_browser(chrome, site, ed, run_jobs, mailbox):
    new = "a rather new battery staple"
    with page(chrome) as here, page(chrome) as elsewhere:
        signs_in(elsewhere, site)
        at_home(elsewhere)
        here.goto(f"{site}/dashboard/components")
        here.get_by_role("link", name="Forgotten your password?").click()
        here.locator("[name=login]").fill("ed@example.org")
        here.get_by_role("button", name="Send the link").click()
        expect(here.get_by_role("heading", name="Check your inbox")).to_be_visible()
        run_jobs()
        db.session.rollback()  # this thread holds nothing up
        here.goto(re.search(r"http\S+/auth/reset/\S+", mailbox.text(mailbox.messages[-1]))[0])
        here.locator("[name=password]").fill("password1234")
        here.get_by_role("button", name="Save the password").click()
        expect(here.get_by_role("alert")).to_be_visible()
        here.locator("[name=password]").fill(new)
        here.get_by_role("button", name="Save the password").click()
        expect(here.get_by_text("Your password is changed")).to_be_visible()
        elsewhere.reload()
        expect(elsewhere.get_by_role("heading", name="Sign in")).to_be_visible()
        signs_in(here, site, new)
        at_home(here)


def test_a_passkey_is_made_and_signs_in_alone(chrome, site, ed):
    with page(chrome) as tab:
        device = tab.context.new_cdp_session(tab)
        device.send("WebAuthn.enable")
        number = device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
        signs_in(tab, site)
        at_home(tab)
        tab.goto(f"{site}/dashboard/user/two-factor")
        tab.locator("[name=name]").fill("Blue key")
        tab.locator("[name=present]").fill("wrong")
        tab.get_by_role("button", name="Add a passkey").click()
        expect(tab.get_by_text("This is not your present password.")).to_be_visible()
        tab.locator("[name=present]").fill(PASSWORD)
        tab.get_by_role("button", name="Add a passkey").click()
        expect(tab.get_by_role("heading", name="Your recovery codes")).to_be_visible()
        tab.get_by_role("link", name="I have kept them").click()
        expect(tab.get_by_role("rowheader", name="Blue key")).to_be_visible()
        tab.get_by_role("button", name="Sign out").first.click()

        tab.goto(f"{site}/auth/login?next=/dashboard/components")
        tab.get_by_role("button", name="Sign in with a passkey").click()
        expect(tab.get_by_role("heading", name="Components", exact=True)).to_be_visible()
        row = db.session.scalar(sa.select(Passkey))
        assert row.last_used_at is not None and row.sign_count > 0
        assert db.session.scalar(SignIn.newest_first()).method == "passkey"

        # A copy of the key elsewhere has signed more often than this one says.
        row.sign_count = 1000
        db.session.commit()
        tab.context.clear_cookies()
        tab.goto(f"{site}/auth/login")
        tab.get_by_role("button", name="Sign in with a passkey").click()
        expect(tab.get_by_text("This passkey was not accepted.")).to_be_visible()

        # Where the device has no key for this page, the password and a second step remain.
        device.send("WebAuthn.clearCredentials", {"authenticatorId": number})
        signs_in(tab, site)
        expect(tab.get_by_role("heading", name="One more step")).to_be_visible()
        expect(tab.get_by_role("button", name="Sign in with a passkey")).to_be_visible()
