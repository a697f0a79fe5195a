"""The doctor, before real parts: each is broken in turn, and its line says what to do."""

import json
import re
from datetime import timedelta
from ipaddress import ip_network

import pytest
import redis
import sqlalchemy as sa
from rq import Queue, Worker
from rq.cron import CronScheduler
from sqlalchemy.exc import OperationalError

from app.cli import checks
from app.extensions import db
from app.lib import clock, revisions
from app.models import Setting
from app.models.schema import VERSION, Schema
from tests.mailbox import Watching


@pytest.fixture
def well(app, run, olive, tmp_path, monkeypatch, mailbox):
    """An installation with nothing to complain of: workers, clock, mail, key, and an address that visitors open."""
    connection = app.extensions["daymark.redis"]
    worker = Worker([Queue("default", connection=connection)], connection=connection)
    worker.register_birth()
    ticking = CronScheduler(connection=connection, name="the-clock")
    ticking.register_birth()
    ticking.heartbeat()
    monkeypatch.setitem(app.config, "APP_URL", "https://status.example.com")
    monkeypatch.setitem(app.config, "TRUSTED_PROXIES", (ip_network("127.0.0.1/32"),))
    tmp_path.chmod(0o700)
    (tmp_path / ".env").write_text("MAIL_PORT=25\n")
    (tmp_path / ".env").chmod(0o600)
    Setting.set(mail_password="sealed with this key")
    db.session.commit()
    return worker


@pytest.fixture
def ask(run):
    """ask(): the findings by name, once the exit code has been seen to fit."""

    def asked() -> dict[str, dict[str, str]]:
        done = run("doctor", "--json")
        told = json.loads(done.stdout)
        assert done.exit_code == (0 if told["ok"] else 1)
        assert told["ok"] == (not [c for c in told["checks"] if c["state"] == "wrong"])
        assert not [c for c in told["checks"] if c["state"] == "wrong" and not c["do"]], "each says what to do"
        return {check["name"]: check for check in told["checks"]}

    return asked


def test_all_is_well(run, well, ask):
    found = ask()
    assert {check["state"] for check in found.values()} == {"ok"}, found
    names = {"database", "migrations", "key", "redis", "workers", "clock", "mail", "disk", "instance", ".env", "time"}
    assert names | {"address", "proxy"} == set(found)
    done = run("doctor")
    assert done.exit_code == 0 and "ok    workers     1 alive" in done.stdout


def test_who_does_not_work_is_missed(app, well, ask):
    app.extensions["daymark.redis"].flushdb()
    found = ask()
    assert found["workers"]["state"] == found["clock"]["state"] == "wrong"
    assert "supervisorctl" in found["workers"]["do"]


def test_redis_away(app, well, ask, monkeypatch):
    monkeypatch.setitem(app.config, "REDIS_URL", "unix:///no%20where/valkey.sock")
    monkeypatch.setitem(app.extensions, "daymark.redis", redis.Redis.from_url("unix:///nowhere/valkey.sock"))
    found = ask()
    assert found["redis"]["text"].startswith("/no where/valkey.sock cannot be used: Error 2 connecting to ")
    assert found["workers"]["state"] == found["clock"]["state"] == "note"


def test_the_database_away(well, ask, monkeypatch):
    refused = OperationalError("SELECT 1", None, Exception("connection refused\nat a place"))
    monkeypatch.setattr(Schema, "silence", lambda: refused)
    found = ask()
    assert found["database"]["text"].endswith(" cannot be used: connection refused")
    assert "DATABASE_URL" in found["database"]["do"] and "migrations" not in found
    assert found["key"]["state"] == found["mail"]["state"] == "note"


def test_a_clock_that_is_off(well, ask, monkeypatch):
    now = clock.now
    began = now()
    monkeypatch.setattr("app.lib.clock.now", lambda: began - timedelta(minutes=5))
    found = ask()
    assert found["time"]["state"] == "wrong" and "NTP" in found["time"]["do"]
    # Our clock stands while the doctor looks at all else.
    off = float(re.search(r"(\d+\.\d) s", found["time"]["text"])[1])
    assert 300 <= off <= 300.1 + (now() - began).total_seconds()


def test_a_disk_that_is_full_and_a_folder_that_is_not_there(app, well, ask, tmp_path, monkeypatch):
    monkeypatch.setattr(checks, "LEAST_DISK", 10**18)
    found = ask()
    assert (found["disk"]["state"], found["disk"]["do"]) == ("wrong", "make room")
    monkeypatch.setitem(app.config, "INSTANCE", tmp_path / "nowhere")
    found = ask()
    assert found["disk"]["do"] == "make the folder, or set INSTANCE"
    assert found["instance"]["state"] == "wrong" and "chown" in found["instance"]["do"]


def test_migrations_that_have_not_run(well, ask):
    db.session.execute(sa.update(VERSION).values(version_num="0001"))
    db.session.commit()
    try:
        found = ask()
        assert found["migrations"]["state"] == "wrong" and "bin/flask" in found["migrations"]["do"]
        assert found["mail"]["state"] == "note", "the tables that would say how are not asked"
    finally:
        db.session.execute(sa.update(VERSION).values(version_num=revisions.HEAD))
        db.session.commit()


def test_another_key(app, well, ask, monkeypatch):
    monkeypatch.setitem(app.config, "SECRET_KEY", "another key for tests, of 32 characters")
    found = ask()
    assert found["key"]["state"] == "wrong" and "setting mail_password" in found["key"]["text"]


def test_a_mail_server_that_is_down(well, ask, mailbox):
    mailbox.down()
    found = ask()
    assert found["mail"]["state"] == "wrong" and str(mailbox.port) in found["mail"]["text"]


@pytest.mark.parametrize(("name", "value"), [("PASSWORD", "für alle"), ("HOST", "smtp..example.com")])
def test_what_smtp_cannot_say_is_told_and_the_rest_looked_at(app, well, ask, monkeypatch, name, value):
    monkeypatch.setitem(app.config, "MAIL_USERNAME", "daymark")
    Setting.set(mail_password="")
    db.session.commit()
    monkeypatch.setitem(app.config, f"MAIL_{name}", value)
    found = ask()
    assert found["mail"]["state"] == "wrong" and "für" not in found["mail"]["text"]
    assert found["disk"]["state"] == found["time"]["state"] == "ok"


def test_while_a_mail_server_thinks_nobody_waits_for_the_doctor(app, well, ask):
    with Watching(db.session()) as mailbox:
        mailbox.configure(app)
        assert ask()["mail"]["state"] == "ok"
        mailbox.restore(app)
    assert mailbox.found == [("greeted", False)]


def test_nothing_was_sent(well, ask, mailbox):
    ask()
    assert mailbox.connections == 1 and mailbox.messages == []


@pytest.mark.parametrize(("file", "folder", "state"), [(0o644, 0o755, "wrong"), (0o640, 0o750, "note")])
def test_what_others_may_read(well, ask, tmp_path, file, folder, state):
    (tmp_path / ".env").chmod(file)
    tmp_path.chmod(folder)
    found = ask()
    assert found[".env"]["state"] == found["instance"]["state"] == state
    assert found[".env"]["do"] == f"chmod 600 {tmp_path / '.env'}"
    assert found["instance"]["do"] == f"chmod 700 {tmp_path}"


@pytest.mark.parametrize(
    ("url", "proxies", "name", "state"),
    [
        ("https://status.example.com", (), "proxy", "wrong"),
        ("https://status.example.com", ("0.0.0.0/0", "::/0"), "proxy", "wrong"),
        ("http://status.example.com", (), "address", "note"),
        ("http://localhost:8000", (), "address", "note"),
        ("http://localhost:8000", (), "proxy", "ok"),
    ],
)
def test_addresses(app, well, ask, monkeypatch, url, proxies, name, state):
    monkeypatch.setitem(app.config, "APP_URL", url)
    monkeypatch.setitem(app.config, "TRUSTED_PROXIES", tuple(map(ip_network, proxies)))
    assert ask()[name]["state"] == state


@pytest.mark.parametrize(("mode", "state"), [(0o750, "ok"), (0o755, "note")])
def test_a_socket_of_ours_is_the_proxys_where_nobody_else_gets_at_it(
    app, well, ask, monkeypatch, tmp_path, mode, state
):
    tmp_path.chmod(mode)
    monkeypatch.setitem(app.config, "TRUSTED_PROXIES", ())
    monkeypatch.setitem(app.config, "BIND", f"unix:{tmp_path}/web.sock")
    assert ask()["proxy"]["state"] == state
