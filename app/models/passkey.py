"""Passkeys: keys kept by a member's device, which sign in without a password (WebAuthn level 3)."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.errors import Conflict
from app.extensions import db
from app.i18n import _
from app.lib import clock
from app.models.base import Model, UtcDateTime
from app.models.event import Event, EventName
from app.models.mixins import Actor

if TYPE_CHECKING:
    from app.models.second_factors import HasSecondFactors
    from app.models.user import User

MOST = 20


class Passkey(Model):
    """One key of a member; `credential_id` and `public_key` are base64url, `digest` is of the id, to find it by."""

    __tablename__ = "passkeys"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    credential_id: Mapped[str] = mapped_column(sa.Text)
    public_key: Mapped[str] = mapped_column(sa.Text)
    sign_count: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    transports: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped["User"] = relationship()

    @classmethod
    def create(
        cls,
        *,
        user: "User",
        name: str,
        credential_id: str,
        public_key: str,
        sign_count: int,
        transports: list[str],
        actor: Actor | None,
    ) -> Self:
        """Keep a key that a device has made. Raises Conflict for one that is known, or one too many."""
        if cls.find(credential_id) is not None:
            raise Conflict(_("This passkey is known already."))
        if len(cls.listed(user)) >= MOST:
            raise Conflict(_("That are too many passkeys. Remove one that you do not use any more."))
        row = cls(
            user=user,
            name=name,
            digest=_digest(credential_id),
            credential_id=credential_id,
            public_key=public_key,
            sign_count=sign_count,
            transports=transports,
        )
        db.session.add(row)
        Event.record(EventName.PASSKEY_CREATED, row, actor, name=name, username=user.username)
        return row

    @classmethod
    def find(cls, credential_id: str) -> Self | None:
        """The key with this id, and its member."""
        where = cls.digest == _digest(credential_id)
        return db.session.scalar(sa.select(cls).where(where).options(joinedload(cls.user)))

    @classmethod
    def of(cls, user: "HasSecondFactors") -> sa.Select[Self]:
        """The keys of a member, in the order in which they were made."""
        return sa.select(cls).where(cls.user_id == user.id).order_by(cls.id)

    @classmethod
    def listed(cls, user: "HasSecondFactors") -> list[Self]:
        """The same, read."""
        return list(db.session.scalars(cls.of(user)))

    @classmethod
    def any_of(cls, user: "HasSecondFactors") -> bool:
        """Whether this member has one."""
        return db.session.scalar(sa.select(cls.id).where(cls.user_id == user.id).limit(1)) is not None

    @classmethod
    def holders(cls, users: "Iterable[HasSecondFactors]") -> set[int]:
        """The ids of those among `users` who have one, in one query."""
        wanted = [user.id for user in users]
        return set(db.session.scalars(sa.select(cls.user_id).where(cls.user_id.in_(wanted)).distinct()))

    @classmethod
    def forget(cls, user: "HasSecondFactors") -> None:
        """Remove all keys of a member."""
        db.session.execute(sa.delete(cls).where(cls.user_id == user.id))

    def rename(self, name: str, *, actor: Actor | None) -> None:
        """Call it something else."""
        if name != self.name:
            Event.record(EventName.PASSKEY_RENAMED, self, actor, name=name, changed={"name": [self.name, name]})
            self.name = name

    def remove(self, *, actor: Actor | None) -> None:
        """Forget it; the device's half of it opens nothing any more."""
        Event.record(EventName.PASSKEY_REMOVED, self, actor, name=self.name, username=self.user.username)
        user = self.user
        db.session.delete(self)
        db.session.flush()
        user.forget_needless_codes()

    def used(self, sign_count: int, *, asked_at: datetime) -> bool:
        """Note that it signed, and how often it says it has. False when it has signed since `asked_at`, when it was
        asked to: then the same answer was sent again. Not every key counts."""
        not_since = sa.or_(Passkey.last_used_at.is_(None), Passkey.last_used_at < asked_at)
        noted = db.session.execute(
            sa.update(Passkey)
            .where(Passkey.id == self.id, not_since)
            .values(sign_count=sign_count, last_used_at=clock.now())
        )
        return noted.rowcount == 1  # type: ignore[attr-defined]


def _digest(credential_id: str) -> str:
    return hashlib.sha256(credential_id.encode()).hexdigest()
