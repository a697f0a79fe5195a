"""The wizard with scripts, and without, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.models import FirstRun, User
from tests.browser import chromium, page, serving
from tests.controllers.setup.conftest import PASSWORD


@pytest.fixture(scope="module")
def chrome():
    with chromium() as browser:
        yield browser


@pytest.fixture
def url(fresh):
    """The application behind a real socket."""
    with serving(fresh) as address:
        yield address


def button(tab, name):
    return tab.locator("[data-step]:visible").get_by_role("button", name=name)


def enter(tab, **fields):
    for name, value in fields.items():
        tab.locator(f"[name={name}]").fill(value)


def test_step_by_step_with_nothing_lost(chrome, url, fresh):
    with page(chrome, timezone_id="Asia/Tokyo", locale="en") as tab:
        tab.goto(url)
        expect(tab).to_have_url(f"{url}/setup")
        expect(tab.locator("[data-step]:visible")).to_have_count(1)

        # The server's fields show when SMTP is chosen, and are checked before the next step.
        expect(tab.locator("[name=mail_host]")).to_be_hidden()
        tab.get_by_role("radio", name="Send through a mail server (SMTP)").check()
        enter(tab, mail_username="daymark", mail_password="s3cret")
        button(tab, "Continue").click()
        expect(tab.locator("#mail_host-error")).to_have_text("Enter the server that sends your mail.")
        expect(tab.locator("[name=mail_host]")).to_be_focused()
        expect(tab.locator("[name=mail_host]")).to_have_attribute("aria-invalid", "true")
        expect(tab.locator("[name=mail_password]")).to_have_value("s3cret")
        enter(tab, mail_host="smtp.example.com", mail_address="status@example.com")
        tab.keyboard.press("Enter")

        expect(tab.locator("[name=site_name]")).to_be_focused()
        expect(tab.locator(".steps [aria-current]")).to_have_text("Status page")
        expect(tab.locator("[name=timezone]")).to_have_value("Asia/Tokyo")
        expect(tab.locator("[name=app_url]")).to_have_value("http://status.test")
        enter(tab, site_name="  ", app_url="nonsense")
        button(tab, "Continue").click()
        expect(tab.locator("#site_name-error")).to_be_visible()
        expect(tab.locator("#app_url-error")).to_be_visible()
        enter(tab, site_name="Example Cloud", app_url="http://status.test")
        button(tab, "Continue").click()

        expect(tab.locator("[name=username]")).to_be_focused()
        button(tab, "Back").click()
        expect(tab.locator("[name=site_name]")).to_have_value("Example Cloud")
        tab.go_back()
        expect(tab.locator("[name=username]")).to_be_visible()
        tab.go_back()
        expect(tab.locator("[name=site_name]")).to_have_value("Example Cloud")
        button(tab, "Back").click()
        expect(tab.locator("[name=mail_password]")).to_have_value("s3cret")
        button(tab, "Continue").click()
        expect(tab.locator("[name=site_name]")).to_be_focused()
        button(tab, "Continue").click()
        expect(tab.locator("[name=username]")).to_be_focused()

        enter(tab, username="olive", email="olive@example.org", password="olive12345")
        expect(tab.locator(".meter [role=status]")).to_have_text(re.compile("^(Very weak|Weak) · "))
        tab.keyboard.press("Enter")
        expect(tab.locator("#password-error")).to_contain_text("too easy to guess")
        assert FirstRun.needed()
        db.session.rollback()
        enter(tab, password=PASSWORD)
        expect(tab.locator(".meter [role=status]")).to_have_text(re.compile("^(Good|Strong)$"))
        tab.get_by_role("button", name="Show").last.click()
        button(tab, "Finish setup").click()
        expect(tab).to_have_url(re.compile("/setup/complete"))
        tab.get_by_role("link", name="Open the dashboard").click()
        expect(tab.get_by_role("heading", name="Overview")).to_be_visible()
    db.session.rollback()
    assert User.authenticate("olive", PASSWORD)
    assert "MAIL_PASSWORD=s3cret" in fresh.config["ENV_FILE"].read_text()


def test_without_scripts_it_is_one_long_page(chrome, url):
    with page(chrome, java_script_enabled=False) as tab:
        tab.goto(f"{url}/setup")
        expect(tab.locator("[data-step]:visible")).to_have_count(3)
        expect(tab.get_by_role("button", name="Continue")).to_have_count(0)
        enter(tab, site_name="Example Cloud", username="olive", email="olive@example.org", password="password12345")
        tab.locator("[name=username]").press("Enter")
        expect(tab.locator("#password-error")).to_be_visible()
        expect(tab.locator("[name=site_name]")).to_have_value("Example Cloud")
        enter(tab, password=PASSWORD)
        tab.locator("[name=password]").press("Enter")
        expect(tab.get_by_role("heading", name="Your status page is ready")).to_be_visible()


def test_a_test_mail_says_what_the_server_said(chrome, url, mailbox):
    mailbox.answers["nobody@example.org"] = "550 5.1.1 No such user here"
    for scripts in (True, False):
        with page(chrome, java_script_enabled=scripts) as tab:
            tab.goto(f"{url}/setup")
            tab.get_by_role("radio", name="Send through a mail server (SMTP)").check()
            enter(tab, mail_host="127.0.0.1", mail_port=str(mailbox.port), mail_address="status@example.com")
            tab.locator("[name=mail_encryption]").select_option("null")
            for to, said in (("nobody@example.org", "550 5.1.1 No such user"), ("me@example.org", "Sent. Look into")):
                enter(tab, test_to=to)
                tab.locator("[name=test_to]").press("Enter") if scripts else tab.get_by_text(
                    "Send a test mail", exact=True
                ).click()
                expect(tab.locator("output.result")).to_contain_text(said)
    assert len(mailbox.to("me@example.org")) == 2


def test_signing_in(chrome, url, client):
    with page(chrome) as tab:
        tab.goto(f"{url}/dashboard/incidents")
        expect(tab.locator("[name=login]")).to_be_focused()
        enter(tab, login="olive", password="wrong")
        tab.keyboard.press("Enter")
        expect(tab.get_by_role("alert")).to_contain_text("Wrong username or password.")
        expect(tab.locator("[name=login]")).to_have_value("olive")
        enter(tab, password="correct horse battery staple")
        tab.get_by_role("button", name="Sign in").click()
        expect(tab).to_have_url(f"{url}/dashboard/incidents")
        tab.get_by_role("button", name="Sign out").click()
        expect(tab.get_by_text("You are signed out.")).to_be_visible()
