"""Origins: which rows came from elsewhere, so that a second import changes nothing and a demo can be taken away."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model


class Origin(Model):
    """One row of ours and the thing of `source` that it was made from; `digest` is of what was taken."""

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
