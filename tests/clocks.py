"""A clock that stands still, also for the times that rows get by themselves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from app.lib import clock
from app.models.base import Model


@contextmanager
def stopped(monkeypatch) -> Iterator[Callable[[datetime], None]]:
    """Within it the time is what it was last set to: `with stopped(monkeypatch) as at: at(NOW)`."""

    def stamp(session, _context, _instances):
        # The columns took the function that asks for the time when they were made, and go on asking the real one.
        for row in (row for row in session.new if isinstance(row, Model)):
            row.created_at, row.updated_at = row.created_at or clock.now(), row.updated_at or clock.now()
        for row in (row for row in session.dirty if isinstance(row, Model)):
            if session.is_modified(row) and not inspect(row).attrs.updated_at.history.added:
                row.updated_at = clock.now()

    event.listen(Session, "before_flush", stamp)
    try:
        yield lambda moment: monkeypatch.setattr("app.lib.clock.now", lambda: moment)
    finally:
        event.remove(Session, "before_flush", stamp)
