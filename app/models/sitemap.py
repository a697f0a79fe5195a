"""The sitemap: which pages there are for search engines, and when each last changed. No table."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from app.extensions import db
from app.models import history_entry
from app.models.history_entry import MAINTENANCE_AT
from app.models.incident import Incident
from app.models.incident_update import IncidentUpdate
from app.models.maintenance import Maintenance
from app.models.maintenance_update import MaintenanceUpdate
from app.models.setting import Setting

MOST = 50_000  # addresses in one sitemap (sitemaps.org)
# An id, when it last changed, and when it happened, unless that is still to come.
Row = tuple[int, datetime, datetime | None]


@dataclass(frozen=True)
class Sitemap:
    """What guests may see, newest first: incidents and maintenances by id, months by their first day."""

    incidents: list[tuple[int, datetime]]
    maintenances: list[tuple[int, datetime]]
    months: list[tuple[date, datetime]]

    @classmethod
    def load(cls) -> "Sitemap":
        """Read it, in three queries; the oldest incidents and works are left out where there are too many."""
        rows = {"incident": _incidents(), "maintenance": _maintenances()}
        months: dict[date, datetime] = {}
        zone = Setting.zone()
        for found in rows.values():
            for _id, changed, at in found:
                if at is not None:
                    month = at.astimezone(zone).date().replace(day=1)
                    months[month] = max(changed, months.get(month, changed))
        every = sorted((changed, kind, id) for kind, found in rows.items() for id, changed, _at in found)
        kept = every[::-1][: MOST - 1 - len(months)]
        return cls(
            incidents=[(id, changed) for changed, kind, id in kept if kind == "incident"],
            maintenances=[(id, changed) for changed, kind, id in kept if kind == "maintenance"],
            months=sorted(months.items(), reverse=True),
        )

    @property
    def changed(self) -> datetime | None:
        """When anything of it last changed."""
        return max((at for _month, at in self.months), default=None)


def _incidents() -> list[Row]:
    said = sa.select(sa.func.max(IncidentUpdate.updated_at)).where(IncidentUpdate.incident_id == Incident.id)
    columns = Incident.id, Incident.updated_at, Incident.occurred_at, said.scalar_subquery()
    rows = db.session.execute(Incident.on_page(None).with_only_columns(*columns).limit(MOST))
    return [(id, max(changed, told or changed), at) for id, changed, at, told in rows]


def _maintenances() -> list[Row]:
    """A month has those that began or were called off, as the history does."""
    said = sa.select(sa.func.max(MaintenanceUpdate.updated_at)).where(
        MaintenanceUpdate.maintenance_id == Maintenance.id
    )
    columns = Maintenance.id, Maintenance.updated_at, said.scalar_subquery()
    rows = db.session.execute(Maintenance.on_page(None).with_only_columns(*columns).limit(MOST)).all()
    stood = history_entry.maintenances(None).with_only_columns(Maintenance.id, MAINTENANCE_AT)
    at: dict[int, datetime] = {row[0]: row[1] for row in db.session.execute(stood.limit(MOST))}
    return [(id, max(changed, told or changed), at.get(id)) for id, changed, told in rows]
