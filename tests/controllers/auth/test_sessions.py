import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models import Event, User
from app.models.event import EventName
from tests.people import PASSWORD, Browser
from tests.timing import seconds


@pytest.fixture
def browser(app, installed):
    """A browser with the sign-in page open."""
    browser = Browser(app, app.response_class, use_cookies=True)
    assert browser.get("/auth/login").status_code == 200
    return browser


def signs_in(browser, login="olive", password=PASSWORD, **more):
    return browser.submit("/auth/login", login=login, password=password, **more)


@pytest.mark.parametrize("login", ["olive", "Olive", " olive ", "olive@example.org", "OLIVE@Example.org"])
def test_it_works_with_username_or_address(browser, login):
    answer = signs_in(browser, login)
    assert (answer.status_code, answer.location) == (302, "/dashboard/")
    assert browser.get("/dashboard/").status_code == 200
    [event] = db.session.scalars(sa.select(Event).where(Event.name == EventName.USER_SIGNED_IN))
    assert event.actor_label == "olive"


def test_editors_and_viewers_may_too(app, ed, vic, sign_in):
    for member in (ed, vic):
        assert sign_in(member).get("/dashboard/").status_code == 200


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("olive", "opensesame"),
        ("nobody", PASSWORD),
        ("olive@example.com", PASSWORD),
        ("' or 1=1 --", "opensesame"),
    ],
)
def test_name_and_password_are_never_told_apart(browser, login, password):
    answer = signs_in(browser, login, password)
    assert answer.status_code == 422
    assert "Wrong username or password." in answer.text and password not in answer.text
    assert browser.get("/dashboard/").status_code == 302


@pytest.mark.parametrize("login", ["\0", "olive\0", "x" * 256])
def test_what_can_be_no_name_is_refused(browser, login):
    answer = signs_in(browser, login)
    assert answer.status_code == 422 and 'id="login-error"' in answer.text


@pytest.mark.parametrize("login", ["ölive", "olivé", "olive@example.örg"])
def test_what_only_looks_alike_names_nobody(browser, login):
    """MariaDB takes ö for o: one account would have as many counts of tries as there are accents."""
    assert browser.submit("/auth/login", login=login, password=PASSWORD).status_code == 422
    assert User.by_login(login) is None


@pytest.mark.parametrize("name", ["login", "password"])
def test_it_asks_for_what_is_missing(browser, name):
    answer = browser.submit("/auth/login", **{"login": "olive", "password": PASSWORD, name: ""})
    assert answer.status_code == 422 and f'id="{name}-error"' in answer.text


def test_an_unknown_account_takes_as_long_as_a_known_one(browser, app):
    def tries(login):
        app.extensions["daymark.redis"].flushdb()
        signs_in(browser, login, "wrong")

    unknown, known = seconds(lambda: tries("nobody"), lambda: tries("olive"), rounds=30)
    assert unknown == pytest.approx(known, rel=0.5)


def test_the_right_password_does_not_help_after_ten_tries_from_one_address(browser):
    codes = [signs_in(browser, f"user{n}", "wrong").status_code for n in range(10)]
    assert codes == [422] * 10
    late = signs_in(browser)
    assert late.status_code == 429 and 0 < int(late.headers["Retry-After"]) <= 600
    assert "A moment, please" in late.text


def test_what_was_typed_as_a_name_is_in_no_log(browser, caplog):
    caplog.set_level("INFO")
    for _ in range(11):
        answer = signs_in(browser, "my pass\nphrase", "x")
    assert answer.status_code == 429
    assert "exceeded" in caplog.text and "phrase" not in caplog.text


def test_nor_after_ten_tries_at_one_account_from_anywhere(app, browser):
    for n in range(10):
        other = Browser(app, app.response_class, use_cookies=True)
        other.environ_base = {**other.environ_base, "REMOTE_ADDR": f"203.0.113.{n}"}
        other.get("/auth/login")
        assert signs_in(other, "OLIVE" if n % 2 else "olive", "wrong").status_code == 422
    assert signs_in(browser).status_code == 429


@pytest.mark.parametrize("path", ["/dashboard/incidents", "/dashboard/incidents?status=open&q=a", "/", "/x?next=//y"])
def test_it_leads_back_to_a_page_of_ours(browser, path):
    page = browser.get("/auth/login", query_string={"next": path})
    assert 'name="next"' in page.text
    assert signs_in(browser, next=path).location == path


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "dashboard",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        "/ok\r\nSet-Cookie: a=b",
        "/\x00",
        " //evil.example",
        "/auth/logout",
        "/" + "a" * 3000,
        "//[",
    ],
)
def test_and_never_anywhere_else(browser, path):
    page = browser.get("/auth/login", query_string={"next": path})
    assert page.status_code == 200 and 'name="next"' not in page.text
    assert signs_in(browser, next=path).location == "/dashboard/"


def test_a_page_for_members_leads_here_and_back(browser):
    answer = browser.get("/dashboard/incidents?q=disk")
    assert answer.status_code == 302
    assert answer.location == "/auth/login?next=/dashboard/incidents?q%3Ddisk"


def test_a_form_sent_too_late_leads_back_to_its_page(app, installed, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    stranger, path = app.test_client(), "/dashboard/components/create"
    answer = stranger.post(path, headers={"Referer": f"http://localhost{path}"})
    assert answer.location == f"/auth/login?next={path}"
    answer = stranger.post(path, headers={"Referer": "https://evil.example/dashboard/"})
    assert answer.location == "/auth/login"


def test_a_script_is_told_instead_of_led(app, installed):
    stranger = app.test_client()
    answer = stranger.get("/dashboard/", headers={"Sec-Fetch-Mode": "cors"})
    assert answer.status_code == 401 and answer.json["ok"] is False


def test_whoever_is_signed_in_need_not_again(browser):
    signs_in(browser)
    assert browser.get("/auth/login").location == "/dashboard/"
    assert browser.get("/auth/login?next=/dashboard/components").location == "/dashboard/components"


def cookies(answer, name):
    return [line for line in answer.headers.getlist("Set-Cookie") if line.startswith(f"{name}=")]


def test_the_cookies_are_out_of_reach_of_scripts_and_other_sites(browser):
    answer = signs_in(browser, remember="y")
    for name in ("session", "remember_token"):
        [line] = cookies(answer, name)
        assert "HttpOnly" in line and "SameSite=Lax" in line
    assert "no-store" in answer.headers["Cache-Control"]


def test_over_https_they_stay_on_https(browser, app, monkeypatch):
    for name in ("SESSION_COOKIE_SECURE", "REMEMBER_COOKIE_SECURE"):
        monkeypatch.setitem(app.config, name, True)
    answer = signs_in(browser, remember="y")
    assert all("Secure" in cookies(answer, name)[0] for name in ("session", "remember_token"))


def test_a_page_meant_for_https_says_so_when_opened_without(app, installed, monkeypatch):
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)
    monkeypatch.setitem(app.config, "APP_URL", "https://status.example.com")
    page = app.test_client().get("/auth/login", headers={"Host": "192.0.2.7:8000"}).text
    assert 'href="https://status.example.com/auth/login"' in page
    assert (
        "https://status.example.com/auth/login" not in app.test_client().get("/auth/login", base_url="https://x").text
    )


def test_being_remembered_outlives_the_browser_and_ends_with_signing_out(app, browser):
    assert not cookies(signs_in(browser), "remember_token")
    browser.get("/dashboard/")
    browser.submit("/auth/logout")
    browser.get("/auth/login")
    [line] = cookies(signs_in(browser, remember="y"), "remember_token")
    assert "Expires=" in line
    browser.delete_cookie("session")
    assert browser.get("/dashboard/").status_code == 200
    browser.submit("/auth/logout")
    browser.delete_cookie("session")
    assert browser.get("/dashboard/").status_code == 302


def test_nothing_that_was_set_before_goes_along(browser):
    with browser.session_transaction() as session:
        session["planted"] = "by somebody else"
        before = session["csrf_token"]
    signs_in(browser)
    with browser.session_transaction() as session:
        assert "planted" not in session and session.get("csrf_token") != before


def test_every_session_ends_when_its_key_is_changed(browser, olive):
    signs_in(browser, remember="y")
    olive.session_key = "another"
    db.session.commit()
    assert browser.get("/dashboard/").status_code == 302


@pytest.mark.parametrize("forged", ["1", "1.", "1.wrong", "x.y", "9999.a", "-1.a", ".", "1.é"])
def test_a_made_up_identity_is_nobody(browser, forged):
    with browser.session_transaction() as session:
        session["_user_id"], session["_fresh"] = forged, True
    assert browser.get("/dashboard/").status_code == 302


def test_signing_out(browser):
    signs_in(browser)
    asked = browser.get("/auth/logout")
    assert asked.status_code == 200 and "Sign out?" in asked.text
    assert browser.get("/dashboard/").status_code == 200, "a link alone does nothing"
    answer = browser.submit("/auth/logout")
    assert answer.location == "/auth/login"
    assert "You are signed out." in browser.get("/auth/login").text
    assert browser.get("/dashboard/").status_code == 302
    assert browser.get("/auth/logout").location == "/auth/login"


def test_other_sites_can_neither_sign_in_nor_out(browser):
    signs_in(browser)
    assert browser.post("/auth/logout").status_code == 400
    assert browser.get("/dashboard/").status_code == 200
    assert browser.application.test_client().post("/auth/login", data={"login": "olive"}).status_code == 400
