"""Planned work as API v1 shows it: a schedule."""

from datetime import datetime, tzinfo
from typing import Any

from app.models.component import Component
from app.models.enums import ComponentStatus
from app.models.maintenance import Maintenance
from app.models.mixins import Actor
from app.models.told_work import told_state, told_times
from app.serializers.api_v1.words import component_number, schedule_word, stamp


def schedule_json(
    work: Maintenance, zone: tzinfo, viewer: Actor | None, touched: list[tuple[int, datetime]] | None = None
) -> dict[str, Any]:
    """The schedule object; of a series with its next date. `touched` as for told_times."""
    state = told_state(work)
    begins, ends = told_times(work, touched)
    # Guests must not learn of a component that they cannot see.
    shown = [c for c in work.components if viewer is not None or c.is_announceable]
    return {
        "id": work.id,
        "name": work.name,
        "message": work.message,
        "status": int(state),
        "scheduled_at": stamp(begins, zone),
        "completed_at": stamp(ends, zone) if ends is not None else None,
        "created_at": stamp(work.created_at, zone),
        "updated_at": stamp(work.updated_at, zone),
        "deleted_at": None,
        "components": [_row(work, component, zone) for component in shown],
        "human_status": schedule_word(state),
    }


def _row(work: Maintenance, component: Component, zone: tzinfo) -> dict[str, Any]:
    """The row that binds a component to its schedule, and what the component is while the work goes on."""
    return {
        "id": component.id,
        "schedule_id": work.id,
        "component_id": component.id,
        "component_status": component_number(ComponentStatus.UNDER_MAINTENANCE),
        "created_at": stamp(work.created_at, zone),
        "updated_at": stamp(work.updated_at, zone),
    }
