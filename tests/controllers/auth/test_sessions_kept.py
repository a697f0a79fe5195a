"""Sessions as rows: what is noted of each, how it ends, and that a browser whose session ended is a stranger."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.lib import clock
from app.models import Event, SignIn, User
from app.models.event import EventName
from app.models.setting import Setting
from tests.effects import effect_of, saved
from tests.people import PASSWORD, Browser
from tests.queries import count_queries


def signed_in(app, member, **more):
    browser = Browser(app, app.response_class, use_cookies=True)
    browser.get("/auth/login")
    assert browser.submit("/auth/login", login=member.username, password=PASSWORD, **more).status_code == 302
    return browser


def is_in(browser):
    return browser.get("/dashboard/").status_code == 200


def newest():
    return db.session.scalar(SignIn.newest_first())


def test_a_sign_in_is_noted_with_where_and_with_what(app, ed):
    browser = Browser(app, app.response_class, use_cookies=True)
    browser.get("/auth/login")
    browser.post(
        "/auth/login",
        data={"csrf_token": browser.token, "login": "ed", "password": PASSWORD},
        headers={"User-Agent": "Firefox " + "x" * 400},
        environ_overrides={"REMOTE_ADDR": "203.0.113.9"},
    )
    row = newest()
    assert (row.user, row.method, row.address, row.succeeded) == (ed, "password", "203.0.113.9", True)
    assert row.agent.startswith("Firefox") and len(row.agent) == 255
    assert row.method_label == "Password"


@pytest.mark.parametrize(("login", "whose"), [("ed", "ed"), ("ED@example.org", "ed"), ("nobody", None)])
def test_a_failed_try_is_noted_and_is_no_session(app, ed, login, whose):
    browser = Browser(app, app.response_class, use_cookies=True)
    browser.get("/auth/login")
    browser.submit("/auth/login", login=login, password="wrong")
    row = newest()
    assert (row.user.username if row.user else None, row.succeeded, row.digest) == (whose, False, None)
    assert db.session.scalars(SignIn.open_of(ed)).all() == []


def test_signing_out_ends_it_for_good(app, ed):
    browser = signed_in(app, ed, remember="y")
    copy = browser.get_cookie("session").value, browser.get_cookie("remember_token").value
    browser.get("/dashboard/")
    browser.submit("/auth/logout")
    thief = Browser(app, app.response_class, use_cookies=True)
    for name, value in zip(("session", "remember_token"), copy, strict=True):
        thief.set_cookie(name, value)
        assert not is_in(thief), f"a copy of {name} from before the sign-out"
    assert newest().ended_at is not None
    assert EventName.USER_SIGNED_OUT in db.session.scalars(sa.select(Event.name)).all()


def test_one_is_ended_and_the_others_live_on(app, ed, olive):
    here, elsewhere = signed_in(app, ed), signed_in(app, ed, remember="y")
    newest().end(actor=olive)
    db.session.commit()
    assert is_in(here) and not is_in(elsewhere)


def test_everywhere(app, ed, olive):
    browsers = [signed_in(app, ed, remember="y"), signed_in(app, ed)]
    other = signed_in(app, olive)
    ed.end_sessions(actor=ed)
    db.session.commit()
    assert [is_in(browser) for browser in browsers] == [False, False] and is_in(other)
    browsers[0].delete_cookie("session")
    assert not is_in(browsers[0]), "being remembered does not outlive it"


def test_a_new_password_ends_all_but_the_one_it_was_chosen_in(app, ed):
    here, elsewhere = signed_in(app, ed), signed_in(app, ed)
    kept = db.session.scalars(SignIn.open_of(ed)).all()[-1]
    ed.change_password("another password entirely", keep=kept.id, actor=ed)
    db.session.commit()
    assert is_in(here) and not is_in(elsewhere)


def test_deactivation_shuts_every_door(app, ed, api, olive):
    browser, script = signed_in(app, ed, remember="y"), api(ed)
    ed.deactivate(actor=olive)
    db.session.commit()
    assert not is_in(browser)
    assert script.post("/components", json={"name": "x", "status": 1}).status_code in (401, 403)
    browser.get("/auth/login")
    assert browser.submit("/auth/login", login="ed", password=PASSWORD).status_code == 422


def test_a_session_that_begins_while_all_end_ends_too(ed):
    _row, key = SignIn.begin(ed, method="password", address="", agent="")
    cookie = ed.get_id()
    assert cookie.endswith(key) and User.for_session(cookie) is ed
    ed.session_key = "another"
    assert User.for_session(cookie) is None


@effect_of("session_hours")
def test_after_so_many_hours_one_signs_in_again(app, ed, olive, sign_in, monkeypatch):
    saved(sign_in(olive), "/dashboard/settings/security", session_hours=8)
    page = app.test_client().get("/auth/login").text
    assert "for 8 hours" in page
    browser, start = signed_in(app, ed, remember="y"), clock.now()
    for hours, expected in ((7, True), (9, False)):
        monkeypatch.setattr(clock, "now", lambda hours=hours: start + timedelta(hours=hours))
        assert is_in(browser) is expected


def test_the_session_takes_one_statement_and_a_visit_is_noted_now_and_then(app, ed, monkeypatch):
    browser, start = signed_in(app, ed), clock.now()
    Setting.all()
    with count_queries() as sent:
        assert User.for_session("1.nonsense") is None
    assert len(sent) == 1
    db.session.rollback()
    for minutes, seen in ((1, 0), (6, 6), (8, 6), (12, 12)):
        monkeypatch.setattr(clock, "now", lambda minutes=minutes: start + timedelta(minutes=minutes))
        assert is_in(browser)
        db.session.expire_all()
        assert round((newest().last_seen_at - start).total_seconds() / 60) == seen


@pytest.mark.parametrize("cookie", ["", ".", "1", "1.", "x.y", "-1.a", "1.é", "99999999999999999999.a", "²." + "a"])
def test_made_up_cookies_are_nobodys(ed, cookie):
    SignIn.begin(ed, method="password", address="", agent="")
    assert User.for_session(cookie) is None
