"""Mails to members: what one person waits for, such as a link to a new password. Its code lies here sealed until it
is sent."""

from typing import Self

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.extensions import db
from app.lib.sealing import seal, unseal
from app.models.delivery import Delivery
from app.models.event import Event


class MemberMail(Delivery):
    """One mail to one address because of one event.

    A verb that mails somebody writes it beside its event, in the same transaction:

        event = Event.record(EventName.PASSWORD_RESET_ASKED, user, None)
        MemberMail.ask(event, to=user.email, locale=user.locale, code=code)

    The commit drains the event, a job on the queue `urgent` sends the mail, and the clock's sweep repeats what was
    not taken or lost. Which letter tells of the event stands in LETTERS of app/member_mail.py: a new one needs a
    function there and a folder of templates in app/templates/mail.
    """

    __tablename__ = "member_mails"
    __table_args__ = (sa.Index("ix_member_mails_due", "state", "due_at"),)

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(sa.String(255))
    # Empty: the page's.
    locale: Mapped[str] = mapped_column(sa.String(16), default="")
    sealed_code: Mapped[str | None] = mapped_column(sa.Text)

    event: Mapped[Event] = relationship()

    @classmethod
    def ask(cls, event: Event, *, to: str, locale: str = "", code: str = "") -> Self:
        """Have `event` told to the address `to`, in the language `locale`. The letter's link carries `code`."""
        sealed = seal(current_app.config["SECRET_KEY"], code) if code else None
        mail = cls(event=event, email=to, locale=locale, sealed_code=sealed)
        db.session.add(mail)
        db.session.flush()
        return mail

    @classmethod
    def due(cls, event: Event | None = None) -> sa.Select[int]:
        """Ids of what may be sent now, oldest first."""
        select = sa.select(cls.id).where(cls.is_due()).order_by(cls.id)
        return select if event is None else select.where(cls.event_id == event.id)

    @classmethod
    def with_event(cls, ids: list[int]) -> sa.Select[Self]:
        """These mails with what they tell of, in one query."""
        return sa.select(cls).where(cls.id.in_(ids)).options(joinedload(cls.event)).order_by(cls.id)

    @property
    def code(self) -> str:
        """The code in plain; "" when there is none, or it was sealed with another APP_KEY."""
        return unseal(current_app.config["SECRET_KEY"], self.sealed_code) or "" if self.sealed_code else ""

    def sent(self) -> None:
        super().sent()
        self.sealed_code = None

    def retry(self, error: str) -> None:
        super().retry(error)
        if not self.is_open:
            self.sealed_code = None

    def refuse(self, error: str) -> None:
        super().refuse(error)
        self.sealed_code = None

    def drop(self, reason: str) -> None:
        super().drop(reason)
        self.sealed_code = None
