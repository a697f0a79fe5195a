"""The golden JSON of each resource of API v1. A change here is a change for every client: say so in the changelog."""

from datetime import UTC, datetime

import pytest

from app.extensions import db
from app.models import Maintenance
from app.models.enums import Collapse, ComponentStatus, IncidentStatus, Visibility
from tests.factories import make_component, make_group, make_incident, make_maintenance, make_subscriber

THEN = datetime(2026, 8, 20, 14, 43, 7, 123456, tzinfo=UTC)
LATER = datetime(2026, 8, 20, 16, 0, tzinfo=UTC)
AT, AFTER = "2026-08-20 14:43:07", "2026-08-20 16:00:00"

BARE_COMPONENT = {
    "id": 1,
    "name": "API",
    "description": "",
    "link": "",
    "status": 0,
    "order": 0,
    "group_id": 0,
    "enabled": True,
    "meta": None,
    "created_at": AT,
    "updated_at": AT,
    "deleted_at": None,
    "status_name": "Unknown",
    "tags": {},
}
FULL_COMPONENT = {
    "id": 1,
    "name": "API",
    "description": "For programs",
    "link": "https://example.org",
    "status": 4,
    "order": 3,
    "group_id": 1,
    "enabled": True,
    "meta": {"uuid": "x", "n": 42},
    "created_at": AT,
    "updated_at": AT,
    "deleted_at": None,
    "status_name": "Major Outage",
    "tags": {"hello-world": "Hello World"},
}
BARE_GROUP = {
    "id": 1,
    "name": "Core",
    "order": 0,
    "visible": 0,
    "collapsed": 0,
    "created_at": AT,
    "updated_at": AT,
    "enabled_components": [],
    "enabled_components_lowest": [],
    "lowest_human_status": None,
}
FULL_GROUP = {
    "id": 1,
    "name": "Core",
    "order": 1,
    "visible": 1,
    "collapsed": 2,
    "created_at": AT,
    "updated_at": AT,
    "enabled_components": [FULL_COMPONENT],
    "enabled_components_lowest": [FULL_COMPONENT],
    "lowest_human_status": "Major Outage",
}
BARE_INCIDENT = {
    "id": 1,
    "user_id": None,
    "component_id": 0,
    "name": "Slow",
    "status": 0,
    "visible": 0,
    "stickied": False,
    "notifications": False,
    "message": "We *look* into it.",
    "occurred_at": AT,
    "created_at": AT,
    "updated_at": AT,
    "deleted_at": None,
    "is_resolved": False,
    "meta": [],
    "updates": [],
    "human_status": "Reported",
    "latest_update_id": None,
    "latest_status": 0,
    "latest_human_status": "Reported",
    "latest_icon": "icon ion-android-calendar",
    "permalink": "http://status.test/incidents/1",
    "duration": 0,
}
UPDATE = {
    "id": 1,
    "incident_id": 1,
    "status": 4,
    "message": "Back to *normal*.",
    "user_id": 1,
    "created_at": AFTER,
    "updated_at": AFTER,
    "human_status": "Fixed",
    "permalink": "http://status.test/incidents/1#update-1",
}
FULL_INCIDENT = {
    "id": 1,
    "user_id": 1,
    "component_id": 1,
    "name": "Slow",
    "status": 4,
    "visible": 1,
    "stickied": True,
    "notifications": False,
    "message": "We *look* into it.",
    "occurred_at": AT,
    "created_at": AT,
    "updated_at": AT,
    "deleted_at": None,
    "is_resolved": True,
    "meta": {"id": 123456789},
    "updates": [UPDATE],
    "human_status": "Fixed",
    "latest_update_id": 1,
    "latest_status": 4,
    "latest_human_status": "Fixed",
    "latest_icon": "icon ion-checkmark greens",
    "permalink": "http://status.test/incidents/1",
    "duration": 4612,
}

BARE_SCHEDULE = {
    "id": 1,
    "name": "Upgrade",
    "message": "",
    "status": 0,
    "scheduled_at": "2031-06-03 22:00:00",
    "completed_at": None,
    "created_at": AT,
    "updated_at": AT,
    "deleted_at": None,
    "components": [],
    "human_status": "Upcoming",
}
FULL_SCHEDULE = {
    "id": 1,
    "name": "Upgrade",
    "message": "A *short* break.",
    "status": 2,
    "scheduled_at": AT,
    "completed_at": AFTER,
    "created_at": AT,
    "updated_at": AT,
    "deleted_at": None,
    "components": [
        {
            "id": 1,
            "schedule_id": 1,
            "component_id": 1,
            "component_status": 2,
            "created_at": AT,
            "updated_at": AT,
        }
    ],
    "human_status": "Complete",
}
BARE_SUBSCRIBER = {
    "id": 1,
    "email": "sue@example.org",
    "verify_code": "0123456789abcdef",
    "phone_number": None,
    "slack_webhook_url": None,
    "verified_at": None,
    "global": True,
    "created_at": AT,
    "updated_at": AT,
    "subscriptions": [],
}
FULL_SUBSCRIBER = {
    "id": 1,
    "email": "sue@example.org",
    "verify_code": "0123456789abcdef",
    "phone_number": None,
    "slack_webhook_url": None,
    "verified_at": AFTER,
    "global": False,
    "created_at": AT,
    "updated_at": AT,
    "subscriptions": [{"id": 1, "subscriber_id": 1, "component_id": 1, "created_at": AFTER, "updated_at": AFTER}],
}


def dated(row, at=THEN):
    """`row` as if written at a known time."""
    row.created_at = row.updated_at = at
    db.session.commit()
    return row


def make_bare_component():
    return dated(make_component(position=0, status=ComponentStatus.UNKNOWN))


def make_full_component():
    group = make_group(position=1, collapse=Collapse.UNLESS_TROUBLE)
    fields = {"description": "For programs", "link": "https://example.org", "meta": {"uuid": "x", "n": 42}}
    component = make_component(group=group, position=3, tags=["Hello World"], **fields)
    component.say_status(ComponentStatus.MAJOR_OUTAGE, actor=None)
    dated(component)
    return dated(group)


def make_bare_incident():
    hidden = {"visibility": Visibility.MEMBERS, "status": IncidentStatus.REPORTED}
    return dated(make_incident("Slow", message="We *look* into it.", occurred_at=THEN, **hidden))


def make_full_incident(olive):
    impacts = {make_component(): ComponentStatus.MAJOR_OUTAGE}
    fields = {"pinned": True, "meta": {"id": 123456789}, "actor": olive, "occurred_at": THEN}
    incident = make_incident("Slow", message="We *look* into it.", impacts=impacts, **fields)
    update = incident.post_update(status=IncidentStatus.FIXED, message="Back to *normal*.", actor=olive)
    incident.fixed_at = LATER
    dated(update, LATER)
    return dated(incident)


@pytest.mark.parametrize("path", ["/components/1", "/components?id=1"])
def test_component(api, olive, path):
    make_bare_component()
    assert only(api().get(path)) == BARE_COMPONENT


def test_component_with_everything(api, olive):
    make_full_component()
    assert only(api().get("/components/1")) == FULL_COMPONENT


@pytest.mark.parametrize("path", ["/components/groups/1", "/components/groups?id=1"])
def test_component_group(api, olive, path):
    dated(make_group(position=0, visibility=Visibility.MEMBERS))
    assert only(api(olive).get(path)) == BARE_GROUP


def test_component_group_with_everything(api, olive):
    make_full_component()
    assert only(api().get("/components/groups/1")) == FULL_GROUP


@pytest.mark.parametrize("path", ["/incidents/1", "/incidents?id=1"])
def test_incident(api, olive, path):
    make_bare_incident()
    assert only(api(olive).get(path)) == BARE_INCIDENT


def test_incident_with_everything(api, olive):
    make_full_incident(olive)
    assert only(api().get("/incidents/1")) == FULL_INCIDENT


@pytest.mark.parametrize("path", ["/incidents/1/updates/1", "/incidents/1/updates"])
def test_incident_update(api, olive, path):
    make_full_incident(olive)
    assert only(api().get(path)) == UPDATE


@pytest.mark.parametrize("path", ["/schedules/1", "/schedules?id=1"])
def test_schedule(api, olive, path):
    api(olive).post("/schedules", json={"name": "Upgrade", "status": 0, "scheduled_at": "2031-06-03 22:00"})
    dated(db.session.get_one(Maintenance, 1))
    assert only(api().get(path)) == BARE_SCHEDULE


@pytest.mark.parametrize("path", ["/schedules/1", "/schedules?id=1"])
def test_schedule_with_everything(api, olive, path):
    work = make_maintenance("Upgrade", message="A *short* break.", starts_at=THEN, ends_at=LATER)
    work.edit(components=[make_component()], actor=None)
    dated(work)
    assert only(api().get(path)) == FULL_SCHEDULE


def test_subscriber(api, olive):
    sue = make_subscriber(verified=False)
    sue.link_key = "0123456789abcdef"
    dated(sue)
    assert only(api(olive).get("/subscribers")) == BARE_SUBSCRIBER


def test_subscriber_with_everything(api, olive):
    sue = make_subscriber(components=[make_component()])
    sue.link_key, sue.verified_at = "0123456789abcdef", LATER
    dated(sue.subscriptions[0], LATER)
    dated(sue)
    assert only(api(olive).get("/subscribers")) == FULL_SUBSCRIBER


def test_numbers_are_numbers_and_truths_are_truths(api, olive):
    make_full_incident(olive)
    shown = only(api().get("/incidents/1"))
    assert {name for name, value in shown.items() if type(value) is bool} == {
        "stickied",
        "notifications",
        "is_resolved",
    }
    assert type(shown["visible"]) is int and type(shown["duration"]) is int


def test_an_error(api, olive):
    error = api(olive).post("/components", json={"status": 1}).json["errors"]
    assert [{**one, "id": ""} for one in error] == [
        {
            "id": "",
            "status": 400,
            "title": "Bad Request",
            "detail": "The name field is required.",
            "meta": {"details": ["The name field is required."]},
        }
    ]


def only(answer):
    data = answer.json["data"]
    return data[0] if isinstance(data, list) else data
