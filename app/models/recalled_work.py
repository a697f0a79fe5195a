"""Maintenances told whole and after the fact, as an import brings them. Nobody is mailed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.extensions import db
from app.lib import clock
from app.models.assigning import assign
from app.models.component import Component
from app.models.event import Event, EventName
from app.models.maintenance import Maintenance
from app.models.maintenance_update import MaintenanceUpdate
from app.models.mixins import Actor
from app.models.window import Window

Said = tuple[datetime, str]


def recall_work(
    *, actor: Actor | None, updates: Sequence[Said] = (), components: Sequence[Component] = (), **fields: Any
) -> Maintenance:
    """Planned work in one go: still ahead, under way (`began_at`) or over (`finished_at`). `fields` are the columns;
    without `announced_at` it is announced now."""
    fields.setdefault("announced_at", clock.now())
    work = Maintenance(**fields, notify=False)
    db.session.add(work)
    _tell(work, EventName.MAINTENANCE_PLANNED, updates, components, actor, [work.began_at, work.finished_at])
    return work


def retell_work(
    work: Maintenance,
    *,
    actor: Actor | None,
    updates: Sequence[Said] = (),
    components: Sequence[Component] = (),
    **fields: Any,
) -> None:
    """Replace the whole story by a newer one."""
    before, touched = [work.began_at, work.finished_at], list(work.components)
    assign(work, fields)
    work.sequence += 1
    work.updates.clear()
    work.windows.clear()
    db.session.flush()
    _tell(work, EventName.MAINTENANCE_EDITED, updates, components, actor, [*before, work.began_at], touched)


def _tell(
    work: Maintenance,
    name: EventName,
    updates: Sequence[Said],
    components: Sequence[Component],
    actor: Actor | None,
    times: Sequence[datetime | None],
    touched: Sequence[Component] = (),
) -> None:
    for at, message in sorted(updates, key=lambda said: said[0]):
        work.updates.append(MaintenanceUpdate(message=message, created_at=at, updated_at=at))
    work.components = list(components)
    if work.began_at is not None:
        for component in components:
            work.windows.append(Window(component_id=component.id, began_at=work.began_at, ended_at=work.finished_at))
    db.session.flush()
    db.session.expire(work, ["updates"])
    known = [at for at in times if at is not None]
    for component in dict.fromkeys([*components, *touched]) if known else ():
        until = max([*known, work.finished_at]) if work.finished_at is not None else None
        component.settle(since=min(known), until=until, actor=actor)
    ids = [component.id for component in components]
    Event.record(name, work, actor, name=work.name, notify=False, component_ids=ids)
