"""Moving: a page with a real past from SQLite to PostgreSQL, and a small one round all four databases."""

import os
import re
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

import config
from app import create_app, throttle
from app.cli import importing
from app.extensions import db
from app.lib import passphrase
from app.models import Subscriber
from app.models.demo import Demo
from app.models.statuspage_import import StatuspageImport
from app.schemas import statuspage
from tests import clocks, people, servers

PAST = Path(__file__).parents[3] / "shared" / "data" / "github-status"
NOW = datetime(2026, 8, 22, 9, 30, tzinfo=UTC)  # the day after the newest of it
SECRET = "six words that nobody else knows"
REPORT = {"name": "Slow", "message": "We look.", "status": 1, "visible": 1}
PAGES = ("/", "/history?month=2025-10", "/rss", "/atom", "/calendar.ics", "/badge.svg")
PAGES += ("/api/v1/incidents?per_page=100", "/api/v1/components", "/api/v2/summary.json")

pytestmark = pytest.mark.skipif(bool(os.environ.get("TEST_DATABASE_URL")), reason="begins with SQLite on each database")


@pytest.fixture(scope="module", autouse=True)
def quick():
    """A real Argon2id, but a small one."""
    before, passphrase.ROUNDS, passphrase.MEMORY = (passphrase.ROUNDS, passphrase.MEMORY), 1, 64
    yield
    passphrase.ROUNDS, passphrase.MEMORY = before


@pytest.fixture(scope="module")
def server():
    """server(kind): the address of an empty database on a server of that kind. All start while the first test works."""
    with ExitStack() as stack, ThreadPoolExecutor() as starters:
        begun: dict[str, Future] = {
            kind: starters.submit(lambda kind=kind: stack.enter_context(servers.running(kind)))
            for kind in servers.AT_HAND
        }
        yield lambda kind, database="daymark": begun[kind].result().url.removesuffix("daymark") + database


class Place:
    """An installation in this process, with a folder, a key and a Redis database of its own."""

    def __init__(self, folder: Path, number: int, valkey: str, database: str = "") -> None:
        folder.mkdir(mode=0o700)
        self.environ = {
            "ENV_FILE": str(folder / ".env"),
            "INSTANCE": str(folder),
            "REDIS_URL": valkey.replace("db=0", f"db={number}"),
            "DATABASE_URL": database or f"sqlite:///{folder}/daymark.sqlite",
        }
        redis.Redis.from_url(self.environ["REDIS_URL"]).flushdb()
        (folder / ".env").write_text(f"APP_KEY='the key of another machine, of number {number}'\n")
        self.app = create_app({**self.settings(), "TESTING": True, "SESSION_COOKIE_SECURE": False})

    def settings(self) -> dict:
        """What its .env and its environment say now."""
        return config.load(self.environ, Path(self.environ["ENV_FILE"]))

    def restore(self, file: Path) -> None:
        with self.app.app_context():
            done = run(self.app, "restore", file)
            assert done.exit_code == 0, done.output
        # As it is once it has been started again.
        self.app.config.update(self.settings())


@pytest.fixture
def place(tmp_path, valkey, app):
    """place(url=""): another installation; each has a Redis of its own, so that none shows what another keeps."""
    made: list[Place] = []

    def make(url: str = "") -> Place:
        made.append(Place(tmp_path / f"place{len(made)}", len(made) + 1, valkey, url))
        return made[-1]

    yield make
    throttle.init_app(app)  # the limiter is one for all applications of a process


def run(app: Flask, *args):
    return app.test_cli_runner().invoke(args=list(map(str, args)), env={"BACKUP_PASSPHRASE": SECRET})


def rows(app: Flask) -> dict[str, list]:
    """Every row of every table, as Python has them."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
            for table in db.metadata.sorted_tables
        }


@pytest.mark.skipif(not PAST.exists(), reason=f"{PAST} is not there")
def test_a_page_with_a_real_past_and_ten_thousand_readers_is_the_same_on_postgresql(
    server, place, app, olive, api, monkeypatch, tmp_path
):
    with clocks.stopped(monkeypatch) as at:
        at(NOW)
        importing_ = StatuspageImport(statuspage.read(importing._stored(PAST), str(PAST)))
        for _done in importing_.run():
            db.session.commit()
        assert not importing_.report.refused
        addresses = [f"reader.{number * 7919 % 10_000}@example.org" for number in range(10_000)]
        db.session.execute(sa.insert(Subscriber), [{"email": address, "verified_at": NOW} for address in addresses])
        db.session.commit()
        program = api(olive)
        there = place(server("postgresql"))
        (tmp_path / ".env").write_text(f"APP_URL={app.config['APP_URL']}\n")
        monkeypatch.setitem(app.config, "ENV_FILE", tmp_path / ".env")
        done = run(app, "backup", tmp_path / "it")
        assert done.exit_code == 0, done.output
        there.restore(tmp_path / "it")

        here = rows(app)
        assert rows(there.app) == here
        assert len(here["subscribers"]) == 10_000 and len(here["incident_updates"]) > 3_500
        middle = here["incidents"][len(here["incidents"]) // 2][0]
        for path in (*PAGES, f"/incidents/{middle}", f"/api/v1/incidents/{middle}"):
            assert told(there.app, path) == told(app, path), path
        token = {"X-Cachet-Token": program.token}
        path = "/api/v1/subscribers?sort=id&order=desc&per_page=100&page=70"
        assert told(there.app, path, token) == told(app, path, token)


def told(app: Flask, path: str, headers=None) -> tuple[str, bytes]:
    """What a visitor is sent, but for the moment at which this installation last dropped what it kept."""
    answer = app.test_client().get(path, headers=headers)
    assert answer.status_code == 200, (path, answer.text)
    return answer.headers["Content-Type"], re.sub(rb'data-version="\d+-', b'data-version="', answer.data)


def test_round_all_databases_and_on_with_the_work_in_each(
    server, place, app, olive, api, sign_in, monkeypatch, tmp_path
):
    Demo.fill(actor=None)
    db.session.commit()
    program, browser = api(olive), sign_in(olive)
    (tmp_path / ".env").touch()
    monkeypatch.setitem(app.config, "ENV_FILE", tmp_path / ".env")
    before = app
    for kind in (*servers.AT_HAND, "sqlite"):
        with before.app_context():
            done = run(before, "backup", tmp_path / kind)
            assert done.exit_code == 0, done.output
        there = place("" if kind == "sqlite" else server(kind, "postgres" if kind == "postgresql" else "daymark"))
        there.restore(tmp_path / kind)
        known = rows(before)
        assert rows(there.app) == known, kind
        assert as_before(browser, there.app).get("/auth/login").location == "/dashboard/", "who was signed in still is"
        token = {"X-Cachet-Token": program.token}
        answer = there.app.test_client().post("/api/v1/incidents", json=REPORT, headers=token)
        assert answer.status_code == 200, answer.text
        assert answer.json["data"]["id"] == known["incidents"][-1][0] + 1, kind
        before = there.app


def as_before(browser: people.Browser, app: Flask) -> FlaskClient:
    """The same browser, sent to another installation."""
    other = people.Visitor(app, app.response_class)
    for cookie in browser._cookies.values():
        other.set_cookie(cookie.key, cookie.value)
    return other
