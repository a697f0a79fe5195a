"""Signing in wherever sessions are kept."""

import pyotp
import pytest

from app import create_app, throttle
from app.extensions import db
from app.models.second_factors import new_secret
from tests.people import PASSWORD, Browser


@pytest.fixture(params=["cookie", "redis", "file"])
def browser(request, app, installed):
    """A browser on the same page, served with another session driver."""
    browser = served_by_another(app, request.param)
    browser.get("/auth/login")
    return browser


def served_by_another(app, driver):
    """A browser on the same page, served by another process or machine."""
    kept = ["TESTING", "SECRET_KEY", "APP_URL", "INSTANCE", "REDIS_URL"]
    kept += ["SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_ENGINE_OPTIONS"]
    other = create_app({**{name: app.config[name] for name in kept}, "SESSION_DRIVER": driver}, commands=False)
    return Browser(other, other.response_class, use_cookies=True)


def kept_cookie(browser):
    return browser.get_cookie("session")


def test_a_session_is_renewed_at_sign_in_ends_with_the_browser_and_at_sign_out(browser):
    before = kept_cookie(browser).value
    answer = browser.submit("/auth/login", login="olive", password=PASSWORD)
    assert answer.status_code == 302
    after = kept_cookie(browser)
    assert after.value != before and after.expires is None and after.http_only

    # Neither the id from before nor the one from after the sign-out opens anything.
    browser.get("/dashboard/")
    browser.submit("/auth/logout")
    for old in (before, after.value if browser.application.config["SESSION_DRIVER"] != "cookie" else before):
        browser.set_cookie("session", old)
        assert browser.get("/dashboard/").status_code == 302


def test_a_session_holds_and_ends_wherever_its_browser_is_served(browser, app):
    browser.submit("/auth/login", login="olive", password=PASSWORD)
    elsewhere = served_by_another(app, browser.application.config["SESSION_DRIVER"])
    assert elsewhere.get("/dashboard/").status_code == 302
    elsewhere.set_cookie("session", kept_cookie(browser).value)
    assert elsewhere.get("/dashboard/user").status_code == 200
    assert elsewhere.submit("/dashboard/user/sessions/end").status_code == 302
    assert browser.get("/dashboard/").status_code == 302


def test_an_id_that_somebody_else_chose_is_not_taken(browser):
    browser.set_cookie("session", "chosen-by-somebody-else")
    browser.get("/auth/login")
    browser.submit("/auth/login", login="olive", password=PASSWORD)
    assert kept_cookie(browser).value != "chosen-by-somebody-else"
    assert browser.get("/dashboard/").status_code == 200


def test_being_remembered_rebuilds_it(browser):
    browser.submit("/auth/login", login="olive", password=PASSWORD, remember="y")
    browser.set_cookie("session", "of another driver")
    assert browser.get("/dashboard/").status_code == 200


@pytest.fixture
def stranded(app, installed, tmp_path):
    """A visitor with a session in a Redis that is away."""
    kept = ["SECRET_KEY", "APP_URL", "INSTANCE", "SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_ENGINE_OPTIONS"]
    settings = {name: app.config[name] for name in kept}
    away = {"SESSION_DRIVER": "redis", "REDIS_URL": f"unix://{tmp_path}/away.sock"}
    visitor = create_app({**settings, **away}, commands=False).test_client()
    visitor.set_cookie("session", "x" * 43)
    yield visitor
    throttle.init_app(app)  # the limiter is one for all applications of a process


@pytest.mark.parametrize("path", ["/", "/subscribe", "/health", "/api/v1/components", "/nothing"])
def test_while_redis_is_away_a_session_in_it_takes_the_page_from_nobody(stranded, path, caplog):
    assert stranded.get(path).status_code == (404 if path == "/nothing" else 200)
    assert "Traceback" not in caplog.text
    assert stranded.get_cookie("session").value == "x" * 43


@pytest.mark.parametrize("path", ["/auth/login", "/dashboard/", "/signup/invite/code"])
def test_what_needs_the_session_says_back_soon(stranded, path, caplog):
    for answer in (stranded.get(path), stranded.post(path)):
        assert answer.status_code == (405 if path == "/dashboard/" and answer.request.method == "POST" else 503)
    assert "Traceback" not in caplog.text


def test_a_first_visit_while_redis_is_away_gets_the_form(stranded, caplog):
    stranded.delete_cookie("session")
    assert stranded.get("/auth/login").status_code == 200
    assert "Traceback" not in caplog.text


def test_the_second_step_is_remembered_in_each(browser, olive):
    secret = new_secret()
    codes = olive.enable_totp(secret, pyotp.TOTP(secret).now(), actor=olive)
    db.session.commit()
    assert browser.submit("/auth/login", login="olive", password=PASSWORD, remember="y").location == "/auth/2fa"
    browser.get("/auth/2fa")
    assert browser.submit("/auth/2fa", recovery=codes[0]).location == "/dashboard/"
    assert browser.get("/dashboard/").status_code == 200
    browser.set_cookie("session", "of another driver")
    assert browser.get("/dashboard/").status_code == 200
