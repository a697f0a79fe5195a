"""What is taken first when a big mailing waits: whatever one person, or a clock, is waiting for."""

from datetime import timedelta

import sqlalchemy as sa

from app.extensions import db
from app.jobs import QUEUES, events, mail, queue_named, worker
from app.lib import clock
from app.models import Maintenance, Notice, Subscriber
from app.models.forgotten_password import ForgottenPassword
from tests.factories import make_incident, make_maintenance, make_subscriber


class Worker(worker.Worker):
    """Listens for no orders: to end what does takes half a second."""

    def subscribe(self):
        pass


def work(app):
    """Let the program's own worker do all that waits."""
    one = Worker([queue_named(name) for name in QUEUES], connection=app.extensions["daymark.redis"])
    one.app = app
    one.work(burst=True, logging_level="WARNING")
    db.session.expire_all()


def test_a_big_mailing_holds_up_neither_a_reset_nor_what_begins_by_the_clock(olive, app, mailbox, monkeypatch):
    for number in range(3):
        make_subscriber(f"s{number}@example.org")
    work(app)
    monkeypatch.setattr(events, "BATCH", 1)
    make_incident()
    events.drain()
    assert queue_named("mail").count == 3
    make_maintenance(starts_in=timedelta(seconds=-1), notify=False)
    queue_named("default").enqueue("app.jobs.maintenances.tick")
    ForgottenPassword.ask("olive")
    db.session.commit()
    work(app)
    assert len(mailbox.messages) == 4 and mailbox.messages[0]["To"] == "olive@example.org"
    began = db.session.scalar(sa.select(Maintenance)).began_at
    assert began < db.session.scalar(sa.select(sa.func.min(Notice.sent_at)))


def test_what_one_person_waits_for_is_tried_again_while_a_big_mailing_waits(olive, app, run_jobs, mailbox, monkeypatch):
    mailbox.answers = {"olive@example.org": "451 later", "new@example.org": "451 later", "s@example.org": "451 later"}
    make_subscriber("s@example.org")
    make_incident()
    Subscriber.ask("new@example.org")
    ForgottenPassword.ask("olive")
    db.session.commit()
    run_jobs()
    assert mailbox.messages == []
    mailbox.answers.clear()
    queue_named("mail").enqueue(mail.deliver, [])
    moment = clock.now() + timedelta(seconds=31)
    monkeypatch.setattr(clock, "now", lambda: moment)
    events.sweep()
    assert (queue_named("urgent").count, queue_named("mail").count) == (2, 1)
    work(app)
    assert sorted(message["To"] for message in mailbox.messages) == ["new@example.org", "olive@example.org"]
    events.sweep()
    work(app)
    assert len(mailbox.to("s@example.org")) == 1
