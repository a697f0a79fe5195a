"""Settings of maintenance, metrics and the API, changed through their forms, and what they do; and what runs here."""

from datetime import timedelta

import pytest
import redis

from app.extensions import db
from app.jobs import housekeeping, maintenances
from app.lib import clock
from app.lib.release import REQUIREMENTS, VERSION, packages
from app.models import Event, Metric, MetricPoint
from app.models.base import count_rows
from app.models.enums import ComponentStatus
from tests.effects import effect_of, saved, submitted
from tests.factories import make_component, make_incident, make_maintenance, make_subscriber

ABOUT = "/dashboard/settings/about"
STORAGE = "/dashboard/settings/storage"


@pytest.fixture
def owner(sign_in, olive):
    """Olive's browser: the page is hers."""
    return sign_in(olive)


@effect_of("maintenance_reminder")
def test_subscribers_are_reminded_so_many_minutes_before(owner, run_jobs, mailbox, monkeypatch):
    now = clock.now()
    make_subscriber()
    saved(owner, "/dashboard/settings/maintenance", maintenance_reminder=15)
    make_maintenance(starts_at=now + timedelta(hours=2))
    told = []
    for minutes in (1, 100, 106):
        monkeypatch.setattr("app.lib.clock.now", lambda minutes=minutes: now + timedelta(minutes=minutes))
        maintenances.tick()
        run_jobs()
        told.append(len([m for m in mailbox.to("sue@example.org") if "Maintenance begins soon" in str(m["Subject"])]))
    assert told == [0, 0, 1]


@effect_of("suppress_in_maintenance")
def test_mails_about_what_is_under_maintenance_can_be_left_out(owner, run_jobs, mailbox):
    make_subscriber()
    api = make_component()
    make_maintenance(starts_at=clock.ago(minutes=5), components=[api], notify=False)
    saved(owner, "/dashboard/settings/maintenance", suppress_in_maintenance=True)
    make_incident("Quiet", impacts={api: ComponentStatus.MAJOR_OUTAGE})
    saved(owner, "/dashboard/settings/maintenance", suppress_in_maintenance=False)
    run_jobs()
    first = [mail["Subject"] for mail in mailbox.to("sue@example.org")]
    make_incident("Loud", impacts={api: ComponentStatus.MAJOR_OUTAGE})
    run_jobs()
    assert "Loud" in mailbox.to("sue@example.org")[-1]["Subject"]
    assert len(mailbox.to("sue@example.org")) == len(first) + 1


@effect_of("show_charts")
def test_charts_are_shown_or_not(owner, client):
    metric = Metric.create(name="Response time", suffix="ms", actor=None)
    db.session.flush()
    metric.add_point(5.0, at=clock.ago(minutes=5))
    db.session.commit()
    assert "Response time" in client.get("/").text
    saved(owner, "/dashboard/settings/metrics", show_charts=False)
    assert "Response time" not in client.get("/").text


@effect_of("metric_days")
def test_points_are_kept_so_many_days(owner):
    metric = Metric.create(name="Response time", suffix="ms", actor=None)
    db.session.flush()
    for days in (1, 20, 40):
        metric.add_point(5.0, at=clock.ago(days=days))
    db.session.commit()
    housekeeping.prune_metrics()
    assert count_rows(db.select(MetricPoint)) == 3
    saved(owner, "/dashboard/settings/metrics", metric_days=30)
    housekeeping.prune_metrics()
    assert count_rows(db.select(MetricPoint)) == 2


@effect_of("api_origins")
def test_only_these_sites_may_read_the_api_in_a_browser(owner, client):
    asked = {"Origin": "https://www.example.com"}
    assert client.get("/api/v1/ping", headers=asked).headers["Access-Control-Allow-Origin"] == "*"
    saved(owner, "/dashboard/settings/api", api_origins="https://www.example.com")
    allowed = client.get("/api/v1/ping", headers=asked).headers["Access-Control-Allow-Origin"]
    assert allowed == "https://www.example.com"
    other = client.get("/api/v1/ping", headers={"Origin": "https://other.example"})
    assert "Access-Control-Allow-Origin" not in other.headers


def test_about_tells_what_runs_here_and_how_it_is(owner, app):
    page = owner.get(ABOUT)
    assert page.status_code == 200
    for words in ("0.1.0", "Python", "None is alive", "has not been seen", str(app.config["INSTANCE"]), "GB free"):
        assert words in page.text, words
    for queue in ("urgent", "mail", "webhooks", "default"):
        assert f"<code>{queue}</code>" in page.text
    for package in packages():
        assert package.name in page.text and package.licence, package


def test_about_counts_what_waits(owner, run_jobs):
    run_jobs()
    before = owner.get(ABOUT).text.split("<code>default</code>")[1].split("</tr>")[0]
    make_incident()
    after = owner.get(ABOUT).text.split("<code>default</code>")[1].split("</tr>")[0]
    assert ">0</td>" in before and ">1</td>" in after


def test_about_says_so_when_redis_is_away(owner, app, monkeypatch):
    away = redis.Redis.from_url("unix:///nowhere/valkey.sock")
    monkeypatch.setitem(app.extensions, "daymark.redis", away)
    page = owner.get(ABOUT)
    assert page.status_code == 200
    assert "Redis does not answer" in page.text and "GB free" in page.text and "<code>mail</code>" not in page.text


def test_the_version_is_the_newest_of_the_changelog():
    first = next(line for line in (REQUIREMENTS.parent / "CHANGELOG.md").read_text().splitlines() if line[:3] == "## ")
    assert first.split()[1] == VERSION


def test_where_pages_and_sign_ins_are_kept_is_written_to_the_file(owner, app):
    try:
        assert submitted(owner, STORAGE, cache_driver="null", session_driver="file").status_code == 302
        assert "What is new takes effect when Daymark is started again." in owner.get(STORAGE).text
        assert app.config["ENV_FILE"].read_text() == "CACHE_DRIVER=null\nSESSION_DRIVER=file\n"
        noted = [event.data["changed"] for event in db.session.query(Event) if event.name == "settings.changed"]
        assert noted == [{"cache_driver": ["redis", "null"], "session_driver": ["cookie", "file"]}]
    finally:
        app.config["ENV_FILE"].unlink()
    saved(owner, STORAGE)
    assert not app.config["ENV_FILE"].exists()


def test_a_place_that_there_is_not_is_refused_and_one_that_is_fixed_stays(owner, app, monkeypatch):
    assert submitted(owner, STORAGE, cache_driver="moon").status_code == 422
    monkeypatch.setitem(app.config, "FROM_ENVIRONMENT", frozenset({"CACHE_DRIVER"}))
    assert "Set in the environment." in owner.get(STORAGE).text
    saved(owner, STORAGE, cache_driver="null")
    assert not app.config["ENV_FILE"].exists()
