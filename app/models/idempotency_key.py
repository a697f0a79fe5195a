"""Idempotency keys: what a client called a write, so that saying it twice does it once."""

import hashlib
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from app.errors import Conflict
from app.extensions import db
from app.i18n import _
from app.lib import clock
from app.models.base import Model

KEPT_FOR = timedelta(hours=24)
BATCH = 1000


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
    def claim(cls, *, caller: str, key: str, asked: str) -> "IdempotencyKey":
        """The row of this key: the answered one, or a new one that lives only if the running transaction does.

        Raises Conflict when the key was used for something else than `asked`, or its first use is not answered yet.
        """
        name, request_digest = digest(caller, key), digest(asked)
        db.session.execute(sa.delete(cls).where(cls.digest == name, cls._is_old()))
        known = db.session.scalar(sa.select(cls).where(cls.digest == name))
        if known is None:
            known = cls(digest=name, request_digest=request_digest, created_at=clock.now())
            try:
                with db.session.begin_nested():
                    db.session.add(known)
            except IntegrityError:  # the same request, on its way through another process
                raise Conflict(_unanswered()) from None
            return known
        if known.request_digest != request_digest:
            raise Conflict(_("This Idempotency-Key was used for another request. Take a new one."))
        if known.status is None:
            raise Conflict(_unanswered())
        return known

    @classmethod
    def prune(cls) -> int:
        """Forget a batch of those that are old enough; returns how many."""
        ids = db.session.scalars(sa.select(cls.id).where(cls._is_old()).limit(BATCH)).all()
        db.session.execute(sa.delete(cls).where(cls.id.in_(ids)))
        return len(ids)

    @classmethod
    def _is_old(cls) -> sa.ColumnElement[bool]:
        return cls.created_at < clock.now() - KEPT_FOR


def _unanswered() -> str:
    return _("A request with this Idempotency-Key was begun and its answer is not known. Look whether it was done.")


def digest(*parts: str | bytes) -> str:
    """One digest of all parts, each kept apart from the next."""
    whole = hashlib.sha256()
    for part in parts:
        part = part.encode() if isinstance(part, str) else part
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()
