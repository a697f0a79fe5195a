"""Columns that come with their scopes."""

from collections.abc import Sequence
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.errors import Invalid
from app.extensions import db
from app.i18n import _
from app.models.base import Choice
from app.models.enums import Visibility


class Actor(Protocol):
    """Whoever does something: a member or an API token. None is the system (the clock, a command)."""

    id: Any

    @property
    def label(self) -> str: ...

    def can(self, ability: str) -> bool: ...


class Visible:
    """Who may see it. `visible_to` is the one scope that page, API, feed and mail go through."""

    visibility: Mapped[Visibility] = mapped_column(Choice(Visibility), default=Visibility.EVERYONE)

    @property
    def is_public(self) -> bool:
        return self.visibility is Visibility.EVERYONE


class Ordered:
    """A place in a list that people arrange."""

    id: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)

    @classmethod
    def reorder(cls, ids: Sequence[int]) -> None:
        """Put the rows with `ids` in that order, before any that are not named. Raises Invalid on unknown ids."""
        rows = {row.id: row for row in db.session.scalars(sa.select(cls))}
        unknown = [wanted for wanted in ids if wanted not in rows]
        if unknown or len(set(ids)) != len(ids):
            raise Invalid(ids=_("The list has changed meanwhile. Reload the page and try again."))
        rest = sorted((row for row in rows.values() if row.id not in ids), key=lambda row: (row.position, row.id))
        for place, row in enumerate([*(rows[wanted] for wanted in ids), *rest], start=1):
            row.position = place

    def move(self, step: int) -> None:
        """Swap places with the neighbour `step` (-1 up, 1 down) in the list of all; nothing happens at the end."""
        cls = type(self)
        ids = list(db.session.scalars(sa.select(cls.id).order_by(cls.position, cls.id)))
        here = ids.index(self.id)
        there = here + step
        if 0 <= there < len(ids):
            ids[here], ids[there] = ids[there], ids[here]
            cls.reorder(ids)
