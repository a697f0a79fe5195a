"""News of what is gone by the time they are sent: nothing is told of what has its id by then."""

import sqlalchemy as sa

from app.extensions import db
from app.models import Component, Event, Incident, Maintenance, Notice
from app.models.enums import ComponentStatus, IncidentStatus, NoticeState, Visibility
from tests.factories import make_component, make_incident, make_maintenance, make_subscriber


def test_news_of_what_was_deleted_tells_nothing_of_what_has_its_id_now(installed, run_jobs, mailbox, olive):
    make_subscriber()
    make_component("Known").say_status(ComponentStatus.MAJOR_OUTAGE, actor=olive, notify=True)
    make_incident("Public")
    make_maintenance("Planned")
    db.session.commit()
    told = [event for event in db.session.scalars(sa.select(Event)) if event.data.get("notify")]
    for model in (Component, Incident, Maintenance):
        db.session.scalar(sa.select(model)).delete(actor=olive)
    db.session.commit()
    now = {
        "Component": make_component("Quiet"),
        "Incident": make_incident("Quiet", notify=False),
        "Maintenance": make_maintenance("Quiet", notify=False),
    }
    for event in told:
        event.subject_id = now[event.subject_type].id  # as SQLite gives ids out again
    db.session.commit()
    run_jobs()
    assert sorted(event.subject_type for event in told) == sorted(now)
    assert mailbox.messages == []
    assert {found.state for found in db.session.scalars(sa.select(Notice))} == {NoticeState.DROPPED}


def test_news_of_an_update_that_was_deleted_tell_nothing_of_another_s(installed, run_jobs, mailbox, olive):
    make_subscriber()
    story, work = make_incident("Public", notify=False), make_maintenance("Planned", notify=False)
    gone = [
        story.post_update(status=IncidentStatus.WATCHING, message="It is better.", actor=olive),
        work.post_update("We begin with the first rack.", actor=olive),
    ]
    db.session.commit()
    told = [event for event in db.session.scalars(sa.select(Event)) if event.data.get("notify")]
    for update in gone:
        update.delete(actor=olive)
    db.session.commit()
    secret = make_incident("Secret", notify=False, visibility=Visibility.MEMBERS)
    closed = make_maintenance("Secret", notify=False, visibility=Visibility.MEMBERS)
    now = {
        "Incident": secret.post_update(status=IncidentStatus.WATCHING, message="Secret.", actor=olive, notify=False),
        "Maintenance": closed.post_update("Secret.", actor=olive, notify=False),
    }
    # Dated as if nothing but whose they are could tell: an import keeps the times of what it brings.
    for update in now.values():
        update.created_at = story.created_at
    db.session.flush()
    for event in told:
        event.data = {**event.data, "update_id": now[event.subject_type].id}
    db.session.commit()
    run_jobs()
    assert sorted(event.subject_type for event in told) == sorted(now)
    assert mailbox.messages == []
