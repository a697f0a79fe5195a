"""A member's sessions: which one this request belongs to, and how all of them end."""

import secrets
from typing import NamedTuple, Self

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.lib import clock
from app.models.base import Model
from app.models.event import Event, EventName
from app.models.mailed_code import MailedCode
from app.models.mixins import Actor
from app.models.sign_in import SignIn


class HeldSession(NamedTuple):
    """The session of the browser that asks: the id of its row, what its cookie says, and whether to note its use."""

    id: int
    cookie: str
    is_due_to_be_seen: bool


class HasSessions(UserMixin, Model):
    """The part of a member that sessions hang on. `session_key` is part of each: change it and all of them end."""

    __abstract__ = True
    # Flask-Login's would ask both for their session, and most members are only looked up.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    username: Mapped[str] = mapped_column(sa.String(100), unique=True)
    session_key: Mapped[str] = mapped_column(sa.String(32), default=lambda: secrets.token_hex(16))

    @classmethod
    def for_session(cls, cookie: str) -> Self | None:
        """The member whose session a cookie names, or None when it has ended or was never one."""
        found = SignIn.for_cookie(cookie)
        if found is None or found.user is None:
            return None
        found.user.hold_session(found, cookie.partition(".")[2])
        return found.user

    def hold_session(self, row: SignIn, key: str) -> None:
        """Say that this request belongs to that session."""
        self.__dict__["_held"] = HeldSession(row.id, f"{row.id}.{key}", row.is_due_to_be_seen)

    @property
    def held_session(self) -> HeldSession | None:
        """The session of this request, or None for a member that was only looked up."""
        return self.__dict__.get("_held")

    def get_id(self) -> str:
        """What the browser's cookie says. Raises ValueError without a session: begin one with SignIn.begin."""
        if self.held_session is None:
            raise ValueError("this member has no session")
        return self.held_session.cookie

    def end_sessions(self, *, keep: int | None = None, actor: Actor | None) -> None:
        """Sign this member out everywhere, but for the session with the id `keep`. Links that were mailed to them, to
        another password or address, are void as well: they would let somebody in again."""
        if keep is None:
            self.session_key = secrets.token_hex(16)
        mine = sa.update(SignIn).where(SignIn.user_id == self.id, SignIn.ended_at.is_(None))
        if keep is not None:
            mine = mine.where(SignIn.id != keep)
        db.session.execute(mine.values(ended_at=clock.now()))
        MailedCode.void(self)
        Event.record(EventName.USER_SESSIONS_ENDED, self, actor, name=self.username)
