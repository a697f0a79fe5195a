"""What stands in the log: the request through web and jobs, who asked, and no secret."""

import json
import logging
from ipaddress import ip_network

import pytest

from app import create_app, jobs, throttle
from app.extensions import db
from tests.factories import make_subscriber
from tests.people import Browser

OURS = "a1b2c3d4-e5f6"


@pytest.fixture
def logged(app, installed, capsys):
    """logged(**config) → (visitor, lines): a second application that logs, and what it has printed since."""
    kept = ["TESTING", "SECRET_KEY", "APP_URL", "INSTANCE", "REDIS_URL"]
    kept += ["SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_ENGINE_OPTIONS"]

    def make(**given):
        other = create_app({**{name: app.config[name] for name in kept}, "LOG_REQUESTS": "on", **given}, False)
        capsys.readouterr()
        return Browser(other, other.response_class), lambda: capsys.readouterr().out.splitlines()

    handlers = logging.getLogger().handlers[:]
    yield make
    logging.getLogger().handlers = handlers
    throttle.init_app(app)  # the limiter is one for all applications of a process


def as_proxy(address="127.0.0.1", **headers):
    return {"headers": {"X-Request-Id": OURS, **headers}, "environ_overrides": {"REMOTE_ADDR": address}}


def test_a_line_for_each_request_also_for_those_from_memory(logged):
    visitor, lines = logged(LOG_FORMAT="json")
    for path in ("/", "/", "/nothing?code=hunter2"):
        visitor.get(path, environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    told = [json.loads(line) for line in lines()]
    assert [(line["method"], line["path"], line["status"], line["address"]) for line in told] == [
        ("GET", "/", 200, "203.0.113.9"),
        ("GET", "/", 200, "203.0.113.9"),
        ("GET", "/nothing", 404, "203.0.113.9"),
    ]
    assert len({line["request_id"] for line in told}) == 3
    assert all(line["level"] == "info" and line["ms"] >= 0 and line["time"].endswith("+00:00") for line in told)


def test_without_the_wish_there_is_no_line(logged):
    visitor, lines = logged(LOG_REQUESTS="off")
    visitor.get("/")
    assert lines() == []


def test_no_code_and_no_line_break_gets_into_the_log(logged):
    visitor, lines = logged()
    visitor.get("/unsubscribe/s3cret-c0de")
    visitor.get("/x%0a2026-11-21 ERROR forged")
    first, second = lines()
    assert "GET /unsubscribe/... " in first and "s3cret" not in first
    assert "/x%0A2026-11-21%20ERROR%20forged 404" in second


def test_the_id_of_a_trusted_proxy_is_kept_and_a_stranger_s_is_not(logged):
    visitor, lines = logged(TRUSTED_PROXIES=(ip_network("127.0.0.1"),))
    assert visitor.get("/livez", **as_proxy()).headers["X-Request-Id"] == OURS
    assert visitor.get("/livez", **as_proxy("203.0.113.9")).headers["X-Request-Id"] != OURS
    nonsense = as_proxy(**{"X-Request-Id": "evil id\tx"})
    assert visitor.get("/livez", **nonsense).headers["X-Request-Id"] != "evil id\tx"
    first, *others = lines()
    assert f"[{OURS}]" in first and not any(OURS in line for line in others)


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
    _visitor, lines = logged(LOG_FORMAT="json")
    job = jobs.queue_named("default").enqueue(complain, meta={"request_id": OURS})
    job.perform()
    line = json.loads(lines()[-1])
    assert (line["message"], line["job"], line["request_id"]) == ("alas", job.id, OURS)
    assert line["job_name"] == "tests.test_logs.complain"
    assert "tests/test_logs.py" in line["trace"]


def complain():
    """A job with something to say."""
    try:
        raise ValueError
    except ValueError:
        logging.getLogger("tests").exception("alas")
