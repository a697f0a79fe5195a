"""Notices: one row per recipient of an event, so that nobody is told twice and nothing is lost."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.errors import Conflict
from app.extensions import db
from app.i18n import _
from app.lib import clock
from app.models.base import count_rows
from app.models.delivery import Delivery
from app.models.enums import NoticeState
from app.models.event import PERSONAL, Event, EventName
from app.models.mixins import Actor
from app.models.setting import Setting
from app.models.subscriber import Subscriber
from app.models.window import Window


class Notice(Delivery):
    """What one subscriber is told of one event over one channel, and how far it has come."""

    __tablename__ = "notices"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "subscriber_id", "channel"),
        sa.Index("ix_notices_due", "state", "due_at"),
    )

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    subscriber_id: Mapped[int] = mapped_column(sa.ForeignKey("subscribers.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str] = mapped_column(sa.String(16), default="mail")

    event: Mapped[Event] = relationship()
    subscriber: Mapped[Subscriber] = relationship()

    @classmethod
    def spread(cls, event: Event) -> None:
        """One notice for everyone who wants to hear of `event`, who came first in front, in a single statement."""
        if not event.data.get("notify") or cls._is_suppressed(event):
            return
        told = sa.select(cls.subscriber_id).where(cls.event_id == event.id, cls.channel == "mail")
        people = Subscriber.interested_in(event).where(Subscriber.id.not_in(told))
        rows = people.with_only_columns(sa.literal(event.id), Subscriber.id).order_by(Subscriber.id)
        db.session.execute(sa.insert(cls).from_select(["event_id", "subscriber_id"], rows))

    @staticmethod
    def _is_suppressed(event: Event) -> bool:
        """Whether it is trouble that was to be expected: all that it touches was under maintenance."""
        if event.subject_type not in ("Incident", "Component") or not Setting.get("suppress_in_maintenance"):
            return False
        return Window.covers(event.data.get("component_ids", []), event.created_at)

    @classmethod
    def due(cls, event: Event | None = None) -> sa.Select[int, int]:
        """Ids and events of what may be sent now, oldest first; also what a dead worker left behind."""
        select = sa.select(cls.id, cls.event_id).where(cls.is_due()).order_by(cls.id)
        return select if event is None else select.where(cls.event_id == event.id)

    @classmethod
    def due_of(cls, *, personal: bool) -> sa.Select[int, int]:
        """The same of all events for which one person is waiting, or of all others."""
        of_one = sa.select(Event.id).where(Event.name.in_([name.value for name in PERSONAL]), Event.id == cls.event_id)
        return cls.due().where(of_one.exists() if personal else ~of_one.exists())

    @classmethod
    def with_reader(cls, ids: Iterable[int]) -> sa.Select["Notice"]:
        """These notices with event and subscriber, in one query."""
        return (
            sa.select(cls)
            .where(cls.id.in_(list(ids)))
            .options(joinedload(cls.event), joinedload(cls.subscriber))
            .order_by(cls.event_id, cls.id)
        )

    @classmethod
    def in_trouble_with_reader(cls) -> sa.Select["Notice"]:
        """What was given up or could not be sent yet, with its event and subscriber."""
        return cls.in_trouble().options(joinedload(cls.event), joinedload(cls.subscriber))

    @property
    def is_wanted(self) -> bool:
        """Whether its reader still wants it: not after an unsubscription, unless they asked for this very mail."""
        reader = self.subscriber
        return self.event.kind.is_personal or (reader.is_verified and reader.unsubscribed_at is None)

    def sent(self) -> None:
        # First, since it is read then: what is changed before would be written at once, and read again.
        self.subscriber.failures, self.subscriber.set_aside_at = 0, None
        super().sent()

    def send_again(self, *, actor: Actor | None) -> None:
        """Try it now, and for another day if it must be. Raises Conflict when it has been sent meanwhile."""
        again = (NoticeState.FAILED, NoticeState.WAITING)
        if not _renew(Notice.id == self.id, Notice.state.in_(again)):
            raise Conflict(_("This mail is on its way already."))
        Event.record(EventName.NOTICES_SENT_AGAIN, self, actor, name=self.subscriber.email)

    @classmethod
    def send_all_again(cls, *, actor: Actor | None) -> int:
        """The same for all that were given up. Returns how many they are."""
        last = db.session.scalar(cls.in_trouble().where(cls.state == NoticeState.FAILED).limit(1))
        count = _renew(cls.state == NoticeState.FAILED)
        if last is not None and count:
            Event.record(EventName.NOTICES_SENT_AGAIN, last, actor, count=count)
        return count

    def refuse(self, error: str, *, of_reader: bool = True) -> None:
        """As for every mail; it counts against its reader, unless the message was refused and not the address."""
        super().refuse(error)
        if of_reader:
            self.subscriber.failed()

    @classmethod
    def failed(cls) -> int:
        """How many were given up."""
        return count_rows(sa.select(cls.id).where(cls.state == NoticeState.FAILED))

    @classmethod
    def progress(cls) -> tuple[int, int]:
        """How many notices are done, and how many there are, of the events that still have some to send."""
        states = (NoticeState.WAITING, NoticeState.SENDING)
        busy = sa.select(cls.event_id).where(cls.state.in_(states))
        done = sa.func.sum(sa.case((cls.state.in_(states), 0), else_=1))
        row = db.session.execute(sa.select(done, sa.func.count()).where(cls.event_id.in_(busy))).one()
        return int(row[0] or 0), int(row[1])


def _renew(*conditions: Any) -> int:
    # As if it were new: it is tried for a day from now on. What its server said stays until it is sent.
    now = clock.now()
    values = {"state": NoticeState.WAITING, "attempts": 0, "due_at": now, "created_at": now}
    renewed = db.session.execute(sa.update(Notice).where(*conditions).values(**values))
    return int(renewed.rowcount)  # type: ignore[attr-defined]
