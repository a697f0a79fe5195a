"""Columns that come with their scopes."""

from typing import Any, Protocol

from sqlalchemy.orm import Mapped, mapped_column

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
