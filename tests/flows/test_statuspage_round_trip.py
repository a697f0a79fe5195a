"""What a page tells in Statuspage's dialect, imported into an empty one, is told by that in the same words."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from app.extensions import db
from app.models import Component, Incident
from app.models.demo import Demo
from app.models.enums import ComponentStatus, IncidentStatus, Visibility
from app.models.first_run import FirstRun
from app.models.uptime import uptimes
from tests import databases, people
from tests.factories import make_component, make_group, make_incident, make_maintenance
from tests.statuspage import NAMES, comparable

START = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)  # a Monday
MAJOR, PARTIAL = ComponentStatus.MAJOR_OUTAGE, ComponentStatus.PARTIAL_OUTAGE
SLOW, WELL = ComponentStatus.PERFORMANCE_ISSUES, ComponentStatus.OPERATIONAL
INVESTIGATING, IDENTIFIED = IncidentStatus.INVESTIGATING, IncidentStatus.IDENTIFIED
WATCHING, FIXED = IncidentStatus.WATCHING, IncidentStatus.FIXED


@pytest.fixture
def to(monkeypatch):
    """to(hours): it is so many hours after the start."""

    def go(hours):
        monkeypatch.setattr("app.lib.clock.now", lambda: START + timedelta(hours=hours))

    go(0)
    return go


def told(client):
    return {name: client.get(f"/api/v2/{name}.json").json for name in NAMES}


def uptime_by_name():
    components = list(db.session.scalars(Component.on_page(None)))
    percentages = uptimes(components, 90)
    return {component.name: percentages[component.id] for component in components}


def moved(client, folder):
    """Both pages, before and after: what they tell, and how their uptimes are."""
    before, uptime = told(client), uptime_by_name()
    for name in ("components", "incidents", "scheduled-maintenances"):
        (folder / f"{name}.json").write_text(json.dumps(before[name]))
    databases.empty()
    app = client.application
    FirstRun.create(
        username="olive", email="olive@example.org", password=people.PASSWORD, site_name="Example Cloud", timezone="UTC"
    )
    db.session.commit()
    app.extensions["daymark.redis"].flushdb()
    app.extensions["daymark.page_front"].pages.clear()
    done = app.test_cli_runner().invoke(args=["import", "statuspage", str(folder)])
    assert done.exit_code == 0, done.output
    db.session.expire_all()
    return (before, uptime), (told(client), uptime_by_name())


def hold_alike(first, second):
    for name in NAMES:
        assert comparable(second[0][name]) == comparable(first[0][name]), name
    assert second[1].keys() == first[1].keys()
    for name, percent in first[1].items():
        assert second[1][name] == pytest.approx(percent, abs=0.01), name


def say(incident, status, message, **impacts):
    found = {c.name: c for c in db.session.scalars(Component.in_order())}
    incident.post_update(
        status=status, message=message, actor=None, impacts={found[name]: how for name, how in impacts.items()}
    )
    db.session.commit()


def test_the_demo(client, tmp_path):
    Demo.fill(actor=None)
    db.session.commit()
    first, second = moved(client, tmp_path)
    assert len(first[0]["incidents"]["incidents"]) == 9
    assert len(first[0]["scheduled-maintenances"]["scheduled_maintenances"]) == 2
    hold_alike(first, second)


def test_incidents_that_change_end_and_come_again(client, tmp_path, to):
    group = make_group("Platform")
    api, web = make_component("API", group=group), make_component("Web")
    make_component("Mail", group=group, description="For *everyone*")
    incident = make_incident(impacts={api: MAJOR, web: WELL})
    to(1)
    say(incident, IDENTIFIED, "Half of it is back.", API=PARTIAL, Web=SLOW)
    to(2)
    incident.edit(actor=None, impacts={web: PARTIAL})
    db.session.commit()
    to(3)
    say(incident, WATCHING, "All is back.", API=WELL, Web=WELL)
    to(4)
    say(incident, FIXED, "Over.")
    to(5)
    say(incident, INVESTIGATING, "Not over.", API=MAJOR)
    to(6)
    say(incident, FIXED, "Now it is.")
    to(7)
    other = make_incident("Without a component", status=IncidentStatus.REPORTED, occurred_at=START)
    make_incident("Web is slow", impacts={web: SLOW}, message="A\n\n- list of <things> & “more”")
    to(8)
    web.say_status(PARTIAL, actor=None)
    other.edit(actor=None, status=FIXED)
    db.session.commit()
    first, second = moved(client, tmp_path)
    assert first[1] != {"API": 100, "Mail": 100, "Web": 100}
    assert first[0]["components"]["components"][-1]["status"] == "partial_outage"
    hold_alike(first, second)


def test_planned_work_of_every_kind(client, tmp_path, to):
    api, web = make_component("API"), make_component("Web")
    make_maintenance("Comes", components=[api], lasts=timedelta(hours=3))
    make_maintenance("Comes again", components=[web], rule="FREQ=WEEKLY;BYDAY=TU", starts_in=timedelta(days=2))
    make_maintenance("Hidden", visibility=Visibility.HIDDEN)
    make_maintenance("Called off").cancel(actor=None)
    ends_early = make_maintenance("Ended early", components=[web], starts_in=timedelta(0), lasts=timedelta(hours=5))
    called_off = make_maintenance("Called off under way", components=[api], starts_in=timedelta(0))
    runs = make_maintenance("Runs", components=[api, web], starts_in=timedelta(hours=1), lasts=timedelta(hours=9))
    by_hand = make_maintenance("By hand", components=[], starts_in=timedelta(hours=2), auto_begin=False)
    runs.post_update("It will take longer.", actor=None)
    to(1)
    called_off.cancel(actor=None)
    runs.begin(actor=None)
    to(1.5)
    runs.post_update("Half of it is done.", actor=None)
    by_hand.begin(actor=None)
    to(2)
    ends_early.finish(actor=None, message="Done, and well.")
    db.session.commit()
    to(2.5)
    ends_early.post_update("What we did: this.", actor=None)
    db.session.commit()
    first, second = moved(client, tmp_path)
    works = first[0]["scheduled-maintenances"]["scheduled_maintenances"]
    assert {(work["name"], work["status"]) for work in works} == {
        ("Comes", "scheduled"),
        ("Comes again", "scheduled"),
        ("Ended early", "completed"),
        ("Called off under way", "completed"),
        ("Runs", "in_progress"),
        ("By hand", "in_progress"),
    }
    hold_alike(first, second)


def test_what_a_component_is_by_itself(client, tmp_path, to):
    for status in (SLOW, PARTIAL, MAJOR, ComponentStatus.UNDER_MAINTENANCE, ComponentStatus.UNKNOWN):
        make_component(status.name, status=status)
    hold_alike(*moved(client, tmp_path))


def test_times_between_two_milliseconds(client, tmp_path, to):
    api = make_component("API")
    for n in range(5):
        to(n + n * 1e-7)
        incident = make_incident(f"No {n}", impacts={api: MAJOR})
        to(n + 0.1 + n * 1.7e-7)
        say(incident, WATCHING, "Better.", API=SLOW)
        to(n + 0.2 + n * 2.1e-7)
        say(incident, FIXED, "Over.")
    assert db.session.query(Incident).count() == 5
    hold_alike(*moved(client, tmp_path))
