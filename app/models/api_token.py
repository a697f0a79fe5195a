"""API tokens: named keys of a member, stored hashed, shown once."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.errors import Invalid
from app.extensions import db
from app.i18n import _
from app.lib import clock
from app.models.base import Model, UtcDateTime
from app.models.event import Event, EventName
from app.models.mixins import Actor
from app.models.user import User
from app.permissions import TOKEN_ABILITIES

# A fixed beginning lets secret scanners recognise a leaked token.
PREFIX = "daymark_"
SEEN_EVERY = timedelta(minutes=1)


class ApiToken(Model):
    """One key. It may do what its `abilities` and its member's role both allow."""

    __tablename__ = "api_tokens"

    name: Mapped[str] = mapped_column(sa.String(100))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    hint: Mapped[str] = mapped_column(sa.String(16))
    abilities: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def create(
        cls,
        *,
        name: str,
        user: User,
        abilities: Iterable[str] | None = None,
        expires_at: datetime | None = None,
        actor: Actor | None,
    ) -> tuple["ApiToken", str]:
        """A new token and its text, which is not kept and cannot be shown again. All abilities when none are named.

        Raises Invalid for an unknown ability, or an end that has passed.
        """
        wanted = sorted(TOKEN_ABILITIES if abilities is None else set(abilities))
        unknown = [ability for ability in wanted if ability not in TOKEN_ABILITIES]
        if unknown:
            raise Invalid(abilities=_("There is no ability called %(name)s.", name=unknown[0]))
        if expires_at is not None and expires_at <= clock.now():
            raise Invalid(expires_at=_("The end must lie ahead."))
        text = PREFIX + secrets.token_urlsafe(30)
        token = cls(name=name, user=user, digest=digest(text), hint=text[-4:], abilities=wanted, expires_at=expires_at)
        db.session.add(token)
        Event.record(EventName.API_TOKEN_CREATED, token, actor, name=name, abilities=wanted)
        return token, text

    @classmethod
    def for_text(cls, text: str) -> "ApiToken | None":
        """The token that a request carries, or None when there is no such token any more."""
        found = db.session.scalar(_BY_DIGEST, {"digest": digest(text)}) if text else None
        return found if found is not None and not found.is_expired and found.user.is_active else None

    @classmethod
    def newest_first(cls) -> sa.Select["ApiToken"]:
        return sa.select(cls).order_by(cls.id.desc())

    @classmethod
    def seen_by(cls, member: User) -> sa.Select["ApiToken"]:
        """Those that `member` may look after, newest first: their own; who manages the team, everyone's."""
        every = cls.newest_first()
        return every if member.can("team.manage") else every.where(cls.user_id == member.id)

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= clock.now()

    @property
    def is_due_to_be_seen(self) -> bool:
        """Whether the note of its last use is old enough to be written anew; not on every request."""
        return self.last_used_at is None or clock.now() - self.last_used_at > SEEN_EVERY

    def seen(self) -> None:
        """Note that it was used just now."""
        self.last_used_at = clock.now()

    def revoke(self, *, actor: Actor | None) -> None:
        """End it, at once and for good."""
        Event.record(EventName.API_TOKEN_REVOKED, self, actor, name=self.name)
        db.session.delete(self)
        db.session.flush()

    @property
    def label(self) -> str:
        return f"{self.user.username} ({self.name})"

    def can(self, ability: str) -> bool:
        """Whether both this token and its member have `ability`."""
        return ability in self.abilities and self.user.can(ability)


# Made once: each call of the API asks for it.
_BY_DIGEST = sa.select(ApiToken).where(ApiToken.digest == sa.bindparam("digest"))


def digest(text: str) -> str:
    """What is stored of a token. It is random and long, so one round of SHA-256 is enough."""
    return hashlib.sha256(text.encode()).hexdigest()
