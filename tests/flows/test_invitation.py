"""From an invitation to the first sign-in with a second factor, in a real browser: two people, two browsers."""

import re
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.lib import clock
from tests.browser import chromium, page, serving
from tests.people import PASSWORD

NEW = "lantern orbit maple seven"


@pytest.fixture
def url(app, installed):
    """The application behind a real socket."""
    with serving(app) as address:
        yield address


def log_in(someone, url, name, password):
    someone.goto(f"{url}/auth/login")
    someone.locator("[name=login]").fill(name)
    someone.locator("[name=password]").fill(password)
    someone.get_by_role("button", name="Sign in", exact=True).click()


def test_from_an_invitation_to_the_first_sign_in_with_two_factors(url, mailbox, run_jobs):
    db.session.rollback()  # the server's threads wait for what this one holds
    with (
        chromium() as browser,
        page(browser) as owner,
        page(browser, timezone_id="Asia/Tokyo", viewport={"width": 360, "height": 740}) as ivy,
    ):
        log_in(owner, url, "olive", PASSWORD)
        owner.get_by_role("link", name="Team").click()
        owner.get_by_role("link", name="Invite a member").click()
        owner.get_by_label("E-mail address").fill("ivy@example.org")
        owner.get_by_role("radio", name="Viewer").check()
        owner.get_by_role("button", name="Send invitation").click()
        expect(owner.get_by_role("row", name=re.compile("ivy@example.org.*Viewer.*Open"))).to_be_visible()
        run_jobs()
        db.session.rollback()
        letter = mailbox.messages[-1].get_body(("plain",)).get_content()

        ivy.goto(url + urlsplit(re.search(r"http\S+/signup/\S+", letter)[0]).path)
        expect(ivy.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
        ivy.get_by_label("Username").fill("ivy")
        ivy.locator("[name=password]").fill("ivy")
        expect(ivy.get_by_text(re.compile("Very weak"))).to_be_visible()
        ivy.locator("[name=password]").fill(NEW)
        expect(ivy.get_by_text(re.compile("Very weak"))).to_be_hidden()
        ivy.get_by_role("button", name="Join").click()
        expect(ivy.get_by_text("Welcome, ivy. You are signed in.")).to_be_visible()
        assert ivy.get_by_role("link", name="Team").count() == ivy.get_by_role("link", name="Report").count() == 0

        ivy.get_by_role("button", name="Menu").click()
        ivy.get_by_role("link", name="ivy", exact=True).click()
        ivy.get_by_role("link", name="Two-factor and passkeys").click()
        ivy.get_by_role("link", name="Set up the app").click()
        app_of_ivy = pyotp.TOTP(ivy.locator("#totp-key").inner_text().replace(" ", ""))
        ivy.locator("[name=code]").fill(app_of_ivy.at(clock.now()))
        ivy.locator("[name=present]").fill(NEW)
        ivy.get_by_role("button", name="Confirm").click()
        expect(ivy.get_by_role("heading", name="Your recovery codes")).to_be_visible()
        ivy.get_by_role("button", name="Menu").click()
        ivy.get_by_role("button", name="Sign out").click()

        log_in(ivy, url, "ivy@example.org", NEW)
        expect(ivy.get_by_role("heading", name="One more step")).to_be_visible()
        # The code of the next half minute: each is taken once.
        ivy.locator("[name=code]").fill(app_of_ivy.at(clock.now(), counter_offset=1))
        ivy.get_by_role("button", name="Continue").first.click()
        expect(ivy.get_by_role("heading", name="Overview")).to_be_visible()
        assert ivy.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0

        owner.get_by_role("link", name="Members").click()
        expect(owner.get_by_role("row", name=re.compile("ivy.*Viewer.*Yes"))).to_be_visible()
