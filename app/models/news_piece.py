"""Pieces of news: what an incident or a maintenance has told its readers, and when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.models.enums import IncidentStatus, MaintenanceState
from app.models.incident import Incident
from app.models.maintenance import Maintenance

AT_ONCE = timedelta(seconds=5)  # the rows that one verb writes have times this close


@dataclass(frozen=True)
class Piece:
    """One piece of news. `key` tells it from the others of its story, for good, also when the story is imported again;
    `kind` is report, update, fixed, planned, begun, finished or cancelled."""

    kind: str
    key: str
    state: IncidentStatus | MaintenanceState
    at: datetime
    updated: datetime
    message: str = ""
    update_id: int | None = None


def of_incident(incident: Incident) -> list[Piece]:
    """The report, each update, and the end when nobody said a word about it (an API client may just set the status)."""
    told = _told_at(incident)
    report = Piece("report", "report", incident.opened_as, told, _corrected_at(incident) or told, incident.message)
    pieces = [report, *_said(incident.updates, lambda update: update.status)]
    last = incident.updates[0].status if incident.updates else incident.opened_as
    if incident.fixed_at is not None and last is not IncidentStatus.FIXED:
        at = incident.fixed_at
        pieces.append(Piece("fixed", f"fixed/{stamp(at)}", IncidentStatus.FIXED, at, at))
    return pieces


def of_maintenance(work: Maintenance) -> list[Piece]:
    """The plan, anew when subscribers are told of another time; the start, each update, the end or that it is off."""

    def piece(kind: str, state: MaintenanceState, at: datetime, mark: str = "", message: str = "") -> Piece:
        return Piece(kind, kind + mark, state, at, at, message)

    pieces = []
    began, over = work.began_at, work.finished_at
    if _is_announced(work) and work.announced_at is not None:
        state, at = state_at(work, work.announced_at), work.announced_at
        pieces.append(piece("planned", state, at, f"/{stamp(at)}", work.message))
    if began is not None:
        # What was over when it was written down is dated as it was; of the rest nobody could read before.
        was_over = over is not None and over <= work.created_at
        at = began if was_over else max(began, work.created_at)
        pieces.append(piece("begun", MaintenanceState.IN_PROGRESS, at, message=work.message))
    pieces += _said(work.updates, lambda update: state_at(work, update.created_at))
    if work.cancelled_at is not None:
        pieces.append(piece("cancelled", MaintenanceState.CANCELLED, work.cancelled_at))
    elif over is not None and not work.is_series and not _is_end_told(work, over):
        pieces.append(piece("finished", MaintenanceState.FINISHED, over))
    return pieces


def stamp(moment: datetime) -> str:
    """A time as part of a name. Ids of rows are no names for good: SQLite gives out those of deleted rows anew."""
    return f"{moment:%Y%m%dT%H%M%S%f}"


def _told_at(incident: Incident) -> datetime:
    """When readers could first know of it: later than it began, unless it was over when it was written down."""
    was_over = incident.fixed_at is not None and incident.fixed_at <= incident.created_at
    first = min([incident.created_at, *(update.created_at for update in incident.updates)])
    if was_over or first < incident.created_at:
        return min(incident.occurred_at, first)
    return incident.created_at


def _corrected_at(incident: Incident) -> datetime | None:
    """When the row was last written, unless by an update or by the end."""
    at = incident.updated_at
    reasons = [incident.created_at, incident.fixed_at, *(update.created_at for update in incident.updates)]
    return None if any(reason is not None and reason <= at <= reason + AT_ONCE for reason in reasons) else at


def _said(updates: list[Any], state_of: Callable[[Any], Any]) -> list[Piece]:
    pieces: list[Piece] = []
    seen: dict[str, int] = {}
    for update in reversed(updates):
        mark = stamp(update.created_at)
        seen[mark] = seen.get(mark, 0) + 1
        key = f"update/{mark}" if seen[mark] == 1 else f"update/{mark}-{seen[mark]}"
        updated = max(update.created_at, update.updated_at)
        pieces.append(Piece("update", key, state_of(update), update.created_at, updated, update.message, update.id))
    return pieces


def _is_announced(work: Maintenance) -> bool:
    """Whether there was an announcement of its own: not of what had begun when it was written down, nor of a date that
    follows its series."""
    if work.announced_at is None:
        return False
    told_again = work.announced_at > work.created_at
    if work.series_id is not None:
        return told_again
    return work.began_at is None or work.announced_at < work.began_at or told_again


def _is_end_told(work: Maintenance, over: datetime) -> bool:
    """Whether an update came with the end, and is what tells of it."""
    return any(over <= update.created_at <= over + AT_ONCE for update in work.updates)


def state_at(work: Maintenance, moment: datetime) -> MaintenanceState:
    """How far planned work was at `moment`."""
    if work.cancelled_at is not None and moment >= work.cancelled_at:
        return MaintenanceState.CANCELLED
    if work.finished_at is not None and not work.is_series and moment >= work.finished_at:
        return MaintenanceState.FINISHED
    begun = work.began_at is not None and moment >= work.began_at
    return MaintenanceState.IN_PROGRESS if begun else MaintenanceState.PLANNED
