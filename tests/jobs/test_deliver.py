"""Sending: what the mail server answers, and what becomes of each notice."""

from datetime import timedelta

import sqlalchemy as sa

from app.extensions import db
from app.jobs import LONGEST_JOB, events, mail
from app.lib import clock
from app.models import Notice, Subscriber
from app.models.enums import NoticeState
from app.models.forgotten_password import ForgottenPassword
from app.models.member_mail import MemberMail
from tests.factories import make_incident, make_subscriber
from tests.mailbox import Mailbox, Watching
from tests.queries import count_queries


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


def test_a_sender_that_is_refused_is_no_reader_s_fault_and_all_wait_for_a_better_one(
    installed, run_jobs, mailbox, monkeypatch
):
    for number in range(3):
        make_subscriber(f"s{number}@example.org")
    mailbox.answers["status@status.test"] = "550 not an address of yours"
    make_incident()
    run_jobs()
    notices = db.session.scalars(sa.select(Notice)).all()
    assert {(n.state, n.attempts, n.error) for n in notices} == {
        (NoticeState.WAITING, 1, "550 not an address of yours")
    }
    assert {n.subscriber.failures for n in notices} == {0}
    assert mailbox.asked == 1, "it would say the same of each"
    mailbox.answers.clear()
    later(monkeypatch, seconds=31)
    events.sweep()
    run_jobs()
    assert len(mailbox.messages) == 3


def test_a_message_that_is_refused_is_no_reader_s_fault(installed, run_jobs, mailbox):
    sue = make_subscriber()
    mailbox.answers["DATA"] = "552 quota exceeded"
    for number in range(3):
        make_incident(f"Incident {number}")
        run_jobs()
    failed = db.session.scalars(sa.select(Notice)).all()
    assert [(n.state, n.error) for n in failed] == [(NoticeState.FAILED, "552 quota exceeded")] * 3
    assert (sue.failures, sue.set_aside_at) == (0, None)


def test_a_sender_that_is_refused_costs_no_member_their_link(olive, run_jobs, mailbox, monkeypatch):
    mailbox.answers["status@status.test"] = "550 not an address of yours"
    ForgottenPassword.ask("olive")
    db.session.commit()
    run_jobs()
    waiting = db.session.scalar(sa.select(MemberMail))
    assert (waiting.state, waiting.error) == (NoticeState.WAITING, "550 not an address of yours") and waiting.code
    mailbox.answers.clear()
    later(monkeypatch, seconds=31)
    events.sweep()
    run_jobs()
    assert len(mailbox.to("olive@example.org")) == 1


def test_a_password_that_smtp_cannot_say_keeps_mails_waiting(olive, app, run_jobs, mailbox, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_USERNAME", "daymark")
    monkeypatch.setitem(app.config, "MAIL_PASSWORD", "für alle, 5 €")
    make_subscriber()
    make_incident()
    ForgottenPassword.ask("olive")
    db.session.commit()
    run_jobs()
    waiting = [notice(), db.session.scalar(sa.select(MemberMail))]
    assert [(one.state, one.attempts) for one in waiting] == [(NoticeState.WAITING, 1)] * 2
    assert all("ASCII" in one.error and "alle" not in one.error for one in waiting)
    monkeypatch.setitem(app.config, "MAIL_PASSWORD", "a right password")
    later(monkeypatch, seconds=31)
    events.sweep()
    run_jobs()
    assert len(mailbox.messages) == 2


class Meddling(Mailbox):
    """Before it greets whoever brings the first mail, somebody else does `deed`."""

    def __init__(self, app, deed):
        super().__init__()
        self.app, self.deed = app, deed

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        with self.app.app_context():
            self.deed()
            db.session.commit()
        return await super().handle_EHLO(server, session, envelope, hostname, responses)


def test_readers_who_go_or_choose_another_language_meanwhile_hold_up_nobody(installed, app, run_jobs):
    for name in ("a", "b", "c", "d"):
        make_subscriber(f"{name}@example.org")

    make_incident()
    events.drain()
    everyone = [found.subscriber.email for found in db.session.scalars(sa.select(Notice).order_by(Notice.id))]
    db.session.rollback()

    def as_the_first_is_on_its_way():
        first, second, third, _last = db.session.scalars(sa.select(Notice).order_by(Notice.id))
        first.subscriber.delete(actor=None)
        second.subscriber.delete(actor=None)
        third.subscriber.locale = "de"

    with Meddling(app, as_the_first_is_on_its_way) as mailbox:
        mailbox.configure(app)
        run_jobs()
        mailbox.restore(app)
    assert [message["To"] for message in mailbox.messages] == [everyone[0], *everyone[2:]]
    assert [found.state for found in db.session.scalars(sa.select(Notice))] == [NoticeState.SENT] * 2


def test_a_batch_reads_each_notice_once_more_and_not_piece_by_piece(installed, run_jobs, mailbox):
    for number in range(10):
        make_subscriber(f"s{number}@example.org")
    make_incident()
    events.drain()
    with count_queries() as sent:
        run_jobs()
    read = [statement for statement in sent if statement.startswith("SELECT") and "FROM notices" in statement]
    assert len(mailbox.messages) == 10 and len(read) <= 25


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
    later(monkeypatch)  # from here on time passes only as it is told
    assert notice().claim()
    db.session.commit()
    later(monkeypatch, seconds=LONGEST_JOB - 10)
    events.sweep()
    run_jobs()
    assert mailbox.messages == [], "another worker may still be at it"
    later(monkeypatch, seconds=11)
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
