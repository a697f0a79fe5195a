"""A first hour, in a real browser and through the real processes: from the first visit to a fixed incident."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import chromium, page
from tests.mailbox import Mailbox
from tests.processes import Daymark, copy_tree, wait_until

PASSWORD = "correct horse battery staple 9"


@pytest.fixture
def mailbox():
    with Mailbox() as box:
        yield box


@pytest.fixture
def daymark(tmp_path):
    daymark = Daymark(copy_tree(tmp_path / "daymark"))
    with daymark.running("/setup"):
        yield daymark


def walk_the_wizard(owner, daymark, mailbox):
    owner.goto(daymark.url)
    expect(owner).to_have_url(re.compile("/setup$"))
    owner.get_by_role("radio", name="Send through a mail server (SMTP)").check()
    owner.locator("[name=mail_host]").fill("127.0.0.1")
    owner.locator("[name=mail_port]").fill(str(mailbox.port))
    owner.locator("[name=mail_encryption]").select_option("null")
    owner.locator("[name=mail_address]").fill("status@example.org")
    owner.locator("[name=test_to]").fill("ada@example.org")
    owner.get_by_role("button", name="Send a test mail").click()
    wait_until(lambda: mailbox.to("ada@example.org"), 60, "the test mail")
    owner.get_by_role("button", name="Continue").click()
    owner.locator("[name=site_name]").fill("Example Cloud")
    owner.locator("[name=app_url]").fill(daymark.url)
    owner.locator("[data-step]:visible").get_by_role("button", name="Continue").click()
    owner.locator("[name=username]").fill("ada")
    owner.locator("[name=email]").fill("ada@example.org")
    owner.locator("[name=password]").fill(PASSWORD)
    owner.locator("[data-step]:visible").get_by_role("button", name="Finish setup").click()
    expect(owner.get_by_role("heading", name="Your status page is ready")).to_be_visible()
    owner.get_by_role("link", name="Open the dashboard").click()
    expect(owner.get_by_role("heading", name="Overview")).to_be_visible()


def add_components(owner, daymark):
    owner.goto(f"{daymark.url}/dashboard/components/groups/create")
    owner.locator("[name=name]").fill("Core platform")
    owner.get_by_role("button", name="Add group").click()
    for name in ("API", "Website"):
        owner.goto(f"{daymark.url}/dashboard/components/create")
        owner.locator("[name=name]").fill(name)
        owner.locator("[name=group_id]").select_option(label="Core platform")
        owner.get_by_role("button", name="Add component").click()
        expect(owner.get_by_text(name).first).to_be_visible()


def subscribe(reader, daymark, mailbox):
    reader.goto(daymark.url)
    expect(reader.get_by_role("heading", name="All systems are operational")).to_be_visible()
    reader.get_by_role("link", name="Subscribe").first.click()
    reader.locator("[name=email]").fill("sue@example.net")
    reader.get_by_role("button", name="Subscribe").click()
    wait_until(lambda: mailbox.to("sue@example.net"), 30, "the mail to confirm")
    letter = Mailbox.text(mailbox.to("sue@example.net")[0])
    reader.goto(re.search(rf"{daymark.url}/subscribe/verify/\S+", letter)[0])
    reader.get_by_role("button", name="Confirm").click()
    expect(reader).to_have_url(re.compile("/subscribe/manage/"))


def report(owner, daymark):
    owner.goto(f"{daymark.url}/dashboard/incidents/create")
    owner.locator("[name=name]").fill("Errors when signing in")
    owner.get_by_role("radio", name="Identified").check()
    for name, impact in (("API", "Major outage"), ("Website", "Performance issues")):
        owner.locator("[data-impact-add]").select_option(label=name)
        owner.get_by_label(name, exact=True).select_option(label=impact)
    owner.locator("[name=message]").fill("A **certificate** has expired. We are replacing it.")
    owner.get_by_role("tab", name="Preview").click()
    expect(owner.get_by_role("tabpanel").locator("strong")).to_have_text("certificate")
    owner.get_by_role("button", name="Report incident").click()
    expect(owner.get_by_text("has been reported")).to_be_visible()


def mails(mailbox, count):
    wait_until(lambda: len(mailbox.to("sue@example.net")) >= count, 30, f"mail number {count}")
    return mailbox.to("sue@example.net")[count - 1]


def test_from_the_first_visit_to_a_fixed_incident(daymark, mailbox):
    with chromium() as browser, page(browser) as owner, page(browser) as reader:
        walk_the_wizard(owner, daymark, mailbox)
        add_components(owner, daymark)
        subscribe(reader, daymark, mailbox)

        report(owner, daymark)
        reader.goto(daymark.url)
        expect(reader.get_by_role("heading", level=1)).to_have_text("Major outage")
        story = reader.locator("article", has_text="Errors when signing in").first
        expect(story).to_contain_text("A certificate has expired.")
        expect(reader.locator(".component", has_text="API")).to_contain_text("Major outage")
        expect(reader.locator(".component", has_text="Website")).to_contain_text("Performance issues")
        letter = mails(mailbox, 2)
        assert "Errors when signing in" in letter["Subject"]
        assert "certificate" in Mailbox.text(letter)
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

        reader.get_by_role("link", name="Errors when signing in").first.click()
        expect(reader).to_have_url(re.compile(r"/incidents/\d+"))

        owner.goto(f"{daymark.url}/dashboard/")
        owner.get_by_role("link", name="Post an update").click()
        panel = owner.locator("#update")
        panel.get_by_role("radio", name="Watching").check()
        panel.locator("[name=message]").fill("The new certificate is in place.")
        panel.get_by_role("button", name="Post update").click()
        assert "certificate is in place" in Mailbox.text(mails(mailbox, 3))
        reader.reload()
        expect(reader.locator("main")).to_contain_text("The new certificate is in place.")

        owner.goto(f"{daymark.url}/dashboard/")
        owner.get_by_role("button", name="Mark fixed").first.click()
        owner.get_by_role("dialog").get_by_role("button", name="Mark fixed").click()
        assert "Fixed" in mails(mailbox, 4)["Subject"]
        reader.goto(daymark.url)
        expect(reader.get_by_role("heading", level=1)).to_have_text("All systems are operational")
        expect(reader.locator(".component", has_text="API")).to_contain_text("Operational")
        expect(reader.locator("section.day").first).to_contain_text("Errors when signing in")
        assert len(mailbox.to("sue@example.net")) == 4
