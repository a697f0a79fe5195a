"""Signing in wherever sessions are kept."""

import pytest

from app import create_app
from tests.people import PASSWORD, Browser


@pytest.fixture(params=["cookie", "redis", "file"])
def browser(request, app, installed):
    """A browser on the same page, served with another session driver."""
    kept = ["TESTING", "SECRET_KEY", "APP_URL", "INSTANCE", "REDIS_URL"]
    kept += ["SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_ENGINE_OPTIONS"]
    other = create_app({**{name: app.config[name] for name in kept}, "SESSION_DRIVER": request.param}, commands=False)
    browser = Browser(other, other.response_class, use_cookies=True)
    browser.get("/auth/login")
    return browser


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
