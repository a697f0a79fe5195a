"""From events to notices: fan-out, and the sweep that finds what was left behind."""

import logging
from itertools import groupby

import sqlalchemy as sa

from app import jobs, page_cache
from app.extensions import db
from app.jobs import mail, member_mail
from app.models.event import Event
from app.models.member_mail import MemberMail
from app.models.notice import Notice

log = logging.getLogger(__name__)
BATCH = 100


def drain() -> None:
    """Fan out every event that is pending, each in its own transaction. One that cannot be holds up no other."""
    altered, last = False, 0
    while (event := db.session.scalar(Event.pending(after=last).limit(1))) is not None:
        last = event.id
        try:
            altered = altered or event.kind.alters_page
            if event.claim():
                fan_out(event)
            db.session.commit()
        except (ValueError, KeyError, AttributeError):
            db.session.rollback()
            log.exception("event %s cannot be told; was it written by a newer release?", last)
    if altered:
        # The commit's own bump is lost when Redis was away at that moment.
        page_cache.bump()


def fan_out(event: Event) -> None:
    """One notice per recipient, then jobs that send them in batches."""
    Notice.spread(event)
    ids = [notice_id for notice_id, _event_id in db.session.execute(Notice.due(event))]
    queue = "urgent" if event.kind.is_personal else "mail"
    for start in range(0, len(ids), BATCH):
        jobs.enqueue(mail.deliver, ids[start : start + BATCH], queue=queue)
    for mail_id in db.session.scalars(MemberMail.due(event)):
        jobs.enqueue(member_mail.deliver, [mail_id], queue="urgent")


def sweep() -> None:
    """Every few seconds: do what no queue knows of, because Redis or a worker was away, or a pause is over."""
    drain()
    if jobs.queue_named("urgent").count:
        return  # work is waiting already; what is due will still be due when it is done
    for mail_id in db.session.scalars(MemberMail.due().limit(BATCH)):
        jobs.enqueue(member_mail.deliver, [mail_id], queue="urgent")
    _queue_again(Notice.due_of(personal=True), "urgent")
    if not jobs.queue_named("mail").count:
        _queue_again(Notice.due_of(personal=False), "mail")
    db.session.commit()


def _queue_again(due: sa.Select[int, int], queue: str) -> None:
    rows = db.session.execute(due.limit(BATCH * 50)).all()
    for _event_id, group in groupby(sorted(rows, key=lambda row: row[1]), key=lambda row: row[1]):
        ids = [notice_id for notice_id, _same in group]
        for start in range(0, len(ids), BATCH):
            jobs.enqueue(mail.deliver, ids[start : start + BATCH], queue=queue)
