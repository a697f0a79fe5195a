"""A forgotten password, from the link on the sign-in page to signing in with another one."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.jobs import queue_named
from app.lib import clock
from app.models import Event, MailedCode, MemberMail
from app.models.enums import NoticeState
from app.models.event import EventName
from tests.people import PASSWORD, Browser
from tests.queries import count_queries

NEW = "a rather new battery staple"


@pytest.fixture
def browser(app, installed):
    browser = Browser(app, app.response_class, use_cookies=True)
    assert 'href="/auth/forgot"' in browser.get("/auth/login").text
    assert browser.get("/auth/forgot").status_code == 200
    return browser


@pytest.fixture
def asks(browser, mailbox, run_jobs):
    """asks(login): the path of the link that is mailed, or None."""

    def ask(login="ed"):
        before = len(mailbox.messages)
        answer = browser.submit("/auth/forgot", login=login)
        assert answer.status_code == 200 and "Check your inbox" in answer.text
        run_jobs()
        if len(mailbox.messages) == before:
            return None
        return re.search(r"http://status\.test(/auth/reset/\S+)", mailbox.text(mailbox.messages[-1]))[1]

    return ask


def choose(browser, path, password=NEW):
    page = browser.get(path)
    return page if page.status_code != 200 else browser.submit(path, password=password)


def works(app, password, login="ed"):
    fresh = Browser(app, app.response_class, use_cookies=True)
    fresh.get("/auth/login")
    return fresh.submit("/auth/login", login=login, password=password).status_code == 302


@pytest.mark.parametrize("login", ["ed", "ED@example.org"])
def test_the_link_leads_to_a_new_password_and_ends_every_session(app, ed, sign_in, asks, browser, mailbox, login):
    elsewhere = sign_in(ed)
    path = asks(login)
    [message] = mailbox.to("ed@example.org")
    assert "Example Cloud" in message["Subject"] and path in mailbox.html(message)
    assert elsewhere.get("/dashboard/").status_code == 200, "asking alone ends nothing"
    answer = choose(browser, path)
    assert answer.location == "/auth/login"
    assert "Your password is changed" in browser.get("/auth/login").text
    assert elsewhere.get("/dashboard/").status_code == 302
    assert works(app, NEW) and not works(app, PASSWORD)
    names = set(db.session.scalars(sa.select(Event.name)))
    assert {EventName.PASSWORD_RESET_ASKED, EventName.USER_PASSWORD_CHANGED, EventName.USER_SESSIONS_ENDED} <= names


def test_the_member_is_told_that_it_changed(ed, asks, browser, mailbox, run_jobs):
    choose(browser, asks())
    run_jobs()
    assert "was changed" in mailbox.to("ed@example.org")[-1]["Subject"]


def test_a_link_works_once_and_takes_those_before_it_along(ed, asks, browser):
    first, second = asks(), asks()
    assert first != second
    assert browser.get(first).status_code == browser.get(first).status_code == 200, "looking uses nothing up"
    assert choose(browser, first).status_code == 302
    for path in (first, second):
        for answer in (browser.get(path), browser.submit(path, password=NEW)):
            assert answer.status_code == 404 and 'href="/auth/forgot"' in answer.text


def test_two_tabs(ed, asks, browser):
    path = asks()
    browser.get(path), browser.get(path)
    assert browser.submit(path, password=NEW).status_code == 302
    late = browser.submit(path, password="another battery of staples")
    assert late.status_code == 404 and "This link does not work any more" in late.text


def test_after_an_hour_it_is_dead(ed, asks, browser, monkeypatch):
    path, moment = asks(), clock.now() + timedelta(minutes=61)
    monkeypatch.setattr(clock, "now", lambda: moment)
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize("code", ["nonsense", "a" * 500, "é", "%00"])
def test_a_made_up_code_is_answered_calmly(browser, code):
    assert browser.get(f"/auth/reset/{code}").status_code == 404


def test_a_poor_password_is_refused_and_the_link_still_works(ed, asks, browser):
    path = asks()
    for poor in ("short", "password1234", "ed@example.org", "", "x" * 201):
        answer = choose(browser, path, poor)
        assert answer.status_code == 422 and 'id="password-error"' in answer.text
    assert choose(browser, path).status_code == 302


@pytest.mark.parametrize("login", ["nobody", "nobody@example.org", "' or 1=1 --"])
def test_strangers_get_the_same_answer_and_no_mail(browser, ed, asks, login):
    assert asks(login) is None
    known, unknown = (browser.submit("/auth/forgot", login=each) for each in ("ed", login))
    assert known.text.replace("ed", "_").count("<p") == unknown.text.replace(login, "_").count("<p")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MailedCode)) == 1
    assert (
        not db.session.scalar(
            sa.select(sa.func.count()).select_from(Event).where(Event.name == EventName.PASSWORD_RESET_ASKED)
        )
        > 1
    )


def test_the_answer_takes_as_much_work_for_strangers(browser, ed):
    def asks(login):
        with count_queries() as sent:
            browser.submit("/auth/forgot", login=login)
        return [re.sub(r"^(RELEASE|ROLLBACK TO) ", "", statement) for statement in sent]

    stranger, member = asks("nobody"), asks("ed")
    assert len([statement for statement in member if statement.startswith("INSERT")]) == 3
    assert stranger[0] == member[0], "first each is looked for by name"
    assert stranger[2:] == member[1:], "then a stranger's place is taken by somebody else, and all goes the same way"


def test_whoever_was_deactivated_gets_none_and_cannot_use_an_older_one(ed, asks, browser):
    path = asks()
    ed.deactivated_at = clock.now()
    db.session.commit()
    assert browser.get(path).status_code == 404
    assert asks() is None


def test_nobody_is_flooded(app, browser, ed, mailbox, run_jobs):
    codes = [browser.submit("/auth/forgot", login="ed").status_code for _ in range(6)]
    assert codes == [200] * 5 + [429]
    assert browser.submit("/auth/forgot", login="ed@example.org").status_code == 200
    run_jobs()
    assert len(mailbox.to("ed@example.org")) == 5


def test_the_mail_is_in_the_members_language(app, ed, asks, mailbox, monkeypatch):
    ed.locale = "de"
    db.session.commit()
    asks()
    assert '<html lang="de"' in mailbox.html(mailbox.to("ed@example.org")[-1])


def test_the_code_lies_nowhere_once_it_is_sent(app, ed, browser, mailbox, run_jobs):
    browser.submit("/auth/forgot", login="ed")
    mail = db.session.scalar(sa.select(MemberMail))
    code = mail.code
    assert code and code not in mail.sealed_code
    run_jobs()
    mail = db.session.scalar(sa.select(MemberMail))
    assert (mail.state, mail.sealed_code) == (NoticeState.SENT, None)
    assert code in mailbox.text(mailbox.messages[-1])


def test_a_mail_that_is_not_taken_is_tried_again(ed, browser, mailbox, run_jobs, monkeypatch):
    mailbox.answers["ed@example.org"] = "451 later"
    browser.submit("/auth/forgot", login="ed")
    run_jobs()
    mail = db.session.scalar(sa.select(MemberMail))
    assert (mail.state, mail.attempts) == (NoticeState.WAITING, 1) and mail.code
    mailbox.answers.clear()
    moment = clock.now() + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: moment)
    queue_named("default").enqueue("app.jobs.events.sweep")
    run_jobs()
    assert len(mailbox.to("ed@example.org")) == 1


def test_a_mail_refused_for_good_takes_its_code_along(ed, browser, mailbox, run_jobs):
    mailbox.answers["ed@example.org"] = "550 no such user"
    browser.submit("/auth/forgot", login="ed")
    run_jobs()
    mail = db.session.scalar(sa.select(MemberMail))
    assert (mail.state, mail.sealed_code) == (NoticeState.FAILED, None)


def test_nothing_is_lost_while_redis_is_away(app, ed, browser, mailbox, run_jobs):
    browser.submit("/auth/forgot", login="ed")
    app.extensions["daymark.redis"].flushdb()
    queue_named("default").enqueue("app.jobs.events.sweep")
    run_jobs()
    assert len(mailbox.to("ed@example.org")) == 1


def test_the_meter_answers(browser):
    browser.get("/auth/forgot")
    assert browser.submit("/auth/strength", password="password").json["score"] < 3
