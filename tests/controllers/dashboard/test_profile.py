"""One's own account: everyone has one, viewers as well, and nobody touches another's."""

import re

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models import Event, SignIn, User
from app.models.member_mail import MemberMail
from tests.people import PASSWORD

NEW = "lantern orbit maple seven"
PAGE, EMAIL, WORD = "/dashboard/user", "/dashboard/user/email", "/dashboard/user/password"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture
def his(sign_in, vic):
    """A viewer's browser."""
    browser = sign_in(vic)
    browser.get(PAGE)
    return browser


def links(mailbox):
    """The links to /auth/email/… in the mails so far, with whom they went to."""
    texts = [(mail["To"], mail.get_body(("plain",)).get_content()) for mail in mailbox.messages]
    return [(to, "/auth/email/" + text.split("/auth/email/")[1].split()[0]) for to, text in texts if "/email/" in text]


def test_it_shows_who_one_is(his, vic):
    page = his.get(PAGE).text
    for words in ("vic@example.org", "Viewer", "This one", "As the page: UTC", "Sign out everywhere"):
        assert words in page, words
    assert 'href="/dashboard/user"' in his.get("/dashboard/").text
    assert "API tokens</a>" not in page


def test_name_language_and_zone_are_changed_and_noted(his, vic, look):
    answer = his.submit(PAGE, username="victor", locale="en", timezone="Asia/Tokyo")
    assert answer.location == PAGE and "Your profile has been saved." in his.get(PAGE).text
    assert (look(vic).username, vic.locale, vic.timezone) == ("victor", "en", "Asia/Tokyo")
    event = db.session.scalar(sa.select(Event).where(Event.name == "user.edited"))
    assert event.data["changed"]["username"] == ["vic", "victor"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"username": "Olive"}, "This username is taken."),
        ({"username": "olive@example.org"}, "This username is taken."),
        ({"username": "<b>"}, "Use letters, digits"),
        ({"username": ""}, "Choose a username."),
        ({"timezone": "Moon/Base"}, "Not a valid choice"),
        ({"locale": "tlh"}, "Not a valid choice"),
    ],
)
def test_bad_input_is_named_and_nothing_changes(his, vic, look, sent, said):
    answer = his.submit(PAGE, **{"username": "vic", "locale": "", "timezone": "", **sent})
    assert answer.status_code == 422 and said in answer.text
    assert (look(vic).username, vic.timezone, vic.locale) == ("vic", "", "")


def test_the_dashboard_speaks_the_members_language(his, vic):
    vic.locale = "de"
    db.session.commit()
    assert '<html lang="de"' in his.get(PAGE, headers={"Accept-Language": "fr"}).text
    vic.locale = ""
    db.session.commit()
    assert '<html lang="fr"' in his.get(PAGE, headers={"Accept-Language": "fr"}).text


def test_an_address_counts_once_its_link_was_followed(his, vic, look, mailbox, run_jobs, client):
    answer = his.submit(EMAIL, email="Vic2@Example.org", present=PASSWORD)
    assert answer.location == PAGE
    page = his.get(PAGE).text
    assert "Until then nothing changes." in page and "vic2@example.org" in page
    assert look(vic).email == "vic@example.org"
    run_jobs()
    [(to, link)] = links(mailbox)
    assert to == "vic2@example.org" and link.split("/")[-1] not in repr(everything())
    opened = client.get(link)
    assert opened.status_code == 200 and "vic2@example.org becomes the address of vic." in opened.text
    assert look(vic).email == "vic@example.org", "scanners open every link"
    his.get(link)
    assert his.submit(link).location == PAGE
    assert look(vic).email == "vic2@example.org" and "Not confirmed yet" not in his.get(PAGE).text
    run_jobs()
    told = mailbox.messages[-1]
    assert told["To"] == "vic@example.org" and "vic2@example.org" in told.get_body(("plain",)).get_content()
    assert his.get(link).status_code == 404 and his.submit(link).status_code == 404
    event = db.session.scalar(sa.select(Event).where(Event.name == "user.email_changed"))
    assert event.data["changed"] == {"email": ["vic@example.org", "vic2@example.org"]}


def everything():
    return [db.session.execute(sa.select(table)).all() for table in db.metadata.sorted_tables]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"email": "olive@example.org"}, "This e-mail address is taken."),
        ({"email": "VIC@example.org"}, "This is your address already."),
        ({"email": "nobody"}, "Enter an e-mail address"),
        ({"present": "wrong"}, "This is not your present password."),
        ({"present": ""}, "Enter your present password."),
    ],
)
def test_an_address_that_cannot_be_taken_is_refused(his, vic, sent, said):
    answer = his.submit(EMAIL, **{"email": "vic2@example.org", "present": PASSWORD, **sent})
    assert answer.status_code == 422 and said in answer.text
    assert db.session.query(MemberMail).count() == 0


def test_an_address_that_was_taken_meanwhile_is_not_taken_again(his, vic, look, mailbox, run_jobs):
    his.submit(EMAIL, email="new@example.org", present=PASSWORD)
    run_jobs()
    [(_to, link)] = links(mailbox)
    User.create(username="nell", email="new@example.org", password=PASSWORD, actor=None)
    db.session.commit()
    his.get(link)
    assert his.submit(link).status_code == 404
    assert look(vic).email == "vic@example.org"


def test_mails_to_one_address_are_few(his, vic):
    for number in range(5):
        assert his.submit(EMAIL, email=f"vic{number}@example.org", present=PASSWORD).status_code == 302
    answer = his.submit(EMAIL, email="vic9@example.org", present=PASSWORD)
    assert answer.status_code == 422 and "Please wait a little." in answer.text


def test_guesses_of_the_password_are_counted_for_the_member(his, vic, sign_in):
    codes = [his.submit(WORD, present=f"wrong {n}", password=NEW).status_code for n in range(11)]
    assert codes == [422] * 10 + [429]
    other = sign_in(vic)
    other.get(PAGE)
    assert other.submit(WORD, present="wrong", password=NEW).status_code == 429, "another browser is no new chance"


def test_a_new_password_ends_all_other_sessions(his, vic, sign_in, mailbox, run_jobs):
    other = sign_in(vic)
    assert other.get(PAGE).status_code == 200
    assert his.submit(WORD, present=PASSWORD, password=NEW).location == PAGE
    assert "signed out everywhere else" in his.get(PAGE).text
    assert other.get(PAGE).status_code == 302
    db.session.rollback()
    assert User.authenticate("vic", NEW) and not User.authenticate("vic", PASSWORD)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"present": "wrong"}, "This is not your present password."),
        ({"password": "vic@example.org"}, "too easy to guess"),
        ({"password": "short"}, "too easy to guess"),
        ({"password": "x" * 201}, "Use at most 200 characters."),
    ],
)
def test_a_password_that_cannot_be_taken_is_refused(his, vic, sent, said):
    answer = his.submit(WORD, **{"present": PASSWORD, "password": NEW, **sent})
    assert answer.status_code == 422 and said in answer.text
    assert User.authenticate("vic", PASSWORD)


def test_sessions_are_listed_and_ended_one_by_one(his, vic, sign_in, olive):
    other, hers = sign_in(vic), sign_in(olive)
    rows = db.session.scalars(sa.select(SignIn).order_by(SignIn.id)).all()
    here, there, olives = (row.id for row in rows)
    rows[1].agent, rows[1].address = FIREFOX, "192.0.2.7"
    db.session.commit()
    page = his.get(PAGE).text
    assert "Firefox on Linux" in page and "192.0.2.7" in page and page.count("This one") == 1
    assert f"/sessions/{here}/end" not in page
    assert his.submit(f"/dashboard/user/sessions/{olives}/end").status_code == 404
    assert his.submit(f"/dashboard/user/sessions/{there}/end").status_code == 302
    assert "That device has been signed out." in his.get(PAGE).text
    assert other.get(PAGE).status_code == 302 and hers.get(PAGE).status_code == 200
    assert his.submit(f"/dashboard/user/sessions/{there}/end").status_code == 404


def test_sign_out_everywhere_asks_and_means_it(his, vic, sign_in, olive):
    other, hers = sign_in(vic), sign_in(olive)
    assert "Sign out everywhere?" in his.get("/dashboard/user/sessions/end").text
    assert other.get(PAGE).status_code == 200
    assert his.submit("/dashboard/user/sessions/end").location == "/auth/login"
    assert "You are signed out everywhere." in his.get("/auth/login").text
    for browser in (his, other):
        assert browser.get(PAGE).status_code == 302
    assert hers.get(PAGE).status_code == 200


def test_many_sessions_take_no_more_questions_and_have_pages(queries, browser, ed):
    number, alone = ed.id, queries(PAGE)
    rows = [{"user_id": number, "succeeded": True, "digest": f"d{n}", "address": f"192.0.2.{n}"} for n in range(60)]
    db.session.execute(sa.insert(SignIn), rows)
    db.session.commit()
    assert queries(PAGE) == alone <= 9
    assert "192.0.2.0<" in browser.get(f"{PAGE}?page=3").text or "192.0.2.0<" in browser.get(f"{PAGE}?page=4").text


@pytest.mark.parametrize("way", [WORD, "/dashboard/user/sessions/end"])
def test_a_link_that_somebody_else_asked_for_is_void_once_one_shuts_them_out(his, vic, look, run_jobs, mailbox, way):
    his.submit(EMAIL, email="thief@example.org", present=PASSWORD)
    his.submit("/auth/forgot", login="vic")
    run_jobs()
    [(_to, path)] = links(mailbox)
    reset = re.search(r"/auth/reset/\S+", "".join(mailbox.text(mail) for mail in mailbox.messages))[0]
    assert his.get(reset).status_code == 200
    assert his.submit(way, present=PASSWORD, password=NEW).status_code == 302
    his.get("/auth/login")
    for link in (path, reset):
        assert his.get(link).status_code == his.submit(link, password=NEW).status_code == 404
    assert look(vic).email == "vic@example.org"


def test_a_link_to_a_new_password_is_void_once_the_address_it_went_to_is_not_theirs(his, vic, run_jobs, mailbox):
    his.submit("/auth/forgot", login="vic")
    his.submit(EMAIL, email="vic2@example.org", present=PASSWORD)
    run_jobs()
    [(_to, path)] = links(mailbox)
    reset = re.search(r"/auth/reset/\S+", "".join(mailbox.text(mail) for mail in mailbox.messages))[0]
    his.get(path)
    assert his.submit(path).status_code == 302
    assert his.get(reset).status_code == 404
