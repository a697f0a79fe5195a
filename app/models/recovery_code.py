"""Recovery codes: each signs its member in once, when the telephone with the other codes is lost."""

import base64
import hashlib
import secrets
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.lib import clock
from app.models.base import Model, UtcDateTime

if TYPE_CHECKING:
    from app.models.second_factors import HasSecondFactors

HOW_MANY = 10


class RecoveryCode(Model):
    """One code of a member, stored hashed."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @classmethod
    def renew(cls, user: "HasSecondFactors") -> list[str]:
        """Ten new codes, as text that is not kept; those before are void."""
        cls.forget(user)
        texts = [_make() for _number in range(HOW_MANY)]
        db.session.add_all(cls(user_id=user.id, digest=_digest(text)) for text in texts)
        db.session.flush()
        return texts

    @classmethod
    def use(cls, user: "HasSecondFactors", text: str) -> bool:
        """Take the code with this text, however it is written; False when there is none, or it was taken."""
        mine = (cls.user_id == user.id, cls.digest == _digest(text), cls.used_at.is_(None))
        taken = db.session.execute(sa.update(cls).where(*mine).values(used_at=clock.now()))
        return taken.rowcount == 1  # type: ignore[attr-defined]

    @classmethod
    def left(cls, user: "HasSecondFactors") -> int:
        """How many codes can still be used."""
        mine = (cls.user_id == user.id, cls.used_at.is_(None))
        return db.session.scalar(sa.select(sa.func.count()).select_from(cls).where(*mine)) or 0

    @classmethod
    def forget(cls, user: "HasSecondFactors") -> None:
        """Make all codes of this member void."""
        db.session.execute(sa.delete(cls).where(cls.user_id == user.id))


def _make() -> str:
    """Eighty random bits in letters and digits that are not mixed up: `abcd-efgh-ijkl-mnop`."""
    text = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _digest(text: str) -> str:
    """What is stored of a code. It is random and long, so one round of SHA-256 is enough."""
    return hashlib.sha256("".join(filter(str.isalnum, text.lower())).encode()).hexdigest()
