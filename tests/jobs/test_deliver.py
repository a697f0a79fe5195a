"""Sending: what the mail server answers, and what becomes of each notice."""

from datetime import timedelta

import sqlalchemy as sa

from app.extensions import db
from app.jobs import events, mail
from app.lib import clock
from app.models import Notice, Subscriber
from app.models.enums import NoticeState
from tests.factories import make_incident, make_subscriber
from tests.mailbox import Watching


def notice():
    return db.session.scalar(sa.select(Notice).order_by(Notice.id.desc()).limit(1))


def later(monkeypatch, **span):
    moment = clock.now() + timedelta(**span)
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_a_batch_goes_over_one_connection(installed, run_jobs, mailbox):
    for number in range(30):
        make_subscriber(f"s{number}@example.org")
    make_incident()
    run_jobs()
    assert len(mailbox.messages) == 30
    assert mailbox.connections == 1


def test_while_a_mail_server_thinks_nobody_waits_for_us(installed, app, run_jobs):
    for number in range(3):
        make_subscriber(f"s{number}@example.org")
    with Watching(db.session()) as mailbox:
        mailbox.configure(app)
        make_incident()
        run_jobs()
        mailbox.restore(app)
    assert mailbox.found == [("greeted", False), *[("sent", False)] * 3]


def test_delivering_twice_sends_once(installed, run_jobs, mailbox):
    make_subscriber()
    make_incident()
    run_jobs()
    mail.deliver([notice().id])
    assert len(mailbox.messages) == 1
    assert notice().state is NoticeState.SENT


def test_a_busy_server_is_asked_again_later(installed, run_jobs, mailbox, monkeypatch):
    make_subscriber("busy@example.org")
    mailbox.answers["busy@example.org"] = "451 greylisted, come back"
    make_incident()
    run_jobs()
    assert (notice().state, notice().attempts) == (NoticeState.WAITING, 1)
    assert "greylisted" in notice().error
    mailbox.answers.clear()
    events.sweep()
    run_jobs()
    assert mailbox.messages == [], "not before the pause is over"
    later(monkeypatch, seconds=31)
    events.sweep()
    run_jobs()
    assert len(mailbox.to("busy@example.org")) == 1


def test_after_a_day_it_is_given_up(installed, run_jobs, mailbox, monkeypatch):
    make_subscriber("busy@example.org")
    mailbox.answers["busy@example.org"] = "451 no"
    make_incident()
    run_jobs()
    for _ in range(40):
        later(monkeypatch, hours=1, seconds=1)
        events.sweep()
        run_jobs()
    assert notice().state is NoticeState.FAILED
    assert 24 <= notice().attempts <= 34


def test_a_refused_address_fails_alone_and_is_set_aside_after_three(installed, run_jobs, mailbox):
    make_subscriber("gone@example.org")
    make_subscriber("fine@example.org")
    mailbox.answers["gone@example.org"] = "550 no such user"
    for number in range(4):
        make_incident(f"Incident {number}")
        run_jobs()
    gone = db.session.scalar(sa.select(Subscriber).filter_by(email="gone@example.org"))
    assert gone.set_aside_at is not None
    assert len(mailbox.to("fine@example.org")) == 4
    failed = db.session.scalars(sa.select(Notice).filter_by(subscriber_id=gone.id)).all()
    assert [n.state for n in failed] == [NoticeState.FAILED] * 3
    assert "no such user" in failed[0].error


def test_while_the_mail_server_is_down_nothing_is_lost_and_nobody_blamed(installed, run_jobs, mailbox, monkeypatch):
    for number in range(5):
        make_subscriber(f"s{number}@example.org")
    mailbox.down()
    make_incident()
    run_jobs()
    assert {n.state for n in db.session.scalars(sa.select(Notice))} == {NoticeState.WAITING}
    mailbox.up()
    later(monkeypatch, minutes=2)
    events.sweep()
    run_jobs()
    assert len(mailbox.messages) == 5
    assert {s.failures for s in db.session.scalars(sa.select(Subscriber))} == {0}


def test_what_a_dead_worker_was_sending_is_sent_again_and_recognisable(installed, run_jobs, mailbox, monkeypatch):
    make_subscriber()
    make_incident()
    events.drain()
    assert notice().claim()
    db.session.commit()
    events.sweep()
    run_jobs()
    assert mailbox.messages == [], "another worker may still be at it"
    later(monkeypatch, seconds=61)
    events.sweep()
    run_jobs()
    later(monkeypatch, seconds=2)
    repeat = mail.mailer.address(mail.compose(notice().event), notice())
    assert [m["Message-ID"] for m in mailbox.messages] == [repeat.msgId]


def test_someone_who_unsubscribed_meanwhile_hears_nothing(installed, run_jobs, mailbox):
    sue = make_subscriber()
    make_incident()
    events.drain()
    sue.unsubscribe()
    db.session.commit()
    run_jobs()
    assert mailbox.messages == []
    assert notice().state is NoticeState.DROPPED


def test_redis_away_while_an_incident_is_reported(installed, app, run_jobs, mailbox, monkeypatch):
    make_subscriber()
    run_jobs()
    there = app.extensions["daymark.redis"]
    app.extensions["daymark.redis"] = type(there).from_url("unix:///nowhere/valkey.sock")
    make_incident()
    app.extensions["daymark.redis"] = there
    run_jobs()
    assert mailbox.messages == []
    events.sweep()
    run_jobs()
    assert len(mailbox.messages) == 1


def test_a_message_that_cannot_be_written_fails_alone(installed, run_jobs, mailbox):
    odd = make_subscriber("odd@example.org")
    odd.email = "ödd@example.org"  # from before such addresses were refused
    make_subscriber("sue@example.org")
    make_incident()
    run_jobs()
    assert [message["To"] for message in mailbox.messages] == ["sue@example.org"]
    states = {found.subscriber.email: found.state for found in db.session.scalars(sa.select(Notice))}
    assert states == {"ödd@example.org": NoticeState.FAILED, "sue@example.org": NoticeState.SENT}
