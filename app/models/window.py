"""Windows: from when to when a maintenance really covered one component."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.base import Model, UtcDateTime

if TYPE_CHECKING:
    from app.models.maintenance import Maintenance


class Window(Model):
    """One stretch of time during which a component is under maintenance. What is only planned has none yet."""

    __tablename__ = "windows"
    __table_args__ = (
        sa.Index("ix_windows_component_ended", "component_id", "ended_at"),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= began_at", name="ends_after_it_began"),
    )

    maintenance_id: Mapped[int] = mapped_column(sa.ForeignKey("maintenances.id", ondelete="CASCADE"), index=True)
    component_id: Mapped[int] = mapped_column(sa.ForeignKey("components.id", ondelete="CASCADE"))
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    maintenance: Mapped["Maintenance"] = relationship(back_populates="windows")

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @classmethod
    def catch_up(cls, component_id: int, since: datetime) -> list[datetime]:
        """End those of the component, which was away `since` then, whose work is over by now, and begin those of work
        that began without it; from when on."""
        unended = sa.select(cls).where(cls.component_id == component_id, cls.ended_at.is_(None)).order_by(cls.id)
        changed = []
        for window in db.session.scalars(unended):
            work = window.maintenance
            if (over_at := work.finished_at or work.cancelled_at) is not None:
                window.ended_at = max(window.began_at, over_at)
                changed.append(window.ended_at)
        works, of_work = db.metadata.tables["maintenances"], db.metadata.tables["maintenance_components"]
        over = sa.func.coalesce(works.c.finished_at, works.c.cancelled_at)
        missed = sa.select(works.c.id, works.c.began_at, over).join(of_work, of_work.c.maintenance_id == works.c.id)
        missed = missed.where(of_work.c.component_id == component_id, works.c.began_at >= since).order_by(works.c.id)
        for maintenance_id, began_at, ended_at in db.session.execute(missed).all():
            row = cls(maintenance_id=maintenance_id, component_id=component_id, began_at=began_at, ended_at=ended_at)
            db.session.add(row)
            changed.append(began_at)
        return changed

    @classmethod
    def covers(cls, component_ids: Collection[int], at: datetime) -> bool:
        """Whether each of these components, and there is one, was under maintenance at that time."""
        held = (cls.began_at <= at, sa.or_(cls.ended_at.is_(None), cls.ended_at > at))
        covered = db.session.scalars(sa.select(cls.component_id).where(cls.component_id.in_(component_ids), *held))
        return bool(component_ids) and set(component_ids) <= set(covered)
