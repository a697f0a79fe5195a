"""Mail and security as hands and eyes meet them: a test mail beside the form, on a telephone, in light and in dark."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from app.extensions import db
from app.jobs import events
from app.models import Notice, Setting
from app.models.sign_in import SignIn
from tests.browser import chromium, page, serving
from tests.factories import make_incident, make_subscriber
from tests.people import PASSWORD
from tests.web import tools
from tests.web.test_documents import ASK, COLOURS

FIELDS = {"mail_host": "127.0.0.1", "mail_username": "daymark", "mail_address": "news@status.test"}


@pytest.fixture
def tab(app, olive, mailbox):
    mailbox.restore(app)
    with serving(app) as url, chromium() as browser, page(browser, viewport={"width": 360, "height": 800}) as opened:
        opened.goto(f"{url}/auth/login?next=/dashboard/settings/mail")
        opened.locator("[name=login]").fill("olive")
        opened.locator("[name=password]").fill(PASSWORD)
        opened.keyboard.press("Enter")
        expect(opened.get_by_role("heading", name="Mail", exact=True)).to_be_visible()
        yield opened


def test_a_test_mail_is_tried_until_it_goes_out_and_then_saved(tab, mailbox):
    expect(tab.locator("[name=mail_host]")).to_be_hidden()
    tab.get_by_role("radio", name="Send through a mail server (SMTP)").check()
    for name, value in {**FIELDS, "mail_port": str(mailbox.port), "mail_password": "wrong"}.items():
        tab.locator(f"[name={name}]").fill(value)
    tab.locator("[name=mail_encryption]").select_option("null")
    tab.locator("[name=test_to]").press("Enter")
    expect(tab.locator("output.result")).to_contain_text("535")
    assert Setting.get("mail_host") == "", "Enter in the field of the test saves nothing"
    db.session.rollback()
    tab.locator("[name=mail_password]").fill("a right password")
    tab.get_by_role("button", name="Send a test mail").click()
    expect(tab.locator("output.result")).to_have_text("Sent. Look into the inbox of olive@example.org.")
    tab.get_by_role("button", name="Save").click()
    expect(tab.get_by_text("The settings have been saved.")).to_be_visible()
    expect(tab.locator("[name=mail_password]")).to_have_value("")
    assert len(mailbox.to("olive@example.org")) == 1


def test_nothing_is_wider_than_a_telephone_and_axe_finds_nothing(tab, olive):
    Setting.set(mail_driver="smtp", mail_host="smtp.example.com")
    make_subscriber("a.reader.with.a.rather.long.name@an-even-longer-domain.example.org")
    make_incident()
    events.drain()
    SignIn.fail(olive, method="password", address="2001:db8:1234:5678:9abc:def0:1234:5678", agent="x" * 200)
    for notice in db.session.scalars(sa.select(Notice)):
        notice.refuse("550 5.7.1 Recipient-address-rejected-" + "x" * 200)
    db.session.commit()
    script, faults = tools.axe(), []
    for path in ("mail", "mail/send-again", "security", "security/sign-ins"):
        tab.goto(tab.url.partition("/dashboard")[0] + f"/dashboard/settings/{path}")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360, path
        for scheme in ("light", "dark"):
            tab.emulate_media(color_scheme=scheme)
            tab.evaluate(script)
            faults += [
                f"{path}, {scheme}: {fault}" for fault in tab.evaluate(ASK, {} if scheme == "light" else COLOURS)
            ]
    assert not faults, "\n".join(faults)
