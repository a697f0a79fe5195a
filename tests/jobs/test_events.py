"""From an event to notices: everyone once, whatever is repeated, lost or in between."""

from datetime import timedelta

import sqlalchemy as sa

from app.extensions import db
from app.jobs import events, housekeeping, queue_named
from app.lib import clock
from app.models import Event, Incident, Notice, Subscriber
from app.models.enums import ComponentStatus, IncidentStatus, NoticeState, Visibility
from tests.factories import make_component, make_incident, make_subscriber


def notices():
    rows = db.session.execute(sa.select(Event.name, Notice.state).join(Notice.event).order_by(Notice.id))
    return [(name, state) for name, state in rows]


def test_a_commit_with_an_event_queues_one_drain_and_a_rollback_none(installed):
    queue_named("default").empty()
    Incident.open(name="A", message="…", status=IncidentStatus.INVESTIGATING, actor=None)
    Incident.open(name="B", message="…", status=IncidentStatus.INVESTIGATING, actor=None)
    assert queue_named("default").count == 0
    db.session.commit()
    assert [job.func_name for job in queue_named("default").jobs] == ["app.jobs.events.drain"]
    Incident.open(name="C", message="…", status=IncidentStatus.INVESTIGATING, actor=None)
    db.session.rollback()
    assert queue_named("default").count == 1


def test_a_released_savepoint_sends_nothing(installed):
    queue_named("default").empty()
    with db.session.begin_nested():
        make = {"message": "…", "status": IncidentStatus.INVESTIGATING, "actor": None}
        Incident.open(name="A", **make)
    assert queue_named("default").count == 0
    db.session.rollback()
    assert queue_named("default").count == 0


def test_everyone_is_told_once_however_often_it_is_drained(installed):
    make_subscriber("a@example.org")
    make_subscriber("b@example.org")
    incident = make_incident()
    events.drain()
    events.drain()
    event = db.session.scalar(sa.select(Event).filter_by(name="incident.reported", subject_id=incident.id))
    Notice.spread(event)
    db.session.commit()
    assert notices() == [("incident.reported", NoticeState.WAITING)] * 2


def test_an_event_is_claimed_by_one_worker(installed):
    make_incident()
    event = db.session.scalar(Event.pending().limit(1))
    assert event.claim()
    assert not event.claim()


def test_an_event_of_a_newer_release_holds_up_no_other(installed, caplog):
    make_subscriber()
    incident = make_incident(notify=False)
    db.session.execute(sa.update(Event).where(Event.subject_id == incident.id).values(name="incident.sung_about"))
    make_incident("Told all the same")
    events.drain()
    events.drain()
    assert [state for _name, state in notices()] == [NoticeState.WAITING]
    assert "newer release" in caplog.text


def test_addresses_that_left_or_never_confirmed_are_forgotten(installed, monkeypatch):
    make_subscriber("stays@example.org")
    make_subscriber("left@example.org").unsubscribe()
    make_subscriber("never@example.org", verified=False)
    db.session.commit()
    housekeeping.forget_unsubscribed()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Subscriber)) == 3
    moment = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: moment)
    housekeeping.forget_unsubscribed()
    assert [s.email for s in db.session.scalars(sa.select(Subscriber))] == ["stays@example.org"]


def test_quiet_things_tell_nobody(installed, olive):
    make_subscriber()
    api = make_component()
    make_incident(notify=False)
    api.say_status(ComponentStatus.MAJOR_OUTAGE, actor=olive)
    incident = make_incident(notify=False)
    incident.edit(name="Better name", actor=olive)
    db.session.commit()
    events.drain()
    assert notices() == []


def test_what_was_hidden_before_it_was_sent_is_dropped(installed, run_jobs, mailbox):
    make_subscriber()
    incident = make_incident()
    incident.visibility = Visibility.MEMBERS
    db.session.commit()
    run_jobs()
    assert notices() == [("incident.reported", NoticeState.DROPPED)]
    assert mailbox.messages == []


def test_large_audiences_go_out_in_batches(installed):
    for number in range(250):
        db.session.add(Subscriber(email=f"s{number}@example.org"))
    db.session.execute(sa.update(Subscriber).values(verified_at=Subscriber.created_at))
    db.session.commit()
    make_incident()
    events.drain()
    assert [len(job.args[0]) for job in queue_named("mail").jobs] == [100, 100, 50]
