"""Sign-ins: each try, and the sessions of those that succeeded."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Model, UtcDateTime
from app.models.user import User


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

    user: Mapped[User | None] = relationship()
