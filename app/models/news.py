"""What feeds tell, always as guests may know it: incidents and planned work, piece by piece as they were told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.lib import clock
from app.models.component import Component, ComponentGroup
from app.models.covering import maintenance_components
from app.models.impact import Impact
from app.models.incident import Incident
from app.models.incident_update import IncidentUpdate
from app.models.maintenance import Maintenance
from app.models.maintenance_update import MaintenanceUpdate
from app.models.news_piece import Piece, of_incident, of_maintenance

MOST = 50
DAYS = 365


@dataclass(frozen=True)
class Story:
    """An incident or a maintenance with all of its news, newest first. Only these components may be named."""

    thing: Incident | Maintenance
    components: list[Component]
    pieces: list[Piece]

    @property
    def updated(self) -> datetime:
        return max(piece.updated for piece in self.pieces)


def load(component: Component | None = None, group: ComponentGroup | None = None) -> list[Story]:
    """The stories with the newest news: all, those that touch `component`, or those that touch one in `group`. At most
    fifty of either kind, none without news for a year; seven queries."""
    shown = {row.id: row for row in db.session.scalars(Component.on_page(None))}
    only = None
    if component is not None:
        only = [component.id]
    elif group is not None:
        only = [row.id for row in shown.values() if row.group_id == group.id]
    stories = [_story(row, of_incident(row), shown) for row in _incidents(only)]
    stories += [_story(row, of_maintenance(row), shown) for row in _maintenances(only)]
    return [story for story in stories if story.pieces]


def _story(thing: Incident | Maintenance, pieces: list[Piece], shown: dict[int, Component]) -> Story:
    named = [shown[id] for id in thing.component_ids if id in shown]
    # Of what was told at one instant the later word comes first.
    return Story(thing, named, sorted(pieces, key=lambda piece: piece.at)[::-1])


def _incidents(only: list[int] | None) -> list[Incident]:
    since = clock.ago(days=DAYS)
    said = _last_said(IncidentUpdate.incident_id, IncidentUpdate.created_at, since)
    told = sa.case((Incident.fixed_at <= Incident.created_at, Incident.occurred_at), else_=Incident.created_at)
    last = _later(said.c.at, _later(Incident.fixed_at, told))
    select = Incident.on_page(None).outerjoin(said, said.c.id == Incident.id)
    if only is not None:
        touching = sa.select(Impact.incident_id).where(Impact.component_id.in_(only))
        select = select.where(Incident.id.in_(touching))
    select = select.options(selectinload(Incident.updates), selectinload(Incident.impacts))
    return _newest(select, last, since, Incident.id)


def _maintenances(only: list[int] | None) -> list[Maintenance]:
    since = clock.ago(days=DAYS)
    said = _last_said(MaintenanceUpdate.maintenance_id, MaintenanceUpdate.created_at, since)
    ahead = _later(Maintenance.announced_at, Maintenance.began_at)
    last = _later(said.c.at, sa.func.coalesce(Maintenance.cancelled_at, Maintenance.finished_at, ahead))
    select = Maintenance.on_page(None).outerjoin(said, said.c.id == Maintenance.id)
    if only is not None:
        touching = sa.select(maintenance_components.c.maintenance_id)
        touching = touching.where(maintenance_components.c.component_id.in_(only))
        select = select.where(Maintenance.id.in_(touching))
    select = select.options(selectinload(Maintenance.updates), selectinload(Maintenance.components))
    return _newest(select, last, since, Maintenance.id)


def _last_said(owner: Any, at: Any, since: datetime) -> Any:
    """When something was last said about each, in one pass: an update may be years younger than what it is about."""
    select = sa.select(owner.label("id"), sa.func.max(at).label("at"))
    return select.where(at >= since).group_by(owner).subquery()


def _later(one: Any, other: Any) -> Any:
    """The later of two times, either of which may be missing."""
    return sa.case((one > other, one), else_=sa.func.coalesce(other, one))


def _newest(select: sa.Select[Any], last: Any, since: datetime, id: Any) -> list[Any]:
    newest = select.where(last >= since).order_by(None).order_by(last.desc(), id.desc())
    return list(db.session.scalars(newest.limit(MOST)))
