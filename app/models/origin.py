"""Origins: which rows came from elsewhere, so that a second import changes nothing and a demo can be taken away."""

from collections.abc import Collection
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.base import Model

# Databases take only so many values in one question.
AT_ONCE = 500
EXAMPLE = "demo"  # the source of what the demo made up


class Origin(Model):
    """One row of ours and the thing of `source` that it was made from; `digest` is of what was taken.

    Without a digest the row was here before, and is only known to be the same thing."""

    __tablename__ = "origins"
    __table_args__ = (
        sa.UniqueConstraint("source", "kind", "external_id"),
        sa.Index("ix_origins_subject", "subject_type", "subject_id"),
    )

    source: Mapped[str] = mapped_column(sa.String(191))
    kind: Mapped[str] = mapped_column(sa.String(32))
    external_id: Mapped[str] = mapped_column(sa.String(191))
    subject_type: Mapped[str] = mapped_column(sa.String(32))
    subject_id: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64), default="")

    @classmethod
    def note(cls, source: str, kind: str, external_id: str, subject: Any, digest: str = "") -> Self:
        """Remember that `subject` was made from this thing of `source`."""
        db.session.flush()  # a new subject has no id before
        origin = cls(
            source=source,
            kind=kind,
            external_id=external_id,
            subject_type=type(subject).__name__,
            subject_id=subject.id,
            digest=digest,
        )
        db.session.add(origin)
        return origin

    @classmethod
    def find(cls, source: str, kind: str, ids: Collection[str]) -> dict[str, Self]:
        """What is known of these things of `source`, by their ids there; of things deleted here too."""
        wanted, found = list(ids), {}
        for start in range(0, len(wanted), AT_ONCE):
            select = sa.select(cls).where(
                cls.source == source, cls.kind == kind, cls.external_id.in_(wanted[start : start + AT_ONCE])
            )
            found.update({origin.external_id: origin for origin in db.session.scalars(select)})
        return found

    def subject(self, model: Any) -> Any:
        """The row of `model` that it stands for; None once that was deleted, even if a newer row got its id."""
        row = db.session.get(model, self.subject_id)
        return row if row is not None and row.created_at <= self.created_at else None
