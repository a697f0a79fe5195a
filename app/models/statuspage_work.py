"""Planned work as Statuspage tells it: an incident with times that were planned, and a message for each step of it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from app.i18n import _
from app.models.enums import ComponentStatus, MaintenanceState
from app.models.maintenance import Maintenance
from app.models.slot import Slot
from app.models.statuspage_story import OPERATIONAL, Said, changes

# A message said at the click that begins or finishes work is written a moment later.
TOGETHER = timedelta(seconds=1)


def key_of(slot: Slot) -> int | str:
    """What the public id of planned work is made of: of a series each date has its own, before it begins and after."""
    row = slot.maintenance
    if row.series_id is not None and row.series_at is not None:
        return f"{row.series_id}@{row.series_at.isoformat()}"
    return f"{row.id}@{slot.series_at.isoformat()}" if slot.series_at is not None else row.id


def slot_of(row: Maintenance) -> Slot:
    """A maintenance of its own as a slot."""
    return Slot(row, row.starts_at, row.ends_at)


def announced(row: Maintenance) -> datetime:
    """When guests could first hear of it, as far as anything tells."""
    times = [row.created_at, row.announced_at, row.began_at, *(update.created_at for update in row.updates)]
    return min(at for at in times if at is not None)


def state_of(slot: Slot) -> MaintenanceState:
    """Planned, under way or finished: work that was called off while it ran has ended."""
    row = slot.maintenance
    if row.began_at is None:
        return MaintenanceState.PLANNED
    return MaintenanceState.IN_PROGRESS if row.is_open else MaintenanceState.FINISHED


def work_story(slot: Slot, shown: Collection[int]) -> list[Said]:
    """Oldest first. That it has begun or is over is a message of its own, unless somebody said something then."""
    row, key = slot.maintenance, key_of(slot)
    over = row.finished_at or row.cancelled_at
    marks = [
        (MaintenanceState.FINISHED, over, "maintenance_end", lambda: _("The scheduled maintenance is complete.")),
        (MaintenanceState.IN_PROGRESS, row.began_at, "maintenance_begin", lambda: _("The maintenance has begun.")),
    ]
    updates = list(reversed(row.updates))
    story = [Said("maintenance_report", key, announced(row), row.updated_at, MaintenanceState.PLANNED, row.message)]
    for state, at, kind, words in marks if row.began_at is not None else ():
        if at is None:
            continue
        spoken = next((one for one in updates if at <= one.created_at < at + TOGETHER), None)
        if spoken is None:
            story.append(Said(kind, key, at, at, state, words()))
        else:
            updates.remove(spoken)
            story.append(Said("maintenance_update", spoken.id, at, spoken.updated_at, state, spoken.message))
    for one in updates:
        state = MaintenanceState.PLANNED
        if row.began_at is not None and one.created_at >= row.began_at:
            state = MaintenanceState.FINISHED if over and one.created_at >= over else MaintenanceState.IN_PROGRESS
        story.append(Said("maintenance_update", one.id, one.created_at, one.updated_at, state, one.message))
    # Those of one instant in the order of what they say.
    return _touching(
        sorted(story, key=lambda said: (said.at, said.status)), [i for i in slot.component_ids if i in shown]
    )


def _touching(story: list[Said], component_ids: list[int]) -> list[Said]:
    before = dict.fromkeys(component_ids, OPERATIONAL)
    told = []
    for said in story:
        is_on = said.status is MaintenanceState.IN_PROGRESS
        after = dict.fromkeys(component_ids, ComponentStatus.UNDER_MAINTENANCE if is_on else OPERATIONAL)
        told.append(replace(said, affected=changes(before, after)))
        before = after
    return told
