"""From when to when an incident of another page did what to which component."""

from collections.abc import Callable, Iterable
from datetime import datetime

from app.models.component import Component
from app.models.enums import ComponentStatus
from app.models.recalled import Stretch
from app.models.statuspage_words import COMPONENT, IMPACT, Affected, OtherIncident

Find = Callable[[str, str], Component | None]
Skip = Callable[[str], None]


def stretches(incident: OtherIncident, ended: datetime | None, find: Find, skip: Skip) -> list[Stretch]:
    """By what its updates say of components, if they say anything; else by its impact on its components."""
    touched = _known(((code, "") for code in incident.component_ids), find, skip)
    said = _said(incident, find, skip)
    if said is None:
        if incident.impact not in IMPACT:
            skip(f"unknown impact “{incident.impact}”, taken as none")
        status = IMPACT.get(incident.impact, ComponentStatus.OPERATIONAL)
        return [Stretch(component, status, incident.started_at, ended) for component in touched]
    for component in touched:
        said.setdefault(component, [])
    return [part for component, steps in said.items() for part in _of_one(component, steps, incident, ended)]


def _said(
    incident: OtherIncident, find: Find, skip: Skip
) -> dict[Component, list[tuple[datetime, ComponentStatus]]] | None:
    """What each component became and when, oldest first; None when no update speaks of components."""
    found: dict[Component, list[tuple[datetime, ComponentStatus]]] = {}
    spoken = False
    for update in incident.updates:
        for affected in update.affected:
            if not affected.code and not affected.status:
                continue  # old pages write "No components were affected by this update." there
            spoken = True
            component = _one(affected, find, skip)
            if component is not None:
                found.setdefault(component, []).append((update.at, COMPONENT[affected.status]))
    return found if spoken else None


def _one(affected: Affected, find: Find, skip: Skip) -> Component | None:
    if affected.status not in COMPONENT:
        skip(f"an update's unknown component status “{affected.status}”")
        return None
    found = _known([(affected.code, affected.name)], find, skip)
    return found[0] if found else None


def _known(wanted: Iterable[tuple[str, str]], find: Find, skip: Skip) -> list[Component]:
    found: dict[Component, None] = {}
    for code, name in wanted:
        component = find(code, name)
        if component is None:
            skip("a component that is not here")
        else:
            found[component] = None
    return list(found)


def _of_one(
    component: Component,
    steps: list[tuple[datetime, ComponentStatus]],
    incident: OtherIncident,
    ended: datetime | None,
) -> list[Stretch]:
    """Its stretches: each step holds until the next, the last until the end. What it only names, it leaves alone."""
    steps = [(at, status) for at, status in steps if ended is None or at < ended]
    ends = [at for at, _status in steps[1:]] + [ended]
    found: list[Stretch] = []
    for (at, status), end in zip(steps, ends, strict=False):
        if found and found[-1].status is status:
            found[-1] = Stretch(component, status, found[-1].began_at, end)
        elif end != at:
            found.append(Stretch(component, status, at, end))
    return found or [Stretch(component, ComponentStatus.OPERATIONAL, incident.started_at, ended)]
