"""Sign-ins: each try, and the sessions of those that succeeded."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Optional, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.extensions import db
from app.i18n import _, _l
from app.lib import clock
from app.lib.agent import browser_and_system
from app.models.base import Model, UtcDateTime
from app.models.event import Event, EventName
from app.models.mixins import Actor
from app.models.setting import Setting

if TYPE_CHECKING:
    from app.models.user import User

BATCH = 500
SEEN_EVERY = timedelta(minutes=5)
# How somebody proved who they are; the last two need no second factor.
METHODS = {
    "password": _l("Password"),
    "code": _l("Password and code"),
    "recovery": _l("Password and recovery code"),
    "passkey": _l("Passkey"),
    "setup": _l("Setting the page up"),
    "invitation": _l("Invitation"),
}


class SignIn(Model):
    """One try to sign in. One that succeeded is a session until `ended_at`; `digest` is of what the browser holds."""

    __tablename__ = "sign_ins"
    __table_args__ = (sa.Index("ix_sign_ins_created_at", "created_at"),)

    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    succeeded: Mapped[bool] = mapped_column(default=True)
    method: Mapped[str] = mapped_column(sa.String(16), default="password")
    address: Mapped[str] = mapped_column(sa.String(64), default="")
    agent: Mapped[str] = mapped_column(sa.String(255), default="")
    digest: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[Optional["User"]] = relationship()

    @classmethod
    def begin(cls, user: "User", *, method: str, address: str, agent: str) -> tuple[Self, str]:
        """A new session of `user`, and the key that their browser keeps. The key is not kept here."""
        key, now = secrets.token_urlsafe(24), clock.now()
        row = cls(user=user, method=method, address=address[:64], agent=agent[:255], last_seen_at=now)
        row.digest = _digest(user, key)
        db.session.add(row)
        user.last_seen_at = now
        Event.record(EventName.USER_SIGNED_IN, user, user, name=user.username, method=method)
        user.hold_session(row, key)
        return row, key

    @classmethod
    def fail(cls, user: "User | None", *, method: str, address: str, agent: str) -> None:
        """Note a try that failed; of nobody's account when there is no such account."""
        db.session.add(
            cls(
                user=user, succeeded=False, method=method, address=address[:64], agent=agent[:255], ended_at=clock.now()
            )
        )
        db.session.flush()

    @classmethod
    def for_cookie(cls, cookie: str) -> Self | None:
        """The open session that a browser's cookie `number.key` names, with its member, in one query."""
        number, _dot, key = cookie.partition(".")
        if not (number.isascii() and number.isdigit() and len(number) < 10):
            return None
        found = db.session.scalar(sa.select(cls).where(cls.id == int(number)).options(joinedload(cls.user)))
        if found is None or found.user is None or found.digest is None or not found.is_open:
            return None
        is_theirs = secrets.compare_digest(found.digest, _digest(found.user, key))
        return found if is_theirs and found.user.is_active else None

    @classmethod
    def newest_first(cls) -> sa.Select[Self]:
        """Every try and session."""
        return sa.select(cls).order_by(cls.id.desc())

    @classmethod
    def listed(cls, member_id: int | None = None, *, failed: bool = False) -> sa.Select[Self]:
        """Every try, or those of one member, or only those that failed, newest first, with whose account it was."""
        select = cls.newest_first().options(joinedload(cls.user))
        if member_id is not None:
            select = select.where(cls.user_id == member_id)
        return select.where(cls.succeeded.is_(False)) if failed else select

    @classmethod
    def prune(cls) -> int:
        """Forget a batch of those that are older than the setting says and let nobody in any more; returns how many."""
        over = sa.or_(cls.succeeded.is_(False), cls.ended_at.is_not(None), cls.created_at <= _begun_since())
        old = sa.select(cls.id).where(cls.created_at < clock.ago(days=Setting.get("sign_in_days")), over)
        ids = list(db.session.scalars(old.limit(BATCH)))
        db.session.execute(sa.delete(cls).where(cls.id.in_(ids)))
        return len(ids)

    @classmethod
    def open_of(cls, user: "User") -> sa.Select[Self]:
        """The sessions of `user` that still work, newest first."""
        return cls.newest_first().where(
            cls.user_id == user.id, cls.succeeded.is_(True), cls.ended_at.is_(None), cls.created_at > _begun_since()
        )

    @property
    def is_open(self) -> bool:
        """Whether it is a session that has neither ended nor outlived `session_hours`."""
        return self.succeeded and self.ended_at is None and self.created_at > _begun_since()

    @property
    def is_due_to_be_seen(self) -> bool:
        """Whether the note of its last use is old enough to be written anew; not on every request."""
        return self.last_seen_at is None or clock.now() - self.last_seen_at > SEEN_EVERY

    @property
    def device(self) -> str:
        """Browser and system, as far as they can be told."""
        browser, system = browser_and_system(self.agent)
        if browser and system:
            return _("%(browser)s on %(system)s", browser=browser, system=system)
        return browser or system or _("Unknown device")

    @property
    def method_label(self) -> str:
        return str(METHODS.get(self.method, self.method))

    @classmethod
    def seen(cls, number: int) -> None:
        """Note that the session with this id was used just now."""
        now = clock.now()
        db.session.execute(sa.update(cls).where(cls.id == number).values(last_seen_at=now))

    def end(self, *, actor: Actor | None) -> None:
        """Sign that browser out."""
        if self.ended_at is None and self.user is not None:
            self.ended_at = clock.now()
            Event.record(EventName.USER_SIGNED_OUT, self.user, actor, name=self.user.username, sign_in_id=self.id)


def _begun_since() -> datetime:
    return clock.ago(hours=Setting.get("session_hours"))


def _digest(user: "User", key: str) -> str:
    """What is stored of a session's key. With the member's own key in it, a change of that one ends all sessions,
    also those that are only now beginning."""
    return hashlib.sha256(f"{user.session_key}.{key}".encode()).hexdigest()
