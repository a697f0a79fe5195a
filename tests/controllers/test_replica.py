"""A copy that follows the database answers guests: never with what is old, and for a database that is away."""

import contextvars
import json
import logging
import re
import tempfile
from pathlib import Path

import pytest
from flask_migrate import upgrade
from sqlalchemy import NullPool, create_engine, text

import config
from app import create_app, throttle
from app.controllers import replica
from app.extensions import db
from app.models import ApiToken, FirstRun
from tests import servers
from tests.factories import make_incident
from tests.people import PASSWORD, Browser, Visitor
from tests.processes import free_port, wait_until

KEY = "k3yk3yABCDEFGHIJKLMNopqrstuvwxyz0123"


class Copy(servers.PostgreSql):
    """A PostgreSQL that follows another one by streaming."""

    def __init__(self, folder: Path, first: servers.PostgreSql) -> None:
        self.binaries, self.user = first.binaries, first.user
        self.data, self.port = first.data.parent / "copy", free_port()
        self.run("pg_basebackup", "-h", "127.0.0.1", "-p", str(first.port), "-U", "daymark", "-R", "-c", "fast", "-N")
        self.start()
        url = self.url.replace("postgresql:", "postgresql+psycopg:")
        self.engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)

    def ask(self, question):
        with self.engine.connect() as connection:
            return connection.scalar(text(question))

    def stand_still(self):
        """Follow no more: from now on it is behind."""
        self.ask("SELECT pg_wal_replay_pause()")

    def catch_up(self):
        """Follow again, and have all that there is."""
        self.ask("SELECT pg_wal_replay_resume()")


class Site:
    """Daymark on a database, `first`, and its copy. Its pages are not kept, so that each answer says who was asked."""

    def __init__(self, first, copy, redis_url, folder):
        self.first, self.copy = first, copy
        read = {"APP_KEY": KEY, "ENV_FILE": "/dev/null", "DATABASE_URL": first.url, "DATABASE_READ_URL": copy.url}
        databases = {name: value for name, value in config.load(read).items() if name.startswith(("SQL", "DATABASE_"))}
        settings = {
            "METRICS_TOKEN": "a token for figures",
            "TESTING": True,
            "SECRET_KEY": KEY,
            "INSTANCE": folder,
            "REDIS_URL": redis_url,
        }
        self.app = create_app({**settings, **databases, "CACHE_DRIVER": "null", "SESSION_COOKIE_SECURE": False})
        self.app.extensions["daymark.redis"].flushdb()
        with self.app.app_context():
            upgrade()
            self.olive = FirstRun.create(username="olive", email="o@example.org", password=PASSWORD, site_name="Copied")
            self.token = ApiToken.create(name="tests", user=self.olive, actor=self.olive)[1]
            db.session.commit()
            self.member = Browser.signed_in(self.app, self.olive)

    def get(self, path="/", **headers):
        """As a guest."""
        return Visitor(self.app, self.app.response_class, use_cookies=False).get(path, headers=headers)

    def report(self, name):
        """News: another generation."""
        with self.app.app_context():
            make_incident(name)

    def told(self, token="a token for figures"):
        """What operators are told of the copy: by the doctor, /readyz and the figures."""
        # In a context of its own: it would take the application of the test's.
        doctor = contextvars.Context().run(self.app.test_cli_runner().invoke, args=["doctor", "--json"])
        checks = json.loads(doctor.stdout)["checks"]
        ready = self.get("/readyz")
        figures = self.get("/metrics", Authorization=f"Bearer {token}").text
        newest = re.findall(r'^daymark_newest_event{part="(\w+)"} (\S+)$', figures, re.MULTILINE)
        return {
            "doctor": next(check["state"] for check in checks if check["name"] == "read copy"),
            "/readyz": (ready.status_code, ready.json["checks"]["read_copy"].partition(";")[0]),
            "up": float(re.search(r'^daymark_up{part="read_copy"} (\S+)$', figures, re.MULTILINE)[1]),
            **{part: float(number) for part, number in newest},
        }

    def seconds_pass(self, seconds=10):
        """This process has known the present generation for so much longer."""
        number, since = self.app.extensions[replica.KNOWN]
        self.app.extensions[replica.KNOWN] = (number, since - seconds)


@pytest.fixture(scope="module")
def site(valkey, app):
    """Both databases running, the copy up to date; who stops one starts it again."""
    with servers.running("postgresql") as first, tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder), first)
        try:
            yield Site(first, copy, valkey.replace("db=0", "db=3"), Path(folder))
        finally:
            copy.kill()
            throttle.init_app(app)  # the limiter is one for all applications of a process


READS = ["/", "/history", "/incidents/1", "/rss", "/calendar.ics", "/api/v1/incidents", "/api/v2/summary.json"]


def test_guests_are_answered_from_the_copy_as_soon_as_it_must_have_caught_up(site):
    site.report("Everybody knows")
    assert "Everybody knows" in site.get().text
    caught_up = "SELECT count(*) = 1 FROM incidents WHERE name = 'Everybody knows'"
    wait_until(lambda: site.copy.ask(caught_up), 30, "the copy")

    site.copy.stand_still()
    site.report("Just now")
    reads = ["/", "/rss", "/api/v1/incidents", "/api/v2/summary.json"]
    assert all("Just now" in site.get(path).text for path in reads), "it is behind, and is not asked"
    site.seconds_pass()
    for path in reads:
        assert "Just now" not in site.get(path).text, "it is asked, though it is behind for longer than it may be"
        assert "Everybody knows" in site.get(path).text
    assert "Just now" in site.member.get("/").text, "members see what they have done"
    assert "Just now" in site.get("/api/v1/incidents", **{"X-Cachet-Token": site.token}).text
    assert site.get("/api/v1/incidents").headers.get("Cache-Control") == "no-cache, private"

    site.report("A moment ago")
    assert "A moment ago" in site.get().text and "Just now" in site.get().text
    site.copy.catch_up()
    site.seconds_pass()
    wait_until(lambda: "A moment ago" in site.get().text, 30, "the copy")


def test_a_copy_that_is_away_is_stood_in_for_and_mentioned_once(site, caplog):
    site.report("Told by the database")
    site.get()
    site.seconds_pass()
    site.copy.stop()
    try:
        with caplog.at_level(logging.INFO):
            for path in READS:
                assert site.get(path).status_code == 200
            assert "Told by the database" in site.get().text
            assert [line.levelname for line in caplog.records if "DATABASE_READ_URL" in line.message] == ["WARNING"]
            site.copy.start()
            site.get()
            assert len(caplog.records) == 1, "it is left alone for a while"
            site.app.extensions[replica.RESTS] -= replica.REST
            site.copy.stand_still()
            site.report("Not yet there")
            site.get()
            site.seconds_pass()
            assert "Not yet there" not in site.get().text
            assert "is back" in caplog.text
    finally:
        site.copy.catch_up()


def test_a_database_that_is_away_is_stood_in_for_and_what_may_be_old_is_not_kept(site):
    site.report("Told by the copy")
    site.get()
    site.seconds_pass()
    wait_until(lambda: "Told by the copy" in site.get().text, 30, "the copy")
    site.first.stop()
    try:
        for path in READS:
            answer = site.get(path)
            assert (answer.status_code, "no-store" in answer.headers["Cache-Control"]) == (200, False), path
        # Somebody else knows of something newer, which the copy may not have.
        site.app.extensions["daymark.redis"].incr("page:generation")
        for path in ("/", "/rss"):
            answer = site.get(path)
            assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store"), path
            assert "Told by the copy" in answer.text
        assert site.member.get("/dashboard/").status_code == 503
        assert site.get("/auth/login").status_code == 503
        assert site.get("/readyz").status_code == 503
        site.copy.stop()
        assert site.get().status_code == 503
        assert site.get("/api/v1/incidents").status_code == 503
    finally:
        site.first.start()
        site.copy.start()
    assert site.get().status_code == 200
    assert site.member.get("/dashboard/").status_code == 200


def test_operators_are_told_how_the_copy_is(site):
    wait_until(lambda: site.told()["doctor"] == "ok", 30, "the copy")
    told = site.told()
    assert told["/readyz"] == (200, "ok")
    assert told["read_copy"] == told["database"] and told["up"] == 1
    site.copy.stand_still()
    site.report("One more")
    told = site.told()
    assert (told["doctor"], told["/readyz"]) == ("note", (200, "ok"))
    assert told["database"] == told["read_copy"] + 1
    site.copy.stop()
    try:
        told = site.told()
        assert told == {"doctor": "wrong", "/readyz": (200, "does not answer"), "up": 0}
    finally:
        site.copy.start()
