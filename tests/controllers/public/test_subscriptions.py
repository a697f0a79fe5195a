import re
from datetime import timedelta

import pytest

from app.extensions import db
from app.lib import clock, signing
from app.models import Event, Subscriber
from app.models.enums import Visibility
from app.models.subscriber import VERIFY_WITHIN
from tests.factories import make_component, make_group, make_subscriber
from tests.mailbox import Mailbox
from tests.people import Browser


@pytest.fixture
def browser(app, client):
    """A guest's browser."""
    return Browser(app, app.response_class, use_cookies=True)


def ask(browser, email="sue@example.org", **fields):
    browser.get("/subscribe")
    return browser.submit("/subscribe", email=email, **fields)


def path_in(message, word: str) -> str:
    """The link in a mail whose path holds `word`, without the host."""
    return re.search(rf"http://status\.test(/\S*{word}/\S+)", Mailbox.text(message))[1]


def subscriber(email="sue@example.org") -> Subscriber:
    db.session.expire_all()
    return Subscriber.by_email(email)


def test_signing_up_takes_a_mail_and_a_button(browser, mailbox, run_jobs):
    make_component("API")
    assert "Check your inbox" in ask(browser).text
    run_jobs()
    link = path_in(*mailbox.to("sue@example.org"), "verify")

    assert "Confirm" in browser.get(link).text
    assert not subscriber().is_verified  # a mail scanner that follows the link confirms nothing
    answer = browser.submit(link)
    assert answer.status_code == 303
    assert subscriber().is_active
    assert "You are subscribed" in browser.get(answer.location).text
    assert browser.get(link).location.startswith("/subscribe/manage/")


def test_the_answer_is_the_same_for_every_address(browser, mailbox, run_jobs):
    make_subscriber("known@example.org")
    make_subscriber("waiting@example.org", verified=False)
    make_subscriber("gone@example.org").unsubscribe()
    db.session.commit()
    pages = set()
    for name in ("known", "waiting", "gone", "fresh"):
        answer = ask(browser, f"{name}@example.org")
        pages.add((answer.status_code, re.sub(rf"{name}@|nonce-\S+", "", answer.text)))
    assert len(pages) == 1
    run_jobs()
    subjects = {m["To"]: m["Subject"] for m in mailbox.messages if m["To"] != "waiting@example.org"}
    assert subjects["known@example.org"].startswith("Your subscription")
    assert subjects["gone@example.org"].startswith("Confirm") and subjects["fresh@example.org"].startswith("Confirm")


@pytest.mark.parametrize(
    "email",
    ["sue", "sue@", "a b@example.org", "", "x" * 300 + "@example.org", "sue@example.org\r\nBcc: x@y.org", "<script>"],
)
def test_a_bad_address_is_refused_with_what_was_typed(browser, email):
    answer = ask(browser, email)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text and "One thing needs your attention." in answer.text
    assert not email or re.search(r'value="[^"]', answer.text.split('name="email"')[1][:900])
    assert "<script>" not in answer.text
    assert not list(db.session.scalars(Subscriber.newest_first()))


def test_a_robot_is_thanked_and_forgotten(browser):
    assert "Check your inbox" in ask(browser, topic="buy now").text
    assert subscriber() is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://status.test"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://status.test.evil.example"},
        {"Origin": "http://status.test:8080"},
        {"Origin": "null"},
    ],
)
def test_what_another_site_s_page_sends_is_refused(client, sign_in, olive, headers):
    make_subscriber("tom@example.org", verified=False)
    verify, manage = (subscriber("tom@example.org").code(purpose) for purpose in ("verify", "manage"))
    for who in (client, sign_in(olive)):
        for path in ("/subscribe", f"/subscribe/verify/{verify}", f"/subscribe/manage/{manage}"):
            fields = {"email": "sue@example.org", "scope": "everything"}
            assert who.post(path, data=fields, headers=headers).status_code == 400, path
    assert subscriber() is None and not subscriber("tom@example.org").is_verified


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://status.test"},
        {"Origin": "http://127.0.0.1:8000", "Host": "127.0.0.1:8000"},
    ],
)
def test_what_our_own_page_sends_is_taken(client, sign_in, olive, headers):
    for who in (client, sign_in(olive)):
        assert who.post("/subscribe", data={"email": "sue@example.org"}, headers=headers).status_code == 200


def test_one_address_can_be_asked_for_only_so_often(browser):
    answers = [ask(browser).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
    late = ask(browser)
    assert "A moment, please" in late.text and int(late.headers["Retry-After"]) > 0
    assert ask(browser, "other@example.org").status_code == 200


def test_however_the_address_is_written(browser):
    ways = [
        "sue@example.org",
        "SUE@Example.org",
        "sue@ｅxample.org",
        "sue@eｘample.org",
        " sue@example.org ",
        "sue@exaｍple.org",
    ]
    assert [ask(browser, way).status_code for way in ways] == [200] * 5 + [429]


def test_one_visitor_can_ask_only_so_often(browser):
    answers = [ask(browser, f"sue{n}@example.org").status_code for n in range(11)]
    assert answers == [200] * 10 + [429]


@pytest.mark.parametrize("path", ["/subscribe/verify/{}", "/subscribe/manage/{}", "/unsubscribe/{}"])
def test_a_link_that_is_not_ours_does_nothing(browser, app, path):
    sue = make_subscriber(verified=False)
    other_key = signing.sign("another key", "manage", sue.id, sue.link_key)
    other_purpose = signing.sign(app.config["SECRET_KEY"], "message-id", sue.id, sue.link_key)
    old_key = signing.sign(
        app.config["SECRET_KEY"], path.split("/")[-2].replace("unsubscribe", "manage"), sue.id, "old"
    )
    for code in ("x", "a.b.c", other_key, other_purpose, old_key, sue.code("manage")[:-1]):
        browser.get("/subscribe")
        for answer in (browser.get(path.format(code)), browser.submit(path.format(code))):
            assert answer.status_code == 404
            assert "This link does not work any more" in answer.text and 'href="/subscribe"' in answer.text
    assert not subscriber().is_verified


def test_a_link_to_confirm_ends_with_time_and_the_others_do_not(browser, monkeypatch):
    sue = make_subscriber(verified=False)
    verify, manage = sue.code("verify"), sue.code("manage")
    later = (clock.now() + VERIFY_WITHIN + timedelta(minutes=1)).timestamp()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    assert browser.get(f"/subscribe/verify/{verify}").status_code == 404
    assert browser.get(f"/subscribe/manage/{manage}").status_code == 200


def test_choosing_components(browser):
    core = make_group("Core")
    api, web = make_component("API", group=core), make_component("Web")
    sue = make_subscriber()
    path = f"/subscribe/manage/{sue.code('manage')}"
    page = browser.get(path).text
    assert "Core" in page and "Other components" in page

    saved = browser.submit(path, scope="chosen", components=[str(api.id)])
    assert saved.status_code == 303
    assert (subscriber().everything, subscriber().component_ids) == (False, {api.id})
    assert "Saved." in browser.get(saved.location).text and "Saved." not in browser.get(path).text
    assert re.search(rf'value="{api.id}" checked', browser.get(path).text)
    assert not re.search(rf'value="{web.id}" checked', browser.get(path).text)

    browser.submit(path, scope="everything", components=[str(web.id)])
    assert (subscriber().everything, subscriber().component_ids) == (True, set())


@pytest.mark.parametrize(
    "fields",
    [
        {"scope": "chosen"},
        {"scope": "x"},
        {},
        {"scope": "chosen", "components": "x"},
        {"scope": "chosen", "components": "99"},
    ],
)
def test_a_choice_that_makes_no_sense_is_refused_and_nothing_is_lost(browser, fields):
    api = make_component("API")
    sue = make_subscriber(components=[api])
    path = f"/subscribe/manage/{sue.code('manage')}"
    browser.get(path)
    answer = browser.submit(path, **fields)
    assert answer.status_code == 422
    assert "needs your attention" in answer.text
    assert subscriber().component_ids == {api.id}


def test_only_what_guests_see_can_be_chosen(browser):
    secret = make_component("Secret", visibility=Visibility.MEMBERS)
    make_component("Inner", group=make_group("Secret group", visibility=Visibility.MEMBERS))
    make_component("Off", enabled=False)
    sue = make_subscriber()
    path = f"/subscribe/manage/{sue.code('manage')}"
    page = browser.get(path).text
    assert "Secret" not in page and "Inner" not in page and "Off<" not in page
    assert browser.submit(path, scope="chosen", components=[str(secret.id)]).status_code == 422


def test_leaving_asks_first_and_can_be_undone(browser):
    sue = make_subscriber()
    path = f"/unsubscribe/{sue.code('manage')}"
    assert "Unsubscribe?" in browser.get(path).text
    assert subscriber().is_active
    left = browser.submit(path)
    assert left.status_code == 200 and "You are unsubscribed" in left.text
    assert not subscriber().is_active
    assert "You are unsubscribed" in browser.get(f"/subscribe/manage/{sue.code('manage')}").text
    again = re.search(r'action="(/subscribe/verify/[^"]+)"', left.text)[1]
    assert browser.submit(again).status_code == 303
    assert subscriber().is_active


def test_a_mail_program_unsubscribes_with_one_click(app, client):
    sue = make_subscriber()
    program = app.test_client(use_cookies=False)
    answer = program.post(f"/unsubscribe/{sue.code('manage')}", data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert "Set-Cookie" not in answer.headers
    assert not subscriber().is_active


def test_one_click_twice_is_fine_and_told_once(client):
    path = f"/unsubscribe/{make_subscriber().code('manage')}"
    for _ in range(2):
        assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    names = [event.name for event in db.session.scalars(db.select(Event))]
    assert names.count("subscriber.unsubscribed") == 1


def test_personal_pages_are_kept_by_nobody_and_listed_nowhere(client):
    sue = make_subscriber(verified=False)
    verified = make_subscriber("tom@example.org")
    paths = [
        "/subscribe",
        f"/subscribe/verify/{sue.code('verify')}",
        f"/subscribe/manage/{verified.code('manage')}",
        f"/unsubscribe/{verified.code('manage')}",
    ]
    for path in paths:
        answer = client.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["Referrer-Policy"] == "same-origin"


def test_buttons_work_over_https_with_the_referer_that_browsers_send(app, client):
    browser = Browser(app, app.response_class, use_cookies=True)
    path = f"/subscribe/verify/{make_subscriber(verified=False).code('verify')}"
    over_https = {"base_url": "https://status.test"}
    browser.get(path, **over_https)
    headers = {"Referer": f"https://status.test{path}"}
    answer = browser.post(path, data={"csrf_token": browser.token}, headers=headers, **over_https)
    assert answer.status_code == 303
