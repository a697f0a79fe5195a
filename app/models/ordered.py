"""Lists that people arrange: their columns, and the two ways to move a row."""

from collections.abc import Sequence
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.errors import Invalid
from app.extensions import db
from app.i18n import _
from app.models.event import Event, EventName
from app.models.mixins import Actor


class Ordered:
    """A place in a list that people arrange."""

    REORDERED: ClassVar[EventName] = EventName.COMPONENTS_REORDERED

    id: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)

    @classmethod
    def reorder(cls, ids: Sequence[int], *, actor: Actor | None) -> None:
        """Put the rows with `ids` in that order, in the places that they hold among all. Raises Invalid on unknown."""
        rows = {row.id: row for row in db.session.scalars(sa.select(cls).order_by(cls.position, cls.id))}
        if not ids or len(set(ids)) != len(ids) or not rows.keys() >= set(ids):
            raise Invalid(ids=_("The list has changed meanwhile. Reload the page and try again."))
        named = iter([rows[wanted] for wanted in ids])
        for place, row in enumerate([next(named) if row.id in ids else row for row in rows.values()], start=1):
            row.position = place
        Event.record(cls.REORDERED, rows[ids[0]], actor, ids=list(ids))

    def move(self, step: int, *, actor: Actor | None) -> None:
        """Swap places with the neighbour `step` (-1 up, 1 down) in its list; nothing happens at the end."""
        ids = list(db.session.scalars(self.siblings()))
        if self.id not in ids:  # somebody took it elsewhere in this instant
            return
        here = ids.index(self.id)
        there = here + step
        if 0 <= there < len(ids):
            ids[here], ids[there] = ids[there], ids[here]
            type(self).reorder(ids, actor=actor)

    def siblings(self) -> sa.Select[Any]:
        """The ids of the list in which it stands, itself among them, in order."""
        cls = type(self)
        return sa.select(cls.id).order_by(cls.position, cls.id)
