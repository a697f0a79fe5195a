"""Deletions: what was deleted, kept beside the tables for a while, so that it can be put back."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from app.errors import Conflict
from app.extensions import db
from app.i18n import _
from app.lib import clock
from app.models.archive import Piece, gather, put_back
from app.models.base import Model, UtcDateTime, hold_row
from app.models.event import Event, EventName
from app.models.mixins import Actor
from app.models.registry import model_named

KEPT_FOR = timedelta(days=30)
LONGEST_LABEL = 255


class DeletedRows(Model):
    """A few rows of one table, as they stood; `position` is the order in which they can be put back."""

    __tablename__ = "deleted_rows"

    deletion_id: Mapped[int] = mapped_column(sa.ForeignKey("deletions.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    table_name: Mapped[str] = mapped_column(sa.String(64))
    cut_loose: Mapped[bool] = mapped_column(default=False)
    rows: Mapped[list[Any]] = mapped_column(sa.JSON)


class Deletion(Model):
    """One thing that was deleted, with all that hung on it. Its rows are its `DeletedRows`."""

    __tablename__ = "deletions"
    __table_args__ = (sa.Index("ix_deletions_created_at", "created_at"),)

    subject_type: Mapped[str] = mapped_column(sa.String(32))
    subject_id: Mapped[int]
    label: Mapped[str] = mapped_column(sa.String(255))
    actor_label: Mapped[str] = mapped_column(sa.String(255), default="")
    restored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @classmethod
    def restorable(cls) -> sa.Select["Deletion"]:
        """What can still be put back, newest first."""
        kept = cls.created_at > clock.now() - KEPT_FOR
        return sa.select(cls).where(cls.restored_at.is_(None), kept).order_by(cls.id.desc())

    @classmethod
    def of(cls, subject: "Restorable") -> "Deletion | None":
        """The deletion of `subject`, which is gone."""
        its = (cls.subject_type == type(subject).__name__, cls.subject_id == subject.id)
        return db.session.scalar(cls.restorable().where(*its).limit(1))

    @classmethod
    def prune(cls) -> bool:
        """Forget some of those that are over; False when there are none."""
        old = sa.select(cls.id).where(cls.created_at <= clock.now() - KEPT_FOR).limit(100)
        ids = list(db.session.scalars(old))
        db.session.execute(sa.delete(DeletedRows).where(DeletedRows.deletion_id.in_(ids)))
        db.session.execute(sa.delete(cls).where(cls.id.in_(ids)))
        return bool(ids)

    def restore(self, *, actor: Actor | None) -> "Restorable":
        """Put it back with all that hung on it. Raises Conflict when that was done, or cannot be done any more."""
        self._claim()
        model = model_named(self.subject_type)
        parts = sa.select(DeletedRows).where(DeletedRows.deletion_id == self.id).order_by(DeletedRows.position)
        pieces = [
            Piece(db.metadata.tables[part.table_name], part.rows, part.cut_loose) for part in db.session.scalars(parts)
        ]
        try:
            done = put_back(pieces, self.created_at)
        except IntegrityError:
            db.session.rollback()
            raise Conflict(_("It cannot be put back: something new has taken its place.")) from None
        db.session.expire_all()
        subject = db.session.get(model, done.ids.get((model.__tablename__, self.subject_id), self.subject_id))
        if subject is None:
            db.session.rollback()
            raise Conflict(_("It cannot be put back: what it belonged to is gone."))
        subject.come_back(deleted_at=self.created_at, actor=actor)
        Event.record(model.RESTORED, subject, actor, name=self.label)
        return subject

    def _claim(self) -> None:
        claimed = db.session.execute(
            sa.update(Deletion)
            .where(Deletion.id == self.id, Deletion.restored_at.is_(None))
            .values(restored_at=clock.now())
        )
        if claimed.rowcount != 1:  # type: ignore[attr-defined]
            raise Conflict(_("It has been put back already."))


class Restorable:
    """What can be put back after it was deleted: `delete` begins with `keep_copy`."""

    RESTORED: ClassVar[EventName]
    __tablename__: ClassVar[str]
    id: Any

    @property
    def kept_as(self) -> str:
        """What it is called in the list of what was deleted."""
        return str(self.name)  # type: ignore[attr-defined]

    def keep_copy(self, *, actor: Actor | None, beside: tuple[Piece, ...] = ()) -> Deletion:
        """Copy it and what its deletion takes along; `beside` are rows that the deletion alters in another way. Raises
        NotFound when somebody deleted it meanwhile."""
        hold_row(self)  # type: ignore[arg-type]
        label = actor.label if actor is not None else ""
        deletion = Deletion(
            subject_type=type(self).__name__,
            subject_id=self.id,
            label=self.kept_as[:LONGEST_LABEL],
            actor_label=label,
        )
        db.session.add(deletion)
        db.session.flush()
        for position, piece in enumerate([*gather(type(self).__table__, self.id), *beside]):  # type: ignore[attr-defined]
            rows = DeletedRows(
                deletion_id=deletion.id,
                position=position,
                table_name=piece.table.name,
                cut_loose=piece.cut_loose,
                rows=piece.rows,
            )
            db.session.add(rows)
        db.session.flush()
        return deletion

    def come_back(self, *, deleted_at: datetime, actor: Actor | None) -> None:
        """Whatever else must follow once its rows are there again."""
