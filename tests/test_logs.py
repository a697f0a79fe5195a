"""What stands in the log: the request through web and jobs, who asked, and no secret."""

import io
import json
import logging
import os
import subprocess
import sys
from ipaddress import ip_network

import pytest

from app import create_app, jobs, throttle
from app.extensions import db
from app.lib import log_lines
from tests.factories import make_subscriber
from tests.people import Browser
from tests.processes import ROOT

OURS = "a1b2c3d4-e5f6"


@pytest.fixture(scope="module")
def logging_app(app):
    """A second application that logs in JSON, behind a proxy, and its handler."""
    kept = ["TESTING", "SECRET_KEY", "APP_URL", "INSTANCE", "REDIS_URL"]
    kept += ["SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_ENGINE_OPTIONS"]
    given = {"LOG_REQUESTS": "on", "LOG_FORMAT": "json", "TRUSTED_PROXIES": (ip_network("127.0.0.1"),)}
    before = logging.getLogger().handlers[:]
    other = create_app({**{name: app.config[name] for name in kept}, **given}, False)
    handler = logging.getLogger().handlers[-1]
    logging.getLogger().handlers = before
    yield other, handler
    throttle.init_app(app)  # the limiter is one for all applications of a process


@pytest.fixture
def logged(logging_app, installed):
    """(visitor, lines): who asks it, and what it has printed since."""
    other, handler = logging_app
    before = logging.getLogger().handlers[:]
    logging.getLogger().handlers = [handler]
    handler.stream = printed = io.StringIO()
    yield Browser(other, other.response_class), lambda: [*map(json.loads, printed.getvalue().splitlines())]
    logging.getLogger().handlers = before


def as_proxy(address="127.0.0.1", **headers):
    return {"headers": {"X-Request-Id": OURS, **headers}, "environ_overrides": {"REMOTE_ADDR": address}}


def test_a_line_for_each_request_also_for_those_from_memory(logged):
    visitor, lines = logged
    for path in ("/", "/", "/nothing?code=hunter2"):
        visitor.get(path, environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    told = lines()
    assert [(line["method"], line["path"], line["status"], line["address"]) for line in told] == [
        ("GET", "/", 200, "203.0.113.9"),
        ("GET", "/", 200, "203.0.113.9"),
        ("GET", "/nothing", 404, "203.0.113.9"),
    ]
    assert len({line["request_id"] for line in told}) == 3
    assert all(line["level"] == "info" and line["ms"] >= 0 and line["time"].endswith("+00:00") for line in told)


def test_without_the_wish_there_is_no_line(client, caplog):
    client.get("/livez")
    assert [record for record in caplog.records if record.name == "daymark.requests"] == []


def test_no_code_and_no_line_break_gets_into_the_log(logged):
    visitor, lines = logged
    visitor.get("/unsubscribe/s3cret-c0de")
    visitor.get("/x%0a2026-11-21 ERROR forged")
    first, second = (line["message"] for line in lines())
    assert "GET /unsubscribe/... " in first and "s3cret" not in first
    assert "/x%0A2026-11-21%20ERROR%20forged 404" in second


def test_a_line_of_text_names_the_request():
    record = logging.makeLogRecord({"name": "daymark", "msg": "alas", "levelname": "INFO", "where": OURS})
    assert log_lines.formatter("text").format(record).endswith(f" INFO [{OURS}] daymark: alas")


def test_the_id_of_a_trusted_proxy_is_kept_and_a_stranger_s_is_not(logged):
    visitor, lines = logged
    assert visitor.get("/livez", **as_proxy()).headers["X-Request-Id"] == OURS
    assert visitor.get("/livez", **as_proxy("203.0.113.9")).headers["X-Request-Id"] != OURS
    nonsense = as_proxy(**{"X-Request-Id": "evil id\tx"})
    assert visitor.get("/livez", **nonsense).headers["X-Request-Id"] != "evil id\tx"
    first, *others = (line["request_id"] for line in lines())
    assert first == OURS and OURS not in others


def test_jobs_carry_on_the_id_of_the_request_that_caused_them(olive, sign_in):
    make_subscriber()
    db.session.commit()
    browser = sign_in(olive)
    jobs.queue_named("default").empty()
    form = {"name": "Slow", "status": "1", "message": "We look.", "visibility": "1", "notify": "y"}
    browser.get("/dashboard/incidents/create")
    answer = browser.submit("/dashboard/incidents/create", **form)
    assert answer.status_code == 302
    [drain] = [job for job in jobs.queue_named("default").get_jobs() if job.func_name == "app.jobs.events.drain"]
    assert drain.meta == {"request_id": answer.headers["X-Request-Id"]}
    drain.perform()
    [deliver] = jobs.queue_named("mail").get_jobs()
    assert deliver.meta == drain.meta


def test_what_a_job_logs_names_the_request(logged):
    _visitor, lines = logged
    job = jobs.queue_named("default").enqueue(complain, meta={"request_id": OURS})
    job.perform()
    line = lines()[-1]
    assert (line["message"], line["job"], line["request_id"]) == ("alas", job.id, OURS)
    assert line["job_name"] == "tests.test_logs.complain"
    assert "tests/test_logs.py" in line["trace"]


def test_the_clock_writes_json_as_well(tmp_path):
    (tmp_path / ".env").write_text("LOG_FORMAT=JSON\n")  # in any case, and a null is nothing, as for config.py
    environ = {"PATH": os.environ["PATH"], "ENV_FILE": str(tmp_path / ".env"), "PYTHONUNBUFFERED": "1"}
    environ |= {"LOG_FORMAT": "null", "RQ_REDIS_URL": f"unix://{tmp_path}/nowhere"}
    command = [sys.executable, "-m", "rq.cli", "cron", "--path", f"{ROOT}/app/lib"]
    command += [
        "--connection-class",
        "redis_address.Client",
        f"{ROOT}/app/jobs/schedule.py",
        "--logging-level",
        "WARNING",
    ]
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True) as clock:
        line = json.loads(clock.stdout.readline())
        clock.terminate()
    assert (line["level"], line["logger"]) == ("error", "app.jobs.schedule") and "REDIS_URL" in line["message"]


def complain():
    """A job with something to say."""
    try:
        raise ValueError
    except ValueError:
        logging.getLogger("tests").exception("alas")
