"""A fresh installation: nothing set up, an `.env` of the test's own, and a browser in front of it."""

import pytest

from app.extensions import db
from app.lib import setup_code
from tests.people import Browser

PASSWORD = "lantern orbit maple seven"
FILLED_IN = {
    "cache_driver": "redis",
    "session_driver": "cookie",
    "mail_driver": "log",
    "mail_host": "",
    "mail_port": "587",
    "mail_encryption": "tls",
    "mail_username": "",
    "mail_password": "",
    "mail_address": "status@example.com",
    "mail_name": "",
    "site_name": "Example Cloud",
    "app_url": "http://status.test",
    "timezone": "Europe/Berlin",
    "language": "en",
    "show_support": "y",
    "username": "olive",
    "email": "olive@example.org",
    "password": PASSWORD,
}
BY_SMTP = {**FILLED_IN, "mail_driver": "smtp", "mail_host": "127.0.0.1", "mail_encryption": "null"}


@pytest.fixture
def fresh(app, tmp_path, monkeypatch):
    """The application before its first run."""
    monkeypatch.setitem(app.config, "MAIL_ADDRESS", "status@example.com")
    monkeypatch.setitem(app.config, "ENV_FILE", tmp_path / ".env")
    monkeypatch.setitem(app.config, "INSTANCE", tmp_path)
    monkeypatch.setitem(app.config, "FROM_ENVIRONMENT", frozenset({"APP_KEY"}))
    monkeypatch.setitem(app.config, "SUPERVISOR_SERVER_URL", None)
    yield app
    db.session.rollback()
    setup_code.forget(tmp_path)


@pytest.fixture
def browser(fresh):
    """A browser on this machine, with the wizard open."""
    browser = Browser(fresh, fresh.response_class, use_cookies=True)
    assert browser.get("/setup").status_code == 200
    return browser


@pytest.fixture
def env_file(fresh):
    """The lines of `.env` as they are after the wizard."""
    return lambda: fresh.config["ENV_FILE"].read_text() if fresh.config["ENV_FILE"].exists() else ""
