"""What a member can go to by name: components, incidents and maintenance."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.component import Component
from app.models.incident import Incident
from app.models.maintenance import Maintenance

MOST = 6  # of each kind


@dataclass(frozen=True)
class Finding:
    """The first few of each kind whose names hold what was typed, in the order of their lists."""

    components: list[Component]
    incidents: list[Incident]
    maintenances: list[Maintenance]

    @classmethod
    def load(cls, words: str) -> "Finding":
        """Three queries, however much there is. Of "" nothing is found."""
        if not words:
            return cls([], [], [])
        components = Component.in_order().where(Component.name.icontains(words, autoescape=True))
        return cls(
            components=_few(components),
            incidents=_few(Incident.listed("all", words)),
            maintenances=_few(Maintenance.listed("all", words)),
        )


def _few(select: sa.Select[Any]) -> list[Any]:
    return list(db.session.scalars(select.limit(MOST)))
