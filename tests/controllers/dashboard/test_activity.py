"""The audit trail: everything that people and the clock do, with before and after, to be sifted and taken along."""

import csv
import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.jobs import housekeeping
from app.lib import clock
from app.models import Event, EventName
from app.models.enums import ComponentStatus, IncidentStatus
from app.serializers.activity import DEEDS, KINDS
from tests.effects import effect_of
from tests.factories import make_component, make_incident
from tests.queries import count_queries


@pytest.fixture
def owner(sign_in, olive):
    return sign_in(olive)


def lines(page):
    """The rows of the list, as a reader sees their words."""
    rows = re.findall(r"<tr>(.*?)</tr>", page.text.partition("<tbody")[2], re.S)
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in rows]


def table(answer):
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_a_change_is_told_with_before_and_after(owner, ed):
    api = make_component(name="API")
    api.edit(name="Public API", description="", actor=ed)
    db.session.commit()
    newest = lines(owner.get("/dashboard/activity?kind=component"))[0]
    assert "ed Component updated Public API name API Public API" in newest


def test_values_are_told_in_words(owner, olive):
    api = make_component(name="API")
    incident = make_incident(name="Slow", impacts={api: ComponentStatus.PERFORMANCE_ISSUES})
    incident.post_update(
        status=IncidentStatus.WATCHING, message="x", impacts={api: ComponentStatus.MAJOR_OUTAGE}, actor=olive
    )
    db.session.commit()
    newest = lines(owner.get("/dashboard/activity?kind=incident"))[0]
    assert "olive Incident updated Slow" in newest
    assert "status Investigating Watching" in newest
    assert "impacts API: Performance issues API: Major outage" in newest


def test_a_setting_that_is_secret_is_not_told(owner, olive):
    owner.get("/dashboard/settings/page")
    owner.submit("/dashboard/settings/page", site_name="Acme", incident_days="7", major_outage_rate="50")
    assert "site name Example Cloud Acme" in lines(owner.get("/dashboard/activity?kind=settings"))[0]


def test_it_is_sifted_by_person_kind_and_day(owner, ed, olive, api):
    make_incident(name="By Ed", actor=ed)
    api(ed).post("/incidents", json={"name": "By a token", "message": "x", "status": 1, "visible": 1})
    now = clock.now()
    old = make_incident(name="Long ago", actor=olive)
    its = sa.update(Event).where(Event.subject_type == "Incident", Event.subject_id == old.id)
    db.session.execute(its.values(created_at=now - timedelta(days=3)))
    db.session.commit()
    token = db.session.scalar(sa.select(Event.actor_id).where(Event.actor_type == "ApiToken"))
    asked = {
        f"actor=User:{ed.id}&kind=incident": {"By Ed"},
        f"actor=ApiToken:{token}&kind=incident": {"By a token"},
        f"kind=incident&since={now:%Y-%m-%d}": {"By Ed", "By a token"},
        f"kind=incident&until={now - timedelta(days=2):%Y-%m-%d}": {"Long ago"},
        "kind=incident&actor=clock": set(),
        "kind=incident&actor=User:99999999999999": set(),
        f"kind=incident&actor=User%00:{ed.id}": set(),
    }
    for query, names in asked.items():
        page = owner.get(f"/dashboard/activity?{query}")
        assert page.status_code == 200, query
        assert {name for name in ("By Ed", "By a token", "Long ago") if f">{name}<" in page.text} == names, query
        rows = table(owner.get(f"/dashboard/activity.csv?{query}"))
        assert {row["name"] for row in rows} == names, query


UNASKABLE = [
    "since=yesterday",
    "since=2026-11-21&until=2026-11-20",
    "kind=nonsense",
    "since=0001-01-01",
    "until=9999-12-31",
    "until=0001-01-01",
]


@pytest.mark.parametrize("query", UNASKABLE)
def test_what_cannot_be_asked_is_said_beside_the_field(owner, query):
    page = owner.get(f"/dashboard/activity?{query}")
    assert page.status_code == 422
    assert "data-error-summary" in page.text


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "＝HYPERLINK(1)", "@SUM(1)"])
def test_a_table_program_finds_no_formula_in_the_file(owner, name):
    make_incident(name=name)
    rows = table(owner.get("/dashboard/activity.csv?kind=incident"))
    assert rows[0]["name"] == f"'{name}"


def test_the_file_is_sent_as_it_is_read(owner, monkeypatch):
    monkeypatch.setattr("app.models.activity.BATCH", 2)
    names = [make_incident(name=f"Incident {number}").name for number in range(5)]
    answer = owner.get("/dashboard/activity.csv?kind=incident")
    assert [row["name"] for row in table(answer)] == names[::-1]
    assert "Content-Length" not in answer.headers


def test_the_list_is_long_and_asks_as_often(owner):
    for number in range(3):
        make_incident(name=f"Incident {number}")
    few = len(lines(owner.get("/dashboard/activity?kind=incident")))
    path = "/dashboard/activity?kind=incident"
    before = counted(owner, path)
    for number in range(60):
        make_incident(name=f"More {number}")
    assert few == 3
    assert len(lines(owner.get("/dashboard/activity?kind=incident"))) == 50
    assert counted(owner, path) == before
    assert len(lines(owner.get("/dashboard/activity?kind=incident&page=2"))) == 13


def counted(owner, path):
    db.session.remove()
    with count_queries() as sent:
        assert owner.get(path).status_code == 200
    return len(sent)


@effect_of("event_days")
def test_it_is_kept_as_long_as_the_setting_says(owner, olive, run_jobs, monkeypatch):
    make_incident(name="Old")
    run_jobs()
    now = clock.now()
    later = now + timedelta(days=40)
    monkeypatch.setattr("app.lib.clock.now", lambda: later)
    housekeeping.prune_events()
    assert db.session.scalar(sa.select(Event.id).where(Event.name == EventName.INCIDENT_REPORTED)) is not None
    monkeypatch.setattr("app.lib.clock.now", lambda: now)
    owner.get("/dashboard/settings/security")
    answer = owner.submit("/dashboard/settings/security", event_days="30", sign_in_days="90", session_hours="336")
    assert answer.status_code == 302, answer.text
    monkeypatch.setattr("app.lib.clock.now", lambda: later)
    db.session.expire_all()
    db.session.info.pop("settings", None)
    housekeeping.prune_events()
    assert db.session.scalar(sa.select(Event.id).where(Event.name == EventName.INCIDENT_REPORTED)) is None


def test_every_event_has_its_words():
    for name in EventName:
        kind, _dot, deed = name.partition(".")
        assert kind in KINDS, name
        assert deed in DEEDS, name


def test_only_those_who_look_after_the_team_see_it(sign_in, ed, anna):
    assert sign_in(ed).get("/dashboard/activity").status_code == 403
    assert sign_in(anna).get("/dashboard/activity").status_code == 200
