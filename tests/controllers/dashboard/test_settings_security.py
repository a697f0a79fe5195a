"""Who signed in, who could be let in by a password alone, and for how long it is kept."""

import re
from datetime import timedelta

import pytest

from app.extensions import db
from app.jobs import housekeeping
from app.lib import clock
from app.models import Setting
from app.models.sign_in import SignIn
from tests.effects import effect_of
from tests.people import PASSWORD

URL = "/dashboard/settings/security"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def owner(sign_in, olive):
    browser = sign_in(olive)
    browser.get(URL)
    return browser


def filled_in(**changes):
    """The form as it stands, with changes; an unchecked box is not sent."""
    return {"session_hours": "336", "event_days": "365", "sign_in_days": "90", **changes}


def rows(page) -> list[list[str]]:
    body = re.search(r"<tbody>(.*?)</tbody>", page.text, re.DOTALL)
    cells = [
        re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        for row in re.findall(r"<tr>(.*?)</tr>", body[1] if body else "", re.DOTALL)
    ]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


def test_the_list_tells_who_signed_in_from_where_and_how(owner, app, ed):
    stranger = app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', stranger.get("/auth/login").text)[1]
    for login, password in (("ed", "wrong"), ("nobody", "wrong"), ("ed", PASSWORD)):
        stranger.post(
            "/auth/login",
            data={"csrf_token": token, "login": login, "password": password},
            headers={"User-Agent": FIREFOX},
            environ_base={"REMOTE_ADDR": "203.0.113.7"},
        )
    told = rows(owner.get(URL + "/sign-ins"))
    assert [row[1:] for row in told[:3]] == [
        ["ed", "Password", "203.0.113.7 Firefox, Linux", "Signed in"],
        ["An unknown name", "Password", "203.0.113.7 Firefox, Linux", "Failed"],
        ["ed", "Password", "203.0.113.7 Firefox, Linux", "Failed"],
    ]
    assert [row[1] for row in rows(owner.get(f"{URL}/sign-ins?member={ed.id}"))] == ["ed", "ed"]
    assert [row[4] for row in rows(owner.get(f"{URL}/sign-ins?failed=1"))] == ["Failed", "Failed"]
    assert len(rows(owner.get(f"{URL}/sign-ins?member={ed.id}&failed=1"))) == 1


def test_the_list_of_sign_ins_has_pages_and_knows_when_nothing_fits(owner, olive):
    for _number in range(60):
        SignIn.fail(olive, method="password", address="203.0.113.9", agent="x")
    db.session.commit()
    first, second = (owner.get(f"{URL}/sign-ins?failed=1&page={number}") for number in (1, 2))
    assert [len(rows(first)), len(rows(second))] == [50, 10]
    assert "failed=1" in re.search(r'href="([^"]+)"[^>]*rel="next"', first.text)[1]
    assert owner.get(f"{URL}/sign-ins?page=9").status_code == 404
    assert owner.get(f"{URL}/sign-ins?member=99999999999999999999&page=x").status_code == 200


def test_members_without_a_second_factor_are_named_until_they_have_one(owner, ed, olive):
    page = owner.get(URL).text
    assert f'href="/dashboard/team/{ed.id}">ed</a>' in page and ">olive</a>" in page
    for member in (ed, olive):
        member.totp_confirmed_at = clock.now()
    db.session.commit()
    assert "Everyone has set one up." in owner.get(URL).text


@effect_of("sign_in_days")
def test_sign_ins_are_forgotten_after_so_many_days_but_no_open_session(owner, olive, monkeypatch):
    SignIn.fail(olive, method="password", address="203.0.113.9", agent="x")
    db.session.commit()
    owner.submit(URL, **filled_in(sign_in_days="3"))
    later = clock.now() + timedelta(days=4)
    monkeypatch.setattr("app.lib.clock.now", lambda: later)
    assert len(rows(owner.get(URL + "/sign-ins"))) == 2
    housekeeping.prune_sign_ins()
    [left] = rows(owner.get(URL + "/sign-ins"))
    assert left[4] == "Signed in", "the session with which this is read"
    assert "Kept for 3 days." in owner.get(URL + "/sign-ins").text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("session_hours", "0", "Enter a whole number from 1 to 8784."),
        ("sign_in_days", "0", "Enter a whole number from 1 to 3650."),
        ("event_days", "3", "Enter 0 for ever, or at least 7 days."),
        ("event_days", "x", "Enter a whole number from 0 to 3650."),
    ],
)
def test_what_makes_no_sense_is_refused(owner, field, value, words):
    answer = owner.submit(URL, **filled_in(**{field: value}))
    assert answer.status_code == 422 and words in answer.text
    assert Setting.get(field) != value


def test_the_origins_of_the_api_are_a_link_away(owner):
    assert 'href="/dashboard/settings/api"' in owner.get(URL).text.partition("Only members")[2]
