"""What was said of an incident, told as Statuspage tells it: each message with the status from then on and with what it
came to for each component. It has no first report apart: the oldest message is it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.i18n import _
from app.lib import clock
from app.models.component import Component
from app.models.enums import ComponentStatus, IncidentStatus, MaintenanceState
from app.models.impact import Impact
from app.models.incident import Incident

OPERATIONAL = ComponentStatus.OPERATIONAL
# What changes so shortly before or after a message belongs to it: clients often say both, one after the other.
NEAR = timedelta(minutes=1)


@dataclass(frozen=True)
class Affected:
    """What a message came to for one component."""

    component_id: int
    old: ComponentStatus
    new: ComponentStatus


@dataclass(frozen=True)
class Said:
    """One message. `kind` and `key` make its public id; without a `message` it only tells of a change."""

    kind: str
    key: int | str
    at: datetime
    changed_at: datetime
    status: IncidentStatus | MaintenanceState
    message: str
    affected: tuple[Affected, ...] = ()


def incident_story(incident: Incident, shown: dict[int, Component]) -> list[Said]:
    """Oldest first, with what it did to the components among `shown`.

    Of a change that nobody spoke of there is a message of its own: no reader could know of it otherwise."""
    told = _told(incident)
    impacts = [impact for impact in incident.impacts if impact.component_id in shown]
    until = {id(said): said.at for said in told}
    for impact, at in _changing(impacts):
        said = _nearest(told, at)
        if said is None:
            before = max((one for one in told if one.at <= at), key=lambda one: one.at)
            said = Said("impact", f"{impact.id}@{at.isoformat()}", at, at, before.status, "")
            told.insert(told.index(before) + 1, said)
        until[id(said)] = max(until.get(id(said), at), at)
    known: dict[int, ComponentStatus] = {}
    story = []
    for said in told:
        now = _state(impacts, until[id(said)])
        affected = changes(known, now)
        story.append(replace(said, affected=affected, message=said.message or _words(affected, shown)))
        known = now
    return story


def changes(before: dict[int, ComponentStatus], after: dict[int, ComponentStatus]) -> tuple[Affected, ...]:
    """From one state of components to the next; those that stay as they are among them."""
    return tuple(Affected(id, before.get(id, OPERATIONAL), new) for id, new in after.items())


def worst_of(incident: Incident, shown: Collection[int]) -> ComponentStatus:
    """The worst that it ever did to any of the components among `shown`: that it gets better does not make it small."""
    return ComponentStatus.worst([one.status for one in incident.impacts if one.component_id in shown])


def watched_since(story: Sequence[Said]) -> datetime | None:
    """When it last came to be watched only; None when nobody said so."""
    found, before = None, None
    for said in story:
        if said.status is IncidentStatus.WATCHING and before is not IncidentStatus.WATCHING:
            found = said.at
        before = said.status
    return found


def _told(incident: Incident) -> list[Said]:
    """What people said, and that it is fixed, which can be said with a click."""
    first = min([incident.occurred_at, *(one.created_at for one in incident.updates)])
    if first > clock.now():  # it is to begin, and has been told already
        first = incident.created_at
    told = [
        Said("incident_report", incident.id, first, incident.updated_at, incident.opened_as, incident.message),
        *(
            Said("incident_update", one.id, one.created_at, one.updated_at, one.status, one.message)
            for one in reversed(incident.updates)
        ),
    ]
    if incident.fixed_at is not None and told[-1].status is not IncidentStatus.FIXED:
        at = max(incident.fixed_at, told[-1].at)
        said = _("This incident has been fixed.")
        told.append(Said("incident_fix", incident.id, at, at, IncidentStatus.FIXED, said))
    return told


def _changing(impacts: Sequence[Impact]) -> list[tuple[Impact, datetime]]:
    """When anything changed for a component, oldest first, and by which impact."""
    times = [(one, one.began_at) for one in impacts] + [(one, one.ended_at) for one in impacts if one.ended_at]
    found = []
    for impact, at in sorted(times, key=lambda pair: (pair[1], pair[0].id)):
        own = [one for one in impacts if one.component_id == impact.component_id]
        before = next((one.status for one in reversed(own) if _holds_until(one, at)), OPERATIONAL)
        if before is not _state(own, at).get(impact.component_id, OPERATIONAL):
            found.append((impact, at))
    return found


def _holds_until(impact: Impact, at: datetime) -> bool:
    return impact.began_at < at and (impact.ended_at is None or impact.ended_at >= at)


def _state(impacts: Sequence[Impact], at: datetime) -> dict[int, ComponentStatus]:
    """How each component is from `at` on; those that were named until then."""
    state: dict[int, ComponentStatus] = {}
    for impact in impacts:
        if impact.began_at <= at:
            holds = impact.ended_at is None or impact.ended_at > at
            state[impact.component_id] = impact.status if holds else state.get(impact.component_id, OPERATIONAL)
    return state


def _nearest(told: Sequence[Said], at: datetime) -> Said | None:
    """The message to which a change at that time belongs."""
    if at <= told[0].at:
        return told[0]
    nearest = min(told, key=lambda said: abs(said.at - at))
    return nearest if abs(nearest.at - at) <= NEAR else None


def _words(affected: Sequence[Affected], shown: dict[int, Component]) -> str:
    changed = [one for one in affected if one.old is not one.new]
    return "\n".join(
        _("%(component)s: %(status)s", component=shown[one.component_id].name, status=one.new.label) for one in changed
    )
