"""Mailed codes: what proves once, for a short time, that a mail was read: for a new password or a new address."""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.extensions import db
from app.lib import clock
from app.models.base import Model, UtcDateTime

if TYPE_CHECKING:
    from app.models.user import User
    from app.models.user_sessions import HasSessions


class Purpose(StrEnum):
    """What a code is good for."""

    PASSWORD = "password"  # noqa: S105
    EMAIL = "email"


class MailedCode(Model):
    """One code for one member and purpose, stored hashed. `data` is what comes true with it, such as a new address."""

    __tablename__ = "mailed_codes"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(16))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    data: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped["User"] = relationship()

    @classmethod
    def issue(cls, user: "User", purpose: Purpose, *, good_for: timedelta, **data: Any) -> str:
        """A new code's text, for the mail alone. Codes before it stay good: two mails may cross."""
        text = secrets.token_urlsafe(30)
        row = cls(user=user, purpose=purpose.value, digest=_digest(text), data=data, expires_at=clock.now() + good_for)
        db.session.add(row)
        db.session.flush()
        return text

    @classmethod
    def find(cls, purpose: Purpose, text: str) -> Self | None:
        """The code with this text and its member, or None when it is unknown, used, too old or for something else."""
        found = db.session.scalar(
            sa.select(cls)
            .where(cls.digest == _digest(text), cls.purpose == purpose.value, *cls._open())
            .options(joinedload(cls.user))
        )
        return found if found is not None and found.user.is_active else None

    def use(self) -> bool:
        """Take it, and with it all others of its member and purpose; False when it was taken meanwhile."""
        now, mine = clock.now(), (MailedCode.user_id == self.user_id, MailedCode.purpose == self.purpose)
        taken = db.session.execute(
            sa.update(MailedCode).where(MailedCode.id == self.id, *self._open()).values(used_at=now)
        )
        if taken.rowcount != 1:  # type: ignore[attr-defined]
            return False
        db.session.execute(sa.update(MailedCode).where(*mine, *self._open()).values(used_at=now))
        return True

    @classmethod
    def void(cls, user: "HasSessions") -> None:
        """Take all open codes of `user`, of every purpose: whoever asked for them may not have been the member."""
        db.session.execute(sa.update(cls).where(cls.user_id == user.id, *cls._open()).values(used_at=clock.now()))

    @classmethod
    def asked_lately(cls, user: "User", purpose: Purpose) -> int:
        """How many codes of that kind were made for `user` within the last hour."""
        mine = (cls.user_id == user.id, cls.purpose == purpose.value, cls.created_at > clock.ago(hours=1))
        return db.session.scalar(sa.select(sa.func.count()).select_from(cls).where(*mine)) or 0

    @classmethod
    def awaited(cls, user: "User", purpose: Purpose) -> Self | None:
        """The newest code of that kind that `user` can still use."""
        mine = (cls.user_id == user.id, cls.purpose == purpose.value, *cls._open())
        return db.session.scalar(sa.select(cls).where(*mine).order_by(cls.id.desc()).limit(1))

    @classmethod
    def forget_old(cls) -> None:
        """Delete what can no longer be used."""
        db.session.execute(sa.delete(cls).where(cls.expires_at < clock.ago(days=1)))

    @classmethod
    def _open(cls) -> tuple[sa.ColumnElement[bool], ...]:
        return cls.used_at.is_(None), cls.expires_at > clock.now()


def _digest(text: str) -> str:
    """What is stored of a code. It is random and long, so one round of SHA-256 is enough."""
    return hashlib.sha256(text.encode()).hexdigest()
