"""How the mails are doing: what waits, what went out, and what could not be sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

import sqlalchemy as sa

from app.extensions import db
from app.lib import clock
from app.models.delivery import OPEN, Delivery
from app.models.enums import NoticeState
from app.models.member_mail import MemberMail
from app.models.notice import Notice

DAY = timedelta(days=1)
# A mail is due until it is sent; longer than that no try lasts. With it the index on `due_at` finds the last day's.
LONGEST_TRY = timedelta(hours=1)


@dataclass(frozen=True)
class MailState:
    """All mails on their way, to subscribers and to members: how many wait (and since when the oldest), how many of
    these were tried in vain, how many were sent in the last day, and how many were given up."""

    waiting: int
    oldest: datetime | None
    tried: int
    sent: int
    failed: int

    @classmethod
    def load(cls) -> Self:
        """Read it all from the database, which knows also while the queue is away."""
        parts = [_part(kind) for kind in (Notice, MemberMail)]
        waits = [oldest for _waiting, oldest, *_rest in parts if oldest is not None]
        return cls(
            waiting=sum(part[0] for part in parts),
            oldest=min(waits, default=None),
            tried=sum(part[2] for part in parts),
            sent=sum(part[3] for part in parts),
            failed=sum(part[4] for part in parts),
        )


def _part(kind: type[Delivery]) -> tuple[int, datetime | None, int, int, int]:
    waits = sa.select(sa.func.count(), sa.func.min(kind.created_at)).where(kind.state.in_(OPEN))
    waiting, oldest = db.session.execute(waits).one()
    since = clock.now() - DAY
    recent = (kind.state == NoticeState.SENT, kind.due_at > since - LONGEST_TRY, kind.sent_at > since)
    counted = [
        db.session.scalar(sa.select(sa.func.count()).select_from(kind).where(*conditions)) or 0
        for conditions in ((kind.is_waiting(),), recent, (kind.state == NoticeState.FAILED,))
    ]
    return waiting, oldest, counted[0], counted[1], counted[2]
