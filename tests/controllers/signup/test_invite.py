"""Signing up by the link in an invitation: once, in time, by whoever is first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models import Event, Invitation, SignIn, User
from app.models.enums import Role
from app.models.member_mail import MemberMail
from tests.people import PASSWORD, Browser

SENT = {"username": "ivy", "password": PASSWORD, "locale": "en", "timezone": "Europe/Berlin"}


@pytest.fixture
def invitation(anna):
    made = Invitation.send(email="ivy@example.org", role=Role.EDITOR, actor=anna)
    db.session.commit()
    return made


@pytest.fixture
def link(invitation):
    mail = db.session.scalars(sa.select(MemberMail).order_by(MemberMail.id.desc())).first()
    return f"/signup/invite/{mail.code}"


@pytest.fixture
def visitor(app, installed):
    return Browser(app, app.response_class, use_cookies=True)


def members():
    db.session.rollback()
    return set(db.session.scalars(sa.select(User.username)))


def test_it_works_and_signs_in(visitor, link, invitation):
    page = visitor.get(link)
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    for words in ("ivy@example.org", "Your role: Editor", "Europe/Berlin"):
        assert words in page.text
    answer = visitor.submit(link, **SENT, email="mallory@example.org")
    assert answer.location == "/dashboard/"
    home = visitor.get("/dashboard/").text
    assert "Welcome, ivy." in home and 'href="/dashboard/team"' not in home
    db.session.rollback()
    ivy = User.by_login("ivy")
    assert (ivy.email, ivy.role_label, ivy.locale, ivy.timezone) == ("ivy@example.org", "Editor", "en", "Europe/Berlin")
    [session] = db.session.scalars(sa.select(SignIn).where(SignIn.user_id == ivy.id))
    assert session.method == "invitation"
    names = db.session.scalars(sa.select(Event.name).where(Event.actor_label == "ivy")).all()
    assert "invitation.accepted" in names


def test_the_browsers_language_is_filled_in(visitor, link):
    page = visitor.get(link, headers={"Accept-Language": "de-AT,de;q=0.9"})
    assert '<option selected value="de">' in page.text or 'value="de" selected' in page.text


def test_a_used_link_is_answered_calmly(visitor, link, app):
    visitor.get(link)
    visitor.submit(link, **SENT)
    again = Browser(app, app.response_class, use_cookies=True).get(link)
    assert again.status_code == 410 and "has been used already" in again.text and "Sign in" in again.text


def test_an_expired_or_withdrawn_link_is_answered_calmly(visitor, link, invitation):
    visitor.get(link)
    invitation.expires_at -= timedelta(days=8)
    db.session.commit()
    page = visitor.get(link)
    assert page.status_code == 410 and "has expired. Ask for a new one." in page.text
    assert visitor.submit(link, **SENT).status_code == 410
    invitation.revoked_at = invitation.expires_at
    db.session.commit()
    assert "has been withdrawn" in visitor.get(link).text
    assert "ivy" not in members()


@pytest.mark.parametrize("code", ["x", "%00", "a" * 3000, "..%2f..%2fetc"])
def test_a_link_that_is_not_one_is_answered_calmly(visitor, installed, code):
    page = visitor.get(f"/signup/invite/{code}")
    assert page.status_code == 404, page.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"username": "OLIVE"}, "This username is taken."),
        ({"username": "anna@example.org"}, "This username is taken."),
        ({"username": "a b"}, "Use letters, digits"),
        ({"password": "password123"}, "too easy to guess"),
        ({"password": "ivy@example.org"}, "too easy to guess"),
        ({"timezone": "Moon/Base"}, "Not a valid choice"),
        ({"locale": "xx"}, "Not a valid choice"),
    ],
)
def test_bad_input_is_named_and_the_invitation_stays_open(visitor, link, wrong, said):
    visitor.get(link)
    answer = visitor.submit(link, **{**SENT, **wrong})
    assert answer.status_code == 422 and said in answer.text
    assert members() == {"olive", "anna"}
    assert visitor.submit(link, **SENT).status_code == 302


def test_who_became_a_member_in_another_way_hears_so(visitor, link):
    visitor.get(link)
    User.create(username="ivy2", email="ivy@example.org", password=PASSWORD, actor=None)
    db.session.commit()
    answer = visitor.submit(link, **SENT)
    assert answer.status_code == 422 and "This e-mail address is taken." in answer.text


def test_of_two_people_with_one_invitation_exactly_one_wins(app, link):
    browsers = [Browser(app, app.response_class, use_cookies=True) for _ in range(3)]
    for browser in browsers:
        browser.get(link)

    def join(number):
        return browsers[number].submit(link, **{**SENT, "username": f"ivy{number}"})

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(join, range(3)))
    assert sorted(answer.status_code for answer in answers)[0] == 302
    lost = [answer for answer in answers if answer.status_code != 302]
    assert len(lost) == 2
    for answer in lost:
        assert answer.status_code in (409, 410) and "has been used already. You can sign in." in answer.text
    assert len(members() - {"olive", "anna"}) == 1


def test_the_form_is_guarded_as_every_form_is(app, client, link):
    assert client.post(link, data=SENT).status_code == 400
    assert "ivy" not in members()
