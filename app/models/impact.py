"""Impacts: what an incident does to one component, from when to when."""

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.base import Choice, Model, UtcDateTime
from app.models.enums import ComponentStatus

if TYPE_CHECKING:
    from app.models.component import Component
    from app.models.incident import Incident


class Impact(Model):
    """One stretch of time. A changed impact ends and another begins, so the past stays as it was."""

    __tablename__ = "impacts"
    __table_args__ = (
        sa.Index("ix_impacts_component_ended", "component_id", "ended_at"),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= began_at", name="ends_after_it_began"),
    )

    incident_id: Mapped[int] = mapped_column(sa.ForeignKey("incidents.id", ondelete="CASCADE"), index=True)
    component_id: Mapped[int] = mapped_column(sa.ForeignKey("components.id", ondelete="CASCADE"))
    status: Mapped[ComponentStatus] = mapped_column(Choice(ComponentStatus))
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    incident: Mapped["Incident"] = relationship(back_populates="impacts")
    component: Mapped["Component"] = relationship(back_populates="impacts")

    @classmethod
    def catch_up(cls, component_id: int) -> list[datetime]:
        """End those on the component, which was away, whose incident was fixed without it; from when on."""
        unended = sa.select(cls).where(cls.component_id == component_id, cls.ended_at.is_(None)).order_by(cls.id)
        ended = []
        for impact in db.session.scalars(unended):
            if (fixed_at := impact.incident.fixed_at) is not None:
                impact.ended_at = max(impact.began_at, fixed_at)
                ended.append(impact.ended_at)
        return ended

    @property
    def is_open(self) -> bool:
        return self.ended_at is None
