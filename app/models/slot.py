"""Slots: when work is planned, whether or not there is a row for it yet."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.models.component import Component
    from app.models.maintenance import Maintenance


@dataclass(frozen=True)
class Slot:
    """One stretch of planned work: a maintenance of its own, or a date of a series that nobody has touched yet.

    `series_at` is set for the latter; `maintenance` is then the series.
    """

    maintenance: "Maintenance"
    starts_at: datetime
    ends_at: datetime
    series_at: datetime | None = None

    @property
    def name(self) -> str:
        return self.maintenance.name

    @property
    def message(self) -> str:
        return self.maintenance.message

    @property
    def components(self) -> "list[Component]":
        return self.maintenance.components

    @property
    def component_ids(self) -> list[int]:
        return self.maintenance.component_ids
