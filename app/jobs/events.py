"""From events to notices: fan-out, and the sweep that finds what was left behind."""

from itertools import groupby

from app import jobs, page_cache
from app.extensions import db
from app.jobs import mail
from app.models.event import Event
from app.models.notice import Notice

BATCH = 100


def drain() -> None:
    """Fan out every event that is pending, each in its own transaction."""
    altered = False
    while (event := db.session.scalar(Event.pending().limit(1))) is not None:
        altered = altered or event.kind.alters_page
        if event.claim():
            fan_out(event)
        db.session.commit()
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


def sweep() -> None:
    """Every few seconds: do what no queue knows of, because Redis or a worker was away, or a pause is over."""
    drain()
    if jobs.queue_named("mail").count or jobs.queue_named("urgent").count:
        return  # work is waiting already; what is due will still be due when it is done
    rows = db.session.execute(Notice.due().limit(BATCH * 50)).all()
    for _event_id, group in groupby(sorted(rows, key=lambda row: row[1]), key=lambda row: row[1]):
        ids = [notice_id for notice_id, _same in group]
        for start in range(0, len(ids), BATCH):
            jobs.enqueue(mail.deliver, ids[start : start + BATCH], queue="mail")
    db.session.commit()
