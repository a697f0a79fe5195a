"""Figures for Prometheus: who may read them, that they add up, and what they say when something is away."""

import os
import re
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from datetime import timedelta

import pytest
import yaml
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families
from rq import SimpleWorker, Worker
from rq.cron import CronScheduler

from app import jobs
from app.extensions import db
from app.figures import Figures
from app.jobs import events
from app.lib import clock
from app.models import Event, MemberMail, Notice
from app.models.enums import NoticeState
from tests.factories import make_incident, make_subscriber
from tests.processes import ROOT, free_port, wait_until

TOKEN = "a-token-for-prometheus"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def counted(another, installed):
    """A visitor of a page whose requests are counted."""
    return another(METRICS_TOKEN=TOKEN)


def figures(text):
    """Every sample by its name and labels: {("daymark_jobs", "mail", "waiting"): 0.0}."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found[sample.name, *sample.labels.values()] = sample.value
    return found


def scrape(client):
    answer = client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200 and answer.mimetype == "text/plain"
    assert answer.headers["Cache-Control"] == "no-store"
    return figures(answer.text)


def test_without_a_token_in_the_configuration_there_is_no_such_page_and_nothing_is_counted(app, client):
    assert client.get("/metrics", headers=BEARER).status_code == 404
    assert "daymark.figures" not in app.extensions
    assert not app.extensions["daymark.redis"].exists("figures")


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}, {"Authorization": "Bearer é"}],
)
def test_a_wrong_token_is_refused(counted, headers):
    answer = counted.get("/metrics", headers=headers)
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "daymark_" not in answer.text and answer.headers["Cache-Control"] == "no-store"


def test_requests_are_counted_by_group_and_status_wherever_they_are_answered(counted):
    for _again in range(2):
        counted.get("/api/v2/summary.json")
    for path in ("/", "/", "/", "/nothing", "/api/v1/ping", "/livez", "/static/css/base.css", "/auth/login"):
        counted.get(path)
    counted.post("/auth/login")  # without a form's token
    found = scrape(counted)
    assert found["daymark_requests_total", "public", "200"] == 3
    assert found["daymark_requests_total", "other", "404"] == 1
    for group in ("api_v1", "operations", "static", "auth"):
        assert found["daymark_requests_total", group, "200"] == 1
    assert found["daymark_requests_total", "auth", "400"] == 1
    assert found["daymark_requests_total", "statuspage", "200"] == 2
    assert found["daymark_page_cache_total", "miss"] == 2
    assert found["daymark_page_cache_total", "memory"] == 3
    assert found["daymark_request_duration_seconds_count", "public"] == 3
    assert found["daymark_request_duration_seconds_bucket", "public", "+Inf"] == 3
    assert 0 < found["daymark_request_duration_seconds_sum", "public"] < 10


def test_a_page_that_another_process_rendered_is_found_in_the_store(counted, another):
    counted.get("/")
    other = another(METRICS_TOKEN=TOKEN)
    other.get("/")
    other.application.extensions["daymark.figures"].pass_on()  # it does so by itself every few seconds
    found = scrape(counted)
    assert found["daymark_page_cache_total", "miss"] == found["daymark_page_cache_total", "store"] == 1


def waiting_notice():
    make_subscriber()
    make_incident(notify=True)
    events.drain()
    return db.session.query(Notice).one()


def test_it_tells_of_mails_queues_and_machinery(counted):
    waiting_notice()
    found = scrape(counted)
    assert found["daymark_mails", "notice", "waiting"] == 1 and found["daymark_mails", "notice", "sent"] == 0
    assert 0 <= found["daymark_oldest_mail_seconds", "notice"] < 60
    assert found["daymark_oldest_mail_seconds", "member"] == 0
    assert found["daymark_jobs", "mail", "waiting"] == jobs.queue_named("mail").count == 1
    assert found["daymark_workers",] == 0
    assert found["daymark_up", "database"] == found["daymark_up", "redis"] == 1
    notice = db.session.query(Notice).one()
    notice.state = NoticeState.SENT
    db.session.commit()
    found = scrape(counted)
    assert (found["daymark_mails", "notice", "sent"], found["daymark_oldest_mail_seconds", "notice"]) == (1, 0)


def test_a_full_mailbox_is_no_reason_to_wake_anybody_and_a_silent_mail_server_is(counted):
    def stuck():
        return scrape(counted)["daymark_stuck_mail_seconds", "notice"]

    first, second = make_subscriber(email="a@example.org"), make_subscriber(email="b@example.org")
    make_incident(notify=True)
    events.drain()
    full, other = (db.session.query(Notice).filter_by(subscriber=one).one() for one in (first, second))
    full, other = sorted((full, other), key=lambda notice: notice.id)
    for notice in (full, other):
        notice.created_at -= timedelta(hours=2)
    db.session.commit()
    assert 7200 <= stuck() < 7300  # no worker has tried
    full.retry("452 mailbox full")
    other.retry("connection refused")
    db.session.commit()
    assert 7200 <= stuck() < 7300  # none gets through
    other.sent()
    db.session.commit()
    assert stuck() == 0 and scrape(counted)["daymark_oldest_mail_seconds", "notice"] >= 7200


def test_what_is_told_of_figures_and_alarms_names_those_that_there_are(counted):
    text = (ROOT / "docs/monitoring.md").read_text()
    known = re.findall(r"^# TYPE (\w+)", counted.get("/metrics", headers=BEARER).text, re.MULTILINE)
    of_the_copy = {"daymark_newest_event"}
    assert set(re.findall(r"^\| `(daymark_\w+)`", text, re.MULTILINE)) == set(known) | of_the_copy
    [rules] = yaml.safe_load(re.search(r"^```yaml\n(groups:.*?)^```$", text, re.MULTILINE | re.DOTALL)[1])["groups"]
    asked = {name for rule in rules["rules"] for name in re.findall(r"daymark_\w+", rule["expr"])}
    assert asked <= set(known) | of_the_copy


def test_each_figure_moves_when_it_should(app, counted, olive):
    store, noon = app.extensions["daymark.redis"], clock.now()
    notice = waiting_notice()
    notice.state = NoticeState.FAILED
    mail = MemberMail.ask(db.session.query(Event).first(), to="olive@example.org")
    mail.created_at = noon - timedelta(hours=2)
    db.session.commit()
    worker = Worker([jobs.queue_named("mail")], connection=store)
    worker.register_birth()
    ticking = CronScheduler(connection=store, name="the-clock")
    ticking.register_birth()
    ticking.heartbeat()
    job = jobs.queue_named("default").enqueue(len, 1)
    SimpleWorker([jobs.queue_named("default")], connection=store).work(burst=True)
    assert job.is_failed
    found = scrape(counted)
    assert found["daymark_mails", "notice", "failed"] == 1 and found["daymark_mails", "notice", "waiting"] == 0
    assert found["daymark_mails", "member", "waiting"] == 1
    assert 7200 <= found["daymark_oldest_mail_seconds", "member"] < 7300
    assert (found["daymark_jobs", "default", "failed"], found["daymark_jobs", "default", "waiting"]) == (1, 0)
    assert found["daymark_workers",] == 1
    for process in ("worker", "clock"):
        assert -1 <= found["daymark_last_seen_timestamp_seconds", process] - noon.timestamp() < 60
    ticking.register_death()
    worker.register_death()
    found = scrape(counted)
    assert found["daymark_workers",] == 0 and ("daymark_last_seen_timestamp_seconds", "clock") not in found


def test_who_asks_for_open_metrics_gets_them(counted):
    counted.get("/")
    answer = counted.get("/metrics", headers={**BEARER, "Accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.mimetype == "application/openmetrics-text"
    found = {family.name: family for family in openmetrics(answer.text)}
    assert found["daymark_request_duration_seconds"].unit == "seconds"
    assert found["daymark_requests"].type == "counter" and len(found["daymark_mails"].samples) == 10


def test_what_is_away_is_said_to_be_away(another, tmp_path, installed):
    found = scrape(another(METRICS_TOKEN=TOKEN, REDIS_URL=f"unix://{tmp_path}/away.sock"))
    assert (found["daymark_up", "redis"], found["daymark_up", "database"]) == (0, 1)
    assert found["daymark_mails", "notice", "waiting"] == 0
    gone = {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path}/gone/x.sqlite", "SQLALCHEMY_ENGINE_OPTIONS": {}}
    found = scrape(another(METRICS_TOKEN=TOKEN, **gone))
    assert (found["daymark_up", "redis"], found["daymark_up", "database"]) == (1, 0)


def test_what_was_counted_while_redis_was_away_is_added_later(app, tmp_path, client):
    store = app.extensions["daymark.redis"]
    away, there = Figures(store.__class__.from_url(f"unix://{tmp_path}/away.sock")), Figures(store)
    away.add("public", "200", 0.004, "memory")
    away.pass_on()
    away.add("public", "200", 20, "")
    away.store = store
    there.add("public", "503", 0.3, "")
    there.pass_on()
    totals = away.totals()
    assert totals.requests == {("public", "200"): 2, ("public", "503"): 1}
    assert totals.buckets == {("public", 0): 1, ("public", 6): 1, ("public", 11): 1}
    assert totals.seconds == {"public": pytest.approx(20.304)}
    assert totals.found == {"memory": 1}


@contextmanager
def gunicorn(app, workers):
    """The web processes of one machine, on the database and the Redis of the tests; yields their address."""
    port = free_port()
    environ = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "APP_KEY": app.config["SECRET_KEY"],
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "REDIS_URL": app.config["REDIS_URL"],
        "INSTANCE": str(app.config["INSTANCE"]),
        "ENV_FILE": "/dev/null",
        "METRICS_TOKEN": TOKEN,
    }
    command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--config", "python:app.web", "--workers", str(workers)]
    command += ["--worker-class", "gthread", "--threads", "2", "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    with subprocess.Popen(command, cwd=ROOT, env=environ) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def read(address, **headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=10) as answer:
            return answer.read().decode()
    except OSError:
        return ""


def test_counts_add_up_over_processes_and_machines_and_outlive_them(app, installed):
    def count(address):
        return figures(read(address + "/metrics", **BEARER)).get(("daymark_requests_total", "static", "200"), 0)

    with gunicorn(app, workers=2) as first, gunicorn(app, workers=1) as second:
        for address in (first, second):
            wait_until(lambda address=address: read(address + "/livez"), 60, "an answer")
        for address in (first, second) * 20:
            assert read(address + "/static/css/base.css")
        # Those that have not passed theirs on yet do so within seconds.
        wait_until(lambda: count(second) == 40, 60, "the sum over all processes")
        assert read(second + "/static/css/base.css")
    # And at once when they end.
    assert app.extensions["daymark.redis"].hget("figures", "requests|static|200") == b"41"
