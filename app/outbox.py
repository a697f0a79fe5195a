"""The door between a request and the work after it: nothing leaves before the commit, and all of it does after.

Events are noted when they are flushed; the commit bumps the page cache and queues one drain. `jobs.enqueue` holds its
jobs in the session in the same way. A rollback forgets both.
"""

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from app import jobs, page_cache
from app.extensions import db
from app.jobs import events
from app.models.event import Event


def init_app() -> None:
    """Listen to the sessions of this application."""
    for name, listener in (("after_flush", _note), ("after_commit", _release), ("after_rollback", _forget)):
        if not event.contains(db.session, name, listener):
            event.listen(db.session, name, listener)


def _note(session: Session, _context: Any) -> None:
    for row in session.new:
        if isinstance(row, Event):
            session.info["has_events"] = True
            session.info["alters_page"] = session.info.get("alters_page", False) or row.kind.alters_page


def _release(session: Session) -> None:
    # A released savepoint also ends here; its news may still be rolled back.
    if session.in_nested_transaction():
        return
    waiting = session.info.pop(jobs.WAITING, [])
    if session.info.pop("alters_page", False):
        page_cache.bump()
    if session.info.pop("has_events", False):
        waiting.append((events.drain, (), "default"))
    jobs.send(waiting)


def _forget(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for name in (jobs.WAITING, "alters_page", "has_events", "settings"):
        session.info.pop(name, None)
