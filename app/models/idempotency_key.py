"""Idempotency keys: what a client called a write, so that saying it twice does it once."""

import hashlib
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, mapped_column

from app.lib import clock
from app.models.base import Model

KEPT_FOR = timedelta(hours=24)


class IdempotencyKey(Model):
    """One key of one caller, in the transaction of the write that it names; then the answer that was given.

    `digest` is of caller and key, `request_digest` of what was asked. A row without `status` is a write whose answer
    is not known (yet).
    """

    __tablename__ = "idempotency_keys"
    __table_args__ = (sa.Index("ix_idempotency_keys_created_at", "created_at"),)

    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    request_digest: Mapped[str] = mapped_column(sa.String(64))
    status: Mapped[int | None] = mapped_column(sa.SmallInteger)
    body: Mapped[str | None] = mapped_column(sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb"))

    @classmethod
    def expired(cls) -> sa.Delete:
        """Those old enough to be forgotten."""
        return sa.delete(cls).where(cls.created_at < clock.now() - KEPT_FOR)


def digest(*parts: str | bytes) -> str:
    """One digest of all parts, each kept apart from the next."""
    whole = hashlib.sha256()
    for part in parts:
        part = part.encode() if isinstance(part, str) else part
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()
