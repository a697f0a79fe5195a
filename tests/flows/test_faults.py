"""What breaks at three in the morning: Valkey stopped, a worker killed. Through the real processes under Supervisor."""

import asyncio
import json
import os
import signal
import sqlite3
import sys
import urllib.request
from collections import Counter
from contextlib import contextmanager

import pytest

import config
from app.models.enums import NoticeState
from tests.mailbox import Mailbox
from tests.processes import Daymark, copy_tree, wait_until


class SlowMailbox(Mailbox):
    """Takes a moment for each message, so that a worker can be killed between two."""

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(0.02)
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture(scope="module")
def mailbox():
    with SlowMailbox() as box:
        yield box


@pytest.fixture(scope="module")
def daymark(tmp_path_factory, mailbox):
    """A running Daymark that mails to `mailbox`, set up from the command line; `token` is good for API v1."""
    smtp = {
        "DRIVER": "smtp",
        "HOST": "127.0.0.1",
        "PORT": str(mailbox.port),
        "ENCRYPTION": "null",
        "ADDRESS": "a@example.org",
    }
    tree = copy_tree(tmp_path_factory.mktemp("faults") / "daymark")
    daymark = Daymark(tree, {f"MAIL_{name}": value for name, value in smtp.items()})
    with daymark.running("/setup"):
        admin = ("--username", "olive", "--email", "olive@example.org")
        ran = daymark.run("bin/flask", "setup", "--site-name", "Faults", *admin, ADMIN_PASSWORD="correct horse battery")
        assert ran.returncode == 0, ran.stderr
        made = daymark.run("bin/flask", "token", "create", "tests", "--user", "olive")
        assert made.returncode == 0, made.stderr
        daymark.token = made.stdout.strip()
        yield daymark


def report(daymark, name):
    """Report an incident through the API; the status code."""
    body = json.dumps({"name": name, "message": "We are looking into it.", "status": 1}).encode()
    headers = {"Content-Type": "application/json", "X-Cachet-Token": daymark.token}
    request = urllib.request.Request(f"{daymark.url}/api/v1/incidents", body, headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.status


def subscribe(daymark, first, count):
    """That many confirmed subscribers, the `first` first."""
    lines = [
        "from app import create_app; from app.extensions import db; from app.models import Subscriber",
        "app = create_app(); app.app_context().push()",
        f"[Subscriber.add(f's{{n}}@example.org', actor=None, verified=True) for n in range({first}, {first + count})]",
        "db.session.commit()",
    ]
    ran = daymark.run(sys.executable, "-c", "\n".join(lines))
    assert ran.returncode == 0, ran.stderr


def supervisorctl(daymark, *words):
    """Ask the Supervisor that runs it."""
    settings = daymark.tree / "supervisorctl.conf"
    socket = config.run_folder(daymark.instance) / "supervisor.sock"
    settings.write_text(f"[supervisorctl]\nserverurl=unix://{socket}\n")
    ran = daymark.run(sys.executable, "-m", "supervisor.supervisorctl", "-c", str(settings), *words)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@contextmanager
def standing(pids):
    """So do these processes until the block ends."""
    assert pids
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def test_valkey_stopped_while_an_incident_is_reported(daymark, mailbox):
    subscribe(daymark, 0, 1)
    supervisorctl(daymark, "stop", "valkey")
    assert report(daymark, "Reported without a queue") == 200
    supervisorctl(daymark, "start", "valkey")
    wait_until(lambda: mailbox.messages, 60, "the mail")
    wait_until(lambda: daymark.pids("app.jobs.pool"), 60, "the worker")
    assert report(daymark, "Reported with a queue") == 200
    wait_until(lambda: len(mailbox.messages) >= 2, 60, "the second mail")
    subjects = Counter(message["Subject"] for message in mailbox.messages)
    assert len(subjects) == 2
    assert set(subjects.values()) == {1}


def test_a_worker_killed_in_the_middle_of_two_hundred_mails(daymark, mailbox):
    mailbox.messages.clear()
    subscribe(daymark, 1, 200)
    everyone = {f"s{number}@example.org" for number in range(1, 201)}
    assert report(daymark, "Two hundred are told") == 200
    wait_until(lambda: len(mailbox.messages) >= 60, 60, "sixty mails")
    # No other worker is started before the notices are looked at.
    with standing(daymark.pids("prompt_supervisor")):
        for pid in daymark.pids("app.jobs.pool"):
            os.kill(pid, signal.SIGKILL)
        assert len(mailbox.messages) < 200
        # The one that it was sending is its own for 5 minutes (LEASE in app/models/delivery.py), which pass at once
        # here.
        with sqlite3.connect(daymark.instance / "daymark.sqlite", timeout=20) as database:
            past = ("2020-01-01 00:00:00.000000", NoticeState.SENDING)
            held = database.execute("UPDATE notices SET due_at = ? WHERE state = ?", past).rowcount
        database.close()
    assert held <= 1
    wait_until(lambda: everyone <= {m["To"] for m in mailbox.messages}, 150, "two hundred mails")
    twice = [address for address, count in Counter(m["To"] for m in mailbox.messages).items() if count > 1]
    assert len(twice) <= 1
    by_address = {m["To"]: m["Message-ID"] for m in mailbox.messages}
    assert all(m["Message-ID"] == by_address[m["To"]] for m in mailbox.messages), "a repeat is recognisable"
