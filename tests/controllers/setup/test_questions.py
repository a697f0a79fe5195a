"""What the wizard's scripts ask while it is filled in."""

import os

import pytest
from sqlalchemy import event

from app.extensions import db
from app.models import FirstRun, Setting
from tests.controllers.setup.conftest import BY_SMTP, FILLED_IN

NOT_SQLITE = not os.environ.get("TEST_DATABASE_URL", "sqlite").startswith("sqlite")
JSON = {"Accept": "application/json"}


def ask(browser, path, **fields):
    return browser.post(path, data={"csrf_token": browser.token, **fields}, headers=JSON)


@pytest.fixture
def by_smtp(mailbox):
    return {**BY_SMTP, "mail_port": str(mailbox.port), "test_to": "me@example.org"}


def test_a_step_may_be_left_whatever_the_later_ones_hold(browser):
    empty_later = {**FILLED_IN, "site_name": "", "password": ""}
    assert ask(browser, "/setup/check/environment", **empty_later).json == {"ok": True, "errors": {}}
    answer = ask(browser, "/setup/check/page", **empty_later).json
    assert not answer["ok"] and set(answer["errors"]) == {"site_name"}
    answer = ask(browser, "/setup/check/administrator", **empty_later).json
    assert set(answer["errors"]) == {"site_name", "password"}
    assert FirstRun.needed()


def test_there_are_three_steps(browser):
    assert ask(browser, "/setup/check/database", **FILLED_IN).status_code == 404


@pytest.mark.parametrize(
    ("password", "enough"),
    [("", False), ("short", False), ("password12345", False), ("qwertyuiop", False), ("lantern orbit maple", True)],
)
def test_the_meter_says_the_same_as_the_form(browser, password, enough):
    told = ask(browser, "/setup/strength", password=password).json
    refused = ask(browser, "/setup/check/administrator", **{**FILLED_IN, "password": password}).json["errors"]
    assert (told["score"] >= 3) is enough and ("password" not in refused) is enough
    assert bool(told["advice"]) is not enough


def test_the_meter_knows_the_words_of_the_form(browser):
    guess = "olive.example.cloud"
    about = {"username": "olive", "email": "olive@example.org", "site_name": "example.cloud"}
    plain = ask(browser, "/setup/strength", password=guess).json["score"]
    assert ask(browser, "/setup/strength", password=guess, **about).json["score"] < plain


def test_a_very_long_password_is_judged_at_once(browser):
    assert ask(browser, "/setup/strength", password="correct horse " * 5000).status_code == 200


def test_a_test_mail_arrives_with_the_settings_as_typed(browser, mailbox, by_smtp):
    answer = ask(browser, "/setup/test-mail", **{**by_smtp, "mail_name": "Example Cloud"}).json
    assert answer == {"ok": True, "message": "Sent. Look into the inbox of me@example.org."}
    [mail] = mailbox.to("me@example.org")
    assert mail["From"] == "Example Cloud <status@example.com>"
    assert FirstRun.needed() and Setting.get("site_name") == "Status"


def test_it_shows_what_the_server_really_said(browser, mailbox, by_smtp):
    mailbox.answers["me@example.org"] = "550 5.7.1 We do not relay for you"
    answer = ask(browser, "/setup/test-mail", **by_smtp).json
    assert answer == {"ok": False, "message": "550 5.7.1 We do not relay for you"}
    mailbox.down()
    assert "refused" in ask(browser, "/setup/test-mail", **by_smtp).json["message"].lower()


def test_what_is_missing_for_it_is_said_by_name(browser, by_smtp):
    answer = ask(browser, "/setup/test-mail", **{**by_smtp, "mail_host": "", "test_to": "nobody"}).json
    assert not answer["ok"]
    assert "Mail server: " in answer["message"] and "Send a test mail to: " in answer["message"]
    assert "SMTP" in ask(browser, "/setup/test-mail", **{**by_smtp, "mail_driver": "log"}).json["message"]


@pytest.mark.parametrize("name", ["test_to", "mail_name", "mail_address"])
def test_no_second_header_gets_in(browser, mailbox, by_smtp, name):
    answer = ask(browser, "/setup/test-mail", **{**by_smtp, name: "a@example.org\r\nBcc: b@example.org"}).json
    assert not answer["ok"] and mailbox.messages == []


def test_without_scripts_the_page_comes_back_with_the_answer_and_what_was_typed(browser, mailbox, by_smtp):
    page = browser.submit("/setup/test-mail", **{**by_smtp, "site_name": "", "username": "", "password": ""})
    assert page.status_code == 200
    assert "Sent. Look into the inbox of me@example.org." in page.text
    assert f'value="{mailbox.port}"' in page.text and "-error" not in page.text.replace("data-error", "")
    refused = browser.submit("/setup/test-mail", **{**by_smtp, "mail_host": ""})
    assert refused.status_code == 422 and 'id="mail_host-error"' in refused.text


def test_test_mails_are_throttled(browser, by_smtp):
    codes = [ask(browser, "/setup/test-mail", **{**by_smtp, "test_to": ""}).status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]


@pytest.fixture
def begun():
    """How each transaction began."""
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.skipif(NOT_SQLITE, reason="only SQLite has one write lock for all")
def test_no_question_takes_the_write_lock_while_a_mail_server_or_a_hash_takes_its_time(browser, by_smtp, begun):
    db.session.rollback()
    ask(browser, "/setup/test-mail", **by_smtp)
    ask(browser, "/setup/check/page", **FILLED_IN)
    ask(browser, "/setup/strength", password="x")
    assert begun and set(begun) == {"BEGIN"}
