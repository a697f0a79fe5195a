"""How mails leave: what is changed in the dashboard counts from the next mail on, in every process."""

import re
import socket
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import mailer
from app.extensions import db
from app.jobs import events
from app.lib import clock
from app.models import Event, Notice, Setting
from app.models.enums import NoticeState
from app.models.event import EventName
from app.models.mail_way import MailWay
from app.models.member_mail import MemberMail
from tests.effects import Fields, effect_of
from tests.factories import make_incident, make_subscriber

URL = "/dashboard/settings/mail"
JSON = {"Accept": "application/json"}


@pytest.fixture
def owner(sign_in, olive):
    browser = sign_in(olive)
    browser.get(URL)
    return browser


@pytest.fixture
def typed(mailbox, app):
    """What one types to send through the mailbox; until it is saved mails are written to files."""
    mailbox.restore(app)
    return {
        "mail_driver": "smtp",
        "mail_host": "127.0.0.1",
        "mail_port": str(mailbox.port),
        "mail_encryption": "null",
        "mail_username": "",
        "mail_password": "",
        "mail_address": "news@status.test",
        "mail_name": "",
        "test_to": "me@example.org",
    }


@pytest.fixture
def sent(mailbox, run_jobs):
    """sent(): the mail that goes out when an incident is reported."""
    make_subscriber()

    def report():
        before = len(mailbox.messages)
        make_incident()
        run_jobs()
        return mailbox.messages[-1] if len(mailbox.messages) > before else None

    return report


def save(owner, **fields):
    answer = owner.submit(URL, **fields)
    assert answer.status_code == 302, re.findall(r'<p class="error".*?</p>', answer.text, re.DOTALL)
    return answer


def test_the_page_shows_what_is_in_force_and_no_password(owner, app, mailbox):
    Setting.set(mail_username="daymark", mail_password="s3cret")
    db.session.commit()
    page = owner.get(URL).text
    assert f'value="{mailbox.port}"' in page and 'value="daymark"' in page and "Leave empty to keep" in page
    assert "s3cret" not in page
    stored = db.session.scalar(sa.select(Setting).where(Setting.name == "mail_password")).value
    assert "s3cret" not in stored


@effect_of("mail_driver", "mail_host", "mail_port", "mail_encryption", "mail_address", "mail_name")
def test_mails_leave_by_the_way_that_was_saved(owner, typed, sent):
    assert "Mails are written to files" in owner.get("/dashboard/").text
    assert sent() is None
    save(owner, **typed)
    assert "Mails are written to files" not in owner.get("/dashboard/").text
    assert sent()["From"] == "Example Cloud <news@status.test>"
    save(owner, **{**typed, "mail_name": "Cloud News", "mail_address": "other@status.test"})
    assert sent()["From"] == "Cloud News <other@status.test>"
    save(owner, mail_driver="log")
    assert sent() is None
    assert "Mails are written to files" in owner.get("/dashboard/").text


@pytest.mark.parametrize(
    "name", ["Acme, Inc.", 'The "Cloud" <evil@example.net>', "Süd, Nord: GmbH (1)", "ä, " * 32 + "é", "a, " * 33 + "b"]
)
def test_whatever_the_name_is_mails_come_from_the_address(owner, typed, sent, mailbox, name):
    save(owner, **{**typed, "mail_name": name})
    (sender,) = sent()["From"].addresses
    assert sender.addr_spec == "news@status.test"
    assert sender.display_name.split() == name.split(), "a long one is folded between its words"
    assert mailbox.senders[-1] == "news@status.test"


def test_a_port_and_an_encryption_that_do_not_fit_keep_mails_waiting_until_they_do(
    owner, typed, sent, mailbox, run_jobs
):
    save(owner, **{**typed, "mail_port": "1"})
    assert sent() is None
    save(owner, **{**typed, "mail_encryption": "tls"})
    assert sent() is None
    waiting = db.session.scalars(sa.select(Notice)).all()
    assert {notice.state for notice in waiting} == {NoticeState.WAITING}
    assert any("STARTTLS" in notice.error for notice in waiting)
    save(owner, **typed)
    run_jobs()
    assert len(mailbox.messages) == 2, "what waited need not wait for its next turn"


@effect_of("mail_username", "mail_password")
def test_the_account_that_was_saved_signs_in_and_an_empty_password_keeps_it(owner, typed, sent, mailbox):
    account = {"mail_username": "daymark", "mail_password": "a right password"}
    save(owner, **{**typed, **account})
    assert sent() is not None and mailbox.signed_in == ["daymark"]
    save(owner, **{**typed, "mail_username": "daymark", "mail_name": "Kept"})
    assert sent()["From"].startswith("Kept") and mailbox.signed_in == ["daymark"] * 2
    save(owner, **{**typed, **account, "mail_password": "wrong"})
    assert sent() is None
    assert "535" in db.session.scalar(sa.select(Notice.error).where(Notice.error != ""))


def test_a_password_that_is_kept_goes_to_no_other_server(owner, typed):
    save(owner, **{**typed, "mail_username": "daymark", "mail_password": "a right password"})
    for change in ({"mail_host": "localhost"}, {"mail_username": "other"}):
        answer = owner.submit(URL, **{**typed, "mail_username": "daymark", **change})
        assert answer.status_code == 422 and "Enter the password again" in answer.text
        tried = owner.post(
            URL + "/test", data={"csrf_token": owner.token, **typed, "mail_username": "daymark", **change}, headers=JSON
        )
        assert not tried.json["ok"] and "Enter the password again" in tried.json["message"]


def test_what_env_says_holds_until_the_dashboard_says_otherwise(owner, typed, app, mailbox, monkeypatch):
    for name, value in {
        "MAIL_USERNAME": "from.env",
        "MAIL_NAME": "From env",
        "MAIL_ADDRESS": "env@status.test",
    }.items():
        monkeypatch.setitem(app.config, name, value)
    assert MailWay.in_force().sender == ("From env", "env@status.test")
    save(owner, **{**typed, "mail_address": "env@status.test"})
    way = MailWay.in_force()
    assert (way.driver, way.username, way.sender) == ("smtp", "", ("Example Cloud", "env@status.test"))
    assert Setting.get("mail_address") == "", "what is as .env says follows it"
    monkeypatch.setitem(app.config, "MAIL_ADDRESS", "later@status.test")
    assert MailWay.in_force().address == "later@status.test"


def test_what_the_environment_fixes_is_shown_read_only_and_not_taken(owner, typed, app, mailbox, monkeypatch):
    mailbox.configure(app)
    monkeypatch.setitem(app.config, "FROM_ENVIRONMENT", frozenset({"MAIL_HOST", "MAIL_ENCRYPTION"}))
    Setting.set(mail_host="elsewhere.example")
    db.session.commit()
    page = owner.get(URL).text
    assert re.search(r'<input[^>]*id="mail_host"[^>]*readonly', page) and "Set in the environment." in page
    assert re.search(
        r'<select[^>]*disabled[^>]*id="mail_encryption"|<select[^>]*id="mail_encryption"[^>]*disabled', page
    )
    save(owner, **{**typed, "mail_host": "evil.example"})
    assert MailWay.in_force().host == "127.0.0.1"
    assert Setting.get("mail_host") == "elsewhere.example"
    mailbox.restore(app)


def test_a_password_of_the_environment_stays_with_its_server(owner, typed, app, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_PASSWORD", "of the environment")
    monkeypatch.setitem(app.config, "FROM_ENVIRONMENT", frozenset({"MAIL_PASSWORD"}))
    answer = owner.submit(URL, **{**typed, "mail_username": "daymark"})
    assert answer.status_code == 422 and "The password is set in the environment" in answer.text


def test_two_who_change_it_at_once_do_not_undo_each_other(owner, typed):
    save(owner, **{**typed, "mail_username": "daymark", "mail_password": "a right password"})
    shown = Fields(owner.get(URL).text).sent
    save(owner, **{**typed, "mail_host": "localhost", "mail_username": "daymark", "mail_password": "new"})
    save(owner, **{**shown, "mail_name": "Cloud News"})
    way = MailWay.in_force()
    assert (way.host, way.password, way.name) == ("localhost", "new", "Cloud News")
    answer = owner.submit(URL, **{**shown, "mail_host": "third.example", "mail_password": "x"})
    assert answer.status_code == 422 and "Somebody else changed this meanwhile. It now says: “localhost”" in answer.text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("mail_host", "", "Enter the server that sends your mail."),
        ("mail_host", "smtp://x", "Enter only a name or an address"),
        ("mail_port", "70000", "Enter a number from 1 to 65535."),
        ("mail_address", "nobody", "Enter an e-mail address"),
        ("mail_username", "half", "Enter the password that goes with the username."),
        ("mail_name", "a\rb", "line break"),
    ],
)
def test_what_cannot_be_right_is_refused_with_all_else_in_its_place(owner, typed, field, value, words):
    answer = owner.submit(URL, **{**typed, field: value})
    assert answer.status_code == 422 and words in answer.text
    assert 'value="news@status.test"' in answer.text or field == "mail_address"
    assert Setting.get("mail_driver") == ""


def test_the_audit_trail_hides_the_password(owner, typed):
    save(owner, **{**typed, "mail_username": "daymark", "mail_password": "a right password"})
    event = db.session.scalars(sa.select(Event).where(Event.name == EventName.SETTINGS_CHANGED)).all()[-1]
    assert event.data["changed"]["mail_username"] == ["", "daymark"]
    assert "right" not in str(event.data)


def attempt(owner, **fields):
    return owner.post(URL + "/test", data={"csrf_token": owner.token, **fields}, headers=JSON).json


def test_a_test_mail_goes_out_with_the_values_as_typed(owner, typed, mailbox):
    said = attempt(owner, **{**typed, "mail_name": "Not saved"})
    assert said == {"ok": True, "message": "Sent. Look into the inbox of me@example.org."}
    assert mailbox.to("me@example.org")[0]["From"] == "Not saved <news@status.test>"
    assert Setting.get("mail_name") == ""
    assert 'value="olive@example.org"' in owner.get(URL).text, "one's own address is offered"


def test_a_test_mail_shows_what_the_server_really_said(owner, typed, mailbox):
    account = {"mail_username": "daymark", "mail_password": "wrong"}
    assert attempt(owner, **{**typed, **account})["message"].startswith("535")
    mailbox.answers["me@example.org"] = "550 5.1.1 No such user here"
    assert attempt(owner, **typed)["message"] == "550 5.1.1 No such user here"
    assert "STARTTLS" in attempt(owner, **{**typed, "mail_encryption": "tls"})["message"]
    assert "SSL" in attempt(owner, **{**typed, "mail_encryption": "ssl"})["message"]
    nowhere = ".".join(["x" * 63] * 4)  # too long for a name, so that no name server is asked
    assert attempt(owner, **{**typed, "mail_host": nowhere})["message"].startswith(f"{nowhere}: ")
    mailbox.down()
    assert "refused" in attempt(owner, **typed)["message"]
    assert attempt(owner, mail_driver="log")["message"].startswith("Mail: Choose SMTP")
    assert "Send a test mail to: Enter an e-mail address" in attempt(owner, **{**typed, "test_to": "x"})["message"]


def test_a_test_mail_tells_of_an_account_that_smtp_cannot_say(owner, typed):
    for account in (("daymark", "für alle"), ("jürgen", "a right password")):
        said = attempt(owner, **{**typed, "mail_username": account[0], "mail_password": account[1]})
        assert not said["ok"] and "ASCII" in said["message"]
        assert account[1] not in said["message"]


def test_a_test_mail_waits_for_no_server_longer_than_nginx_for_us(owner, typed, monkeypatch):
    assert mailer.TEST_WITHIN < 25
    monkeypatch.setattr(mailer, "TEST_WITHIN", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        began = time.monotonic()
        said = attempt(owner, **{**typed, "mail_port": str(mute.getsockname()[1])})
        assert time.monotonic() - began < mailer.TIMEOUT / 2
    assert said == {"ok": False, "message": "timed out"}


def test_without_script_the_answer_stands_on_the_page(owner, typed, mailbox):
    mailbox.answers["me@example.org"] = "550 5.1.1 No such user here"
    page = owner.submit(URL + "/test", **typed)
    assert page.status_code == 422 and "550 5.1.1 No such user here" in page.text
    assert 'value="news@status.test"' in page.text
    mailbox.answers.clear()
    page = owner.submit(URL + "/test", **typed)
    assert page.status_code == 200 and "Look into the inbox of me@example.org" in page.text


def test_test_mails_are_counted(owner, typed):
    answers = [attempt(owner, mail_driver="log") for _ in range(10)]
    assert len(answers) == 10
    assert owner.post(URL + "/test", data={"csrf_token": owner.token}, headers=JSON).status_code == 429


@pytest.fixture
def refused(mailbox, installed, run_jobs):
    """Sue's and Ann's mails, which their mail server refused."""
    for name in ("sue", "ann"):
        make_subscriber(f"{name}@example.org")
        mailbox.answers[f"{name}@example.org"] = "550 5.7.1 We do not relay for you"
    make_incident()
    run_jobs()
    mailbox.answers.clear()
    return db.session.scalars(sa.select(Notice).order_by(Notice.id)).all()


def figures(page) -> dict[str, str]:
    told = re.search(r'<dl class="figures">(.*?)</dl>', page.text, re.DOTALL)[1]
    found = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", told, re.DOTALL)
    return {name: re.sub(r"<[^>]+>", "", value).strip() for name, value in found}


def test_the_page_tells_how_the_mails_are_doing(owner, mailbox, run_jobs, refused):
    assert figures(owner.get(URL)) == {
        "Waiting": "0",
        "Oldest of these": "None",
        "Sent in the last day": "0",
        "Given up": "2",
    }
    make_subscriber("bob@example.org")
    make_incident()
    events.drain()
    told = figures(owner.get(URL))
    assert told["Waiting"] == "3" and told["Oldest of these"] != "None"
    run_jobs()
    assert figures(owner.get(URL))["Sent in the last day"] == "3"


def test_what_failed_is_listed_and_sent_again(owner, mailbox, run_jobs, refused):
    page = owner.get(URL)
    assert "sue@example.org" in page.text and "550 5.7.1 We do not relay for you" in page.text
    owner.submit(f"{URL}/{refused[0].id}/send-again")
    run_jobs()
    assert [message["To"] for message in mailbox.messages] == ["sue@example.org"]
    assert "The mail to sue@example.org is tried again now." in owner.get(URL).text
    assert "sue@example.org" not in owner.get(URL).text
    assert owner.submit(f"{URL}/{refused[0].id}/send-again").status_code == 302
    assert "on its way already" in owner.get(URL).text
    event = db.session.scalars(sa.select(Event).where(Event.name == EventName.NOTICES_SENT_AGAIN)).one()
    assert (event.actor_label, event.data["name"]) == ("olive", "sue@example.org")


def test_all_that_failed_is_sent_again_after_a_question(owner, mailbox, run_jobs, refused):
    assert "Send 2 mails again?" in owner.get(f"{URL}/send-again").text
    assert "2 mails are tried again now." in owner.get(owner.submit(f"{URL}/send-again").location).text
    run_jobs()
    assert sorted(message["To"] for message in mailbox.messages) == ["ann@example.org", "sue@example.org"]
    assert "Nothing was left behind" in owner.get(URL).text


def test_what_is_sent_again_has_another_day(mailbox, run_jobs, refused, monkeypatch):
    later = clock.now() + timedelta(days=3)
    monkeypatch.setattr("app.lib.clock.now", lambda: later)
    mailbox.answers["sue@example.org"] = "451 4.7.1 Try again later"
    db.session.rollback()
    refused[0].send_again(actor=None)
    db.session.commit()
    events.sweep()
    run_jobs()
    db.session.refresh(refused[0])
    assert refused[0].state is NoticeState.WAITING and refused[0].attempts == 1


def test_one_whom_a_mail_reaches_is_not_set_aside_any_more(owner, mailbox, run_jobs, refused):
    reader = refused[0].subscriber
    reader.set_aside_at, reader.failures = clock.now(), 3
    db.session.commit()
    owner.submit(f"{URL}/{refused[0].id}/send-again")
    run_jobs()
    db.session.refresh(reader)
    assert (reader.set_aside_at, reader.failures) == (None, 0)


def test_many_failures_come_in_pages(owner, mailbox, run_jobs):
    for number in range(23):
        make_subscriber(f"reader{number:02}@example.org")
        mailbox.answers[f"reader{number:02}@example.org"] = "550 no"
    make_incident()
    run_jobs()
    pages = [set(re.findall(r"reader\d\d@example", owner.get(f"{URL}?page={n}").text)) for n in (1, 2)]
    assert [len(found) for found in pages] == [20, 3] and not pages[0] & pages[1]
    assert owner.get(f"{URL}?page=3").status_code == 404


def test_mails_to_members_that_failed_are_listed_too(owner, olive):
    event = db.session.scalars(sa.select(Event)).first()
    mail = MemberMail.ask(event, to="new@example.org", code="x")
    mail.refuse("550 5.1.1 No such user here")
    db.session.commit()
    page = owner.get(URL).text
    assert "new@example.org" in page and "550 5.1.1 No such user here" in page and "asked for again" in page


def test_all_of_it_works_while_redis_is_away(owner, app, mailbox, refused):
    there = app.extensions["daymark.redis"]
    app.extensions["daymark.redis"] = type(there).from_url("unix:///nowhere/valkey.sock")
    try:
        page = owner.get(URL)
        assert page.status_code == 200 and "The queue cannot be reached" in page.text
        assert owner.submit(f"{URL}/{refused[0].id}/send-again").status_code == 302
    finally:
        app.extensions["daymark.redis"] = there
    events.sweep()
    db.session.expire_all()
    assert refused[0].state is NoticeState.WAITING
