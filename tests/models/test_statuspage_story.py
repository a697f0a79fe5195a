"""An incident as Statuspage tells it: what belongs to which message, and what nobody said."""

from datetime import UTC, datetime, timedelta

import pytest

from app.extensions import db
from app.models import Component
from app.models.enums import ComponentStatus, IncidentStatus
from app.models.statuspage_story import incident_story, watched_since
from tests.factories import make_component, make_incident

START = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)
MAJOR, PARTIAL = ComponentStatus.MAJOR_OUTAGE, ComponentStatus.PARTIAL_OUTAGE
WELL = ComponentStatus.OPERATIONAL
INVESTIGATING, WATCHING, FIXED = IncidentStatus.INVESTIGATING, IncidentStatus.WATCHING, IncidentStatus.FIXED


@pytest.fixture
def after(monkeypatch, installed):
    """after(seconds): it is so many seconds after the start."""

    def go(seconds):
        monkeypatch.setattr("app.lib.clock.now", lambda: START + timedelta(seconds=seconds))

    go(0)
    return go


def story(incident):
    """When, the status, the words, and what each component became."""
    db.session.commit()
    shown = {component.id: component for component in db.session.scalars(Component.in_order())}
    return [
        (
            (said.at - START).total_seconds(),
            said.status,
            said.message,
            {shown[one.component_id].name: (one.old, one.new) for one in said.affected},
        )
        for said in incident_story(incident, shown)
    ]


def test_a_status_said_a_moment_before_or_after_belongs_to_the_message(after):
    api = make_component("API")
    incident = make_incident("Away", message="Away.", impacts={api: WELL})
    after(20)
    api.say_status(MAJOR, actor=None)
    after(3600)
    api.say_status(WELL, actor=None)
    after(3605)
    incident.fix(actor=None, message="Back.")
    assert story(incident) == [
        (0, INVESTIGATING, "Away.", {"API": (WELL, MAJOR)}),
        (3605, FIXED, "Back.", {"API": (MAJOR, WELL)}),
    ]


def test_a_change_without_a_word_is_told_in_one_of_its_own(after):
    api, web = make_component("API"), make_component("Web")
    incident = make_incident("Away", message="Away.", impacts={api: MAJOR, web: WELL})
    after(600)
    api.say_status(PARTIAL, actor=None)
    after(605)
    web.say_status(PARTIAL, actor=None)
    after(3600)
    incident.edit(actor=None, status=FIXED)
    assert story(incident) == [
        (0, INVESTIGATING, "Away.", {"API": (WELL, MAJOR), "Web": (WELL, WELL)}),
        (
            600,
            INVESTIGATING,
            "API: Partial outage\nWeb: Partial outage",
            {"API": (MAJOR, PARTIAL), "Web": (WELL, PARTIAL)},
        ),
        (3600, FIXED, "This incident has been fixed.", {"API": (PARTIAL, WELL), "Web": (PARTIAL, WELL)}),
    ]


def test_what_begins_in_the_future_has_been_told_already(after):
    incident = make_incident("Soon", message="Soon.", occurred_at=START + timedelta(days=1))
    ((at, *_rest),) = story(incident)
    assert at != timedelta(days=1).total_seconds()


def test_when_it_was_last_watched(after):
    incident = make_incident()
    assert watched_since(incident_story(incident, {})) is None
    for n, status in enumerate((WATCHING, WATCHING, INVESTIGATING, WATCHING, WATCHING, FIXED), start=1):
        after(n * 100)
        incident.post_update(status=status, message="x", actor=None)
    db.session.commit()
    assert watched_since(incident_story(incident, {})) == START + timedelta(seconds=400)
