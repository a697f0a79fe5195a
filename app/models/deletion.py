"""Deletions: what was deleted, kept beside the tables for a while, so that it can be put back."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model, UtcDateTime


class Deletion(Model):
    """One thing that was deleted, with all that hung on it. Its rows are its `DeletedRows`."""

    __tablename__ = "deletions"
    __table_args__ = (sa.Index("ix_deletions_created_at", "created_at"),)

    subject_type: Mapped[str] = mapped_column(sa.String(32))
    subject_id: Mapped[int]
    label: Mapped[str] = mapped_column(sa.String(255))
    actor_label: Mapped[str] = mapped_column(sa.String(255), default="")
    restored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DeletedRows(Model):
    """A few rows of one table, as they stood; `position` is the order in which they can be put back."""

    __tablename__ = "deleted_rows"

    deletion_id: Mapped[int] = mapped_column(sa.ForeignKey("deletions.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    table_name: Mapped[str] = mapped_column(sa.String(64))
    rows: Mapped[list[Any]] = mapped_column(sa.JSON)
