"""What every mail on its way has in common: where it stands, when it is tried, and that one worker has it at a time."""

from datetime import datetime, timedelta
from typing import Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased, mapped_column

from app.extensions import db
from app.lib import clock
from app.models.base import Choice, Model, UtcDateTime
from app.models.enums import NoticeState

# A worker that took a mail and is silent for this long is dead: its job was ended by then (LONGEST_JOB in app/jobs),
# while a mail server may take its time over each answer, of which a single mail needs ten.
LEASE = timedelta(seconds=300)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(hours=24)
OPEN = (NoticeState.WAITING, NoticeState.SENDING)


class Delivery(Model):
    """One mail to one reader, and how far it has come. Tables of mails add whom it is for and what it tells."""

    __abstract__ = True

    state: Mapped[NoticeState] = mapped_column(Choice(NoticeState), default=NoticeState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(sa.String(500), default="")

    @classmethod
    def is_due(cls) -> sa.ColumnElement[bool]:
        """The condition of what may be sent now; also what a dead worker left behind."""
        return sa.and_(cls.state.in_(OPEN), cls.due_at <= clock.now())

    @classmethod
    def is_waiting(cls) -> sa.ColumnElement[bool]:
        """The condition of what was tried in vain and will be tried again."""
        return sa.and_(cls.state == NoticeState.WAITING, cls.attempts > 0)

    @classmethod
    def in_trouble(cls) -> sa.Select[Self]:
        """What was given up, and what could not be sent yet; what was tried last comes first."""
        failed = cls.state == NoticeState.FAILED
        return sa.select(cls).where(sa.or_(failed, cls.is_waiting())).order_by(cls.updated_at.desc(), cls.id.desc())

    @classmethod
    def counts(cls) -> dict[NoticeState, int]:
        """How many are in each state."""
        rows = db.session.execute(sa.select(cls.state, sa.func.count()).group_by(cls.state))
        return {NoticeState(state): count for state, count in rows}

    @classmethod
    def waiting_since(cls) -> datetime | None:
        """Since when the oldest waits that is not sent yet; None when all are done."""
        return db.session.scalar(sa.select(sa.func.min(cls.created_at)).where(cls.state.in_(OPEN)))

    @classmethod
    def stuck_since(cls) -> datetime | None:
        """Since when nothing goes out: the oldest that was not tried yet, or was in vain while nothing behind it was
        sent. What the server of one reader puts off, and no other, does not count. None while all goes well."""
        behind = aliased(cls)
        last_sent = sa.select(sa.func.coalesce(sa.func.max(behind.id), 0)).where(behind.state == NoticeState.SENT)
        is_stuck = sa.or_(cls.attempts == 0, cls.id > last_sent.scalar_subquery())
        return db.session.scalar(sa.select(sa.func.min(cls.created_at)).where(cls.state.in_(OPEN), is_stuck))

    @classmethod
    def hurry(cls) -> None:
        """Have what waits for its next try be tried now: what kept it from being sent may be mended."""
        db.session.execute(sa.update(cls).where(cls.is_waiting()).values(due_at=clock.now()))

    @property
    def is_open(self) -> bool:
        """Whether it will still be tried."""
        return self.state in OPEN

    def claim(self) -> bool:
        """Take it for sending; False when it is done, not due, or another worker has it."""
        kind = type(self)
        taken = db.session.execute(
            sa.update(kind)
            .where(kind.id == self.id, kind.is_due())
            .values(state=NoticeState.SENDING, due_at=clock.now() + LEASE)
        )
        return taken.rowcount == 1  # type: ignore[attr-defined]

    def sent(self) -> None:
        """The mail server took it."""
        self.state, self.sent_at, self.error = NoticeState.SENT, clock.now(), ""

    def retry(self, error: str) -> None:
        """It could not be sent now: wait, longer each time, and give up after a day."""
        self.attempts, self.error = self.attempts + 1, error[:500]
        pause = min(FIRST_PAUSE * 2 ** (self.attempts - 1), LONGEST_PAUSE)
        gives_up = clock.now() + pause > self.created_at + GIVE_UP_AFTER
        self.state = NoticeState.FAILED if gives_up else NoticeState.WAITING
        self.due_at = clock.now() + pause

    def refuse(self, error: str) -> None:
        """The mail server will never take it."""
        self.attempts, self.error = self.attempts + 1, error[:500]
        self.state = NoticeState.FAILED

    def drop(self, reason: str) -> None:
        """There is nothing left to tell."""
        self.state, self.error = NoticeState.DROPPED, reason
