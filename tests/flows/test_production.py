"""Daymark as in production: nginx with TLS, gunicorn under Supervisor on a Unix socket, PostgreSQL and Valkey; from the
wizard to a fixed incident, through a new release, and with each part killed."""

import json
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest
import redis

import config
from tests import front, servers
from tests.conftest import valkey_binary
from tests.front import HOST
from tests.mailbox import Mailbox
from tests.processes import Daymark, copy_tree, signal_process, wait_until

PASSWORD = "correct horse battery staple 9"
ANSWER = "app/controllers/operations/health.py"
VISITORS = 8
INCIDENT = "/dashboard/incidents/create"
PAGES = ("/", "/history", "/incidents/1")


def until(ready, what):
    """Wait for it, and take no more than a tenth of a second's asking from those who do it."""
    wait_until(ready, 60, what, every=0.1)


class Valkey:
    """A queue that can be stopped by itself, and keeps what is in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.url = folder, f"unix://{folder}/valkey.sock?db=0"
        self.client = redis.Redis.from_url(self.url)
        self.start()

    def start(self) -> None:
        """Have it run."""
        command = [valkey_binary(), "--port", "0", "--unixsocket", self.folder / "valkey.sock", "--appendonly", "yes"]
        self.process = subprocess.Popen([*command, "--dir", self.folder], stdout=subprocess.DEVNULL)
        until(self.answers, "Valkey")

    def answers(self) -> bool:
        """Whether it takes commands."""
        try:
            return bool(self.client.ping())
        except (redis.ConnectionError, redis.BusyLoadingError):
            return False

    def stop(self) -> None:
        """Stop it."""
        self.process.terminate()
        self.process.wait(60)


@dataclass
class Production(Daymark):
    """One that answers only through nginx."""

    site: front.Site | None = None

    def answers(self, path: str = "/health") -> bool:
        """Whether `path` answers anything below 500 there."""
        return (self.site.folder / "web.sock").exists() and self.site.answers(path)

    def control(self, verb: str, programs: str) -> None:
        """Stop or start what Supervisor keeps, by its own command."""
        done = self.run("bin/supervisorctl", verb, programs)
        assert "ERROR" not in done.stdout and "daymark:web: " in done.stdout, done.stdout + done.stderr


@dataclass
class World:
    """All of it, and the owner's browser."""

    daymark: Production
    site: front.Site
    database: servers.PostgreSql
    queue: Valkey
    owner: front.Browser

    def shows(self, words: str, path: str = "/") -> bool:
        """Whether a guest reads them there."""
        answer = self.site.get(path)
        assert answer.status == 200
        return words in answer.text

    def report(self, name: str) -> None:
        """Once all is up, an incident by the form, as it is then seen by everyone, and mailed by a worker."""
        until(lambda: self.daymark.answers("/readyz"), "the application")
        answer = self.owner.submit(INCIDENT, name=name, message="We look into it.", status="1")
        assert answer.status == 302, answer.text
        until(lambda: self.shows(name), "the incident on the page")
        until(lambda: any(name in mail["Subject"] for mail in self.mails()), "its mail")

    def is_last(self, path: str, text: str) -> bool:
        """Whether a guest reads that page there still, and in words how old it is."""
        answer = self.site.get(path)
        return (answer.status, answer.text) == (
            200,
            text,
        ) and '<noscript><p class="wrap quiet made">This page is from' in text

    def mails(self) -> list[EmailMessage]:
        """What was sent."""
        found = (self.daymark.instance / "mail").glob("*.eml")
        return [message_from_bytes(mail.read_bytes(), policy=policy.default) for mail in found]


@pytest.fixture
def world(tmp_path):
    """nginx is there first, and so are database and queue."""
    site = front.Site(tmp_path)
    with servers.running("postgresql") as database:
        queue = Valkey(tmp_path)
        try:
            tree = copy_tree(tmp_path / "daymark-tree")
            environ = {
                "APP_URL": f"https://{HOST}",
                "BIND": f"unix:{tmp_path}/web.sock",
                "DATABASE_URL": database.url,
                "REDIS_URL": queue.url,
                "MAIL_WORKERS": "1",
            }
            daymark = Production(tree, environ, site=site)
            with site.served(lambda: site.answers("/static/css/base.css")):
                yield World(daymark, site, database, queue, front.Browser(site))
        finally:
            queue.stop()


def test_daymark_in_production(world):
    assert "away for a moment" in world.site.get("/").text
    with world.daymark.running("/setup"):
        walk_the_wizard(world)
        sign_in(world)
        subscribe(world)
        world.report("Errors when signing in")
        last = {path: world.site.get(path).text for path in PAGES}
        since = time.monotonic()
        take_down_and_up(world)
        release(world)
        outlive_the_application(world)
        outlive_the_queue(world)
        # From now on nginx asks before it shows a page: it is older than what may be shown while a new one is made.
        until(lambda: time.monotonic() - since > 36, "old pages")
        outlive_the_database(world, last)
        outlive_all(world, last)


def walk_the_wizard(world):
    assert world.owner.get("/").headers["Location"] == "/setup"
    assert world.owner.get("/setup").headers["Location"] == "/setup/code"
    code = re.search(r"Setup code: (\S+)", world.daymark.log)[1]
    assert world.owner.submit("/setup/code", code=code).headers["Location"] == "/setup"
    olive = {"username": "olive", "email": "olive@example.org", "password": PASSWORD}
    done = world.owner.submit("/setup", site_name="Example Cloud", **olive)
    assert (done.status, done.headers["Location"]) == (303, "/setup/complete"), done.text
    assert "Your status page is ready" in world.owner.get("/setup/complete").text


def sign_in(world):
    world.owner = front.Browser(world.site)
    there = world.owner.get("/dashboard/")
    assert there.status == 302 and there.headers["Location"].startswith("/auth/login")
    spoofed = {"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9", "Forwarded": "for=203.0.113.9"}
    refused = world.owner.submit("/auth/login", spoofed, login="olive", password="a wrong one")
    assert refused.status == 422
    done = world.owner.submit("/auth/login", spoofed, login="olive", password=PASSWORD)
    assert (done.status, done.headers["Location"]) == (302, "/dashboard/")
    cookies = done.headers.get_all("Set-Cookie")
    assert cookies and all("Secure" in line and "HttpOnly" in line and "SameSite=Lax" in line for line in cookies)
    assert done.headers.get_all("Strict-Transport-Security") == ["max-age=31536000"]
    assert (
        done.headers["X-Cache-Status"] is None and "no-store" in world.owner.get("/dashboard/").headers["Cache-Control"]
    )
    assert world.site.log_of("/auth/login").startswith("127.0.0.1 - ")
    with psycopg.connect(world.database.url) as database:
        assert set(database.execute("select address from sign_ins")) == {("127.0.0.1",)}


def subscribe(world):
    reader = front.Browser(world.site)
    assert "Check your inbox" in reader.submit("/subscribe", email="sue@example.net").text
    until(world.mails, "the mail to confirm")
    link = re.search(rf"https://{HOST}(/subscribe/verify/\S+)", Mailbox.text(world.mails()[0]))[1]
    assert reader.submit(link).status == 303


def take_down_and_up(world):
    assert world.daymark.run("bin/flask", "down", "--message", "We move.", "--retry-after", "900").returncode == 0
    until(lambda: world.site.get("/").status == 503, "the page to be down")
    page = world.site.get("/")
    assert "We move." in page.text and page.headers["Retry-After"] == "900"
    assert world.owner.get("/").status == world.owner.get("/dashboard/").status == 200
    assert world.daymark.run("bin/flask", "up").returncode == 0
    until(lambda: world.site.get("/").status == 200, "the page to be up")


def release(world):
    """A new release and a broken one, while visitors never stop asking."""
    daymark, file = world.daymark, world.daymark.tree / ANSWER
    whole, workers = file.read_text(), set(daymark.pids("gunicorn"))
    with front.visitors(world.site, VISITORS) as load:
        until(lambda: len(load.answers) >= 5 * VISITORS, "a load")
        file.write_text(whole.replace('OK = "ok"', 'OK = "as new"'))
        done = daymark.run("bin/flask", "update")
        assert done.returncode == 0, done.stderr
        assert "takes over now" in done.stderr and "before-" in done.stderr
        until(lambda: world.site.get("/livez").text.count("as new"), "the new release")
        master = daymark.pid_of("web")
        until(lambda: workers & set(daymark.pids("gunicorn")) == {master}, "the end of the old workers")
        file.write_text("this is no Python\n")
        signal_process(master, signal.SIGHUP)
        until(lambda: "not reloaded" in daymark.log, "the refusal")
        enough = len(load.answers) + 5 * VISITORS
        until(lambda: len(load.answers) >= enough, "the load to go on")
    assert (set(load.answers), load.failures) == ({200}, [])
    assert "as new" in world.site.get("/livez").text
    file.write_text(whole)
    supervisor = config.run_folder(daymark.instance) / "supervisor.sock"
    told = f"from app.lib import supervisor; print(supervisor.reload('unix://{supervisor}', packages_of=4e9))"
    done = daymark.run(sys.executable, "-c", told)
    assert done.stdout == "True\n", done.stderr
    until(lambda: '"ok"' in world.site.get("/livez").text, "web, started anew for packages newer than it")


def outlive_the_application(world):
    form = world.owner.form(INCIDENT, name="Typed")
    world.daymark.control("stop", "daymark:web")
    last = world.site.get("/").text
    until(lambda: world.site.get("/").headers["X-Cache-Status"] == "STALE", "an old page")
    assert world.is_last("/", last) and "Errors when signing in" in last
    away = world.owner.get(INCIDENT)
    assert away.status == 503 and "away for a moment" in away.text
    sent = world.owner.send(INCIDENT, form)
    assert sent.status == 503 and "whether what you sent has arrived" in sent.text
    world.daymark.control("start", "daymark:web")
    world.report("The application was killed")


def outlive_the_queue(world):
    world.queue.stop()
    assert world.shows("The application was killed") and world.owner.get("/dashboard/").status == 200
    world.queue.start()
    world.report("The queue was killed")


def outlive_the_database(world, last):
    form = world.owner.form(INCIDENT, name="Typed")
    world.database.stop()
    world.queue.client.incr("page:generation")  # what Daymark itself has at hand is too old from here on
    for path in ("/history", "/incidents/1"):
        assert world.is_last(path, last[path])
        assert world.site.get(path).headers["X-Cache-Status"] == "STALE"
    assert world.shows("The queue was killed")
    # Where there is no old page, and to members and clients, Daymark itself says what is wrong.
    for answer in (
        world.site.get("/incidents/2"),
        world.owner.get("/dashboard/"),
        world.owner.send(INCIDENT, form),
    ):
        assert answer.status == 503 and "We will be right back" in answer.text
    answer = world.site.get(
        "/api/v1/incidents", body="{}", **{"X-Cachet-Token": "x", "Content-Type": "application/json"}
    )
    assert answer.status == json.loads(answer.text)["errors"][0]["status"] == 503
    world.database.start()
    world.report("The database was killed")


def outlive_all(world, last):
    world.queue.stop()
    world.database.stop()
    world.daymark.control("stop", "daymark:*")
    present = world.site.get("/").text
    until(lambda: world.site.get("/").headers["X-Cache-Status"] == "STALE", "an old page")
    assert "The database was killed" in present and world.is_last("/", present)
    assert world.is_last("/incidents/1", last["/incidents/1"])
    world.database.start()
    world.queue.start()
    world.daymark.control("start", "daymark:*")
    world.report("All were killed")
