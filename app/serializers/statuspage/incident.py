"""Incidents, and planned work, which is an incident here with times that were planned."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from app.lib.public_id import public_id
from app.links import page_url
from app.models.incident import Incident
from app.models.slot import Slot
from app.models.statuspage_facts import Parts
from app.models.statuspage_story import Said, incident_story, watched_since, worst_of
from app.models.statuspage_work import key_of, state_of, work_story
from app.serializers.statuspage.component import by_id, component_id, components_json, full_names
from app.serializers.statuspage.page import page_id
from app.serializers.statuspage.words import COMPONENT, IMPACT, stamp, stamp_or_none, status_word


def incidents_json(incidents: Iterable[Incident], parts: Parts) -> list[dict[str, Any]]:
    """Each with every message, newest first, and the components that guests see."""
    objects, names = by_id(components_json(parts)), full_names(parts)
    return [_incident_json(incident, objects, names, parts) for incident in incidents]


def works_json(slots: Iterable[Slot], parts: Parts) -> list[dict[str, Any]]:
    """The same for planned work."""
    objects, names = by_id(components_json(parts)), full_names(parts)
    return [_work_json(slot, objects, names) for slot in slots]


def _incident_json(incident: Incident, objects: dict[str, Any], names: dict[int, str], parts: Parts) -> dict[str, Any]:
    id = public_id("incident", incident.id)
    story = incident_story(incident, parts.shown)
    return {
        "id": id,
        "name": incident.name,
        "status": status_word(incident.status),
        "created_at": stamp(story[0].at),
        "updated_at": stamp(_changed_at(story, incident.updated_at)),
        "monitoring_at": stamp_or_none(watched_since(story)),
        "resolved_at": stamp_or_none(incident.fixed_at),
        "impact": IMPACT[worst_of(incident, names)],
        "shortlink": page_url("public.incident", incident_id=incident.id),
        "started_at": stamp(incident.occurred_at),
        "page_id": page_id(),
        "incident_updates": [_update_json(said, id, names) for said in reversed(story)],
        "components": _touched(incident.component_ids, objects),
        "reminder_intervals": None,
    }


def _work_json(slot: Slot, objects: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    row = slot.maintenance
    id = public_id("maintenance", key_of(slot))
    story = work_story(slot, names)
    return {
        "id": id,
        "name": row.name,
        "status": status_word(state_of(slot)),
        "created_at": stamp(story[0].at),
        "updated_at": stamp(_changed_at(story, row.updated_at)),
        "monitoring_at": None,
        "resolved_at": stamp_or_none(row.finished_at or row.cancelled_at),
        "impact": "maintenance",
        "shortlink": page_url("public.maintenance", maintenance_id=row.id),
        "started_at": stamp(row.began_at or slot.starts_at),
        "page_id": page_id(),
        "incident_updates": [_update_json(said, id, names) for said in reversed(story)],
        "components": _touched(slot.component_ids, objects),
        "reminder_intervals": None,
        "scheduled_for": stamp(slot.starts_at),
        "scheduled_until": stamp(slot.ends_at),
    }


def _update_json(said: Said, incident_id: str, names: dict[int, str]) -> dict[str, Any]:
    return {
        "id": public_id(said.kind, said.key),
        "status": status_word(said.status),
        "body": said.message,
        "incident_id": incident_id,
        "created_at": stamp(said.at),
        "updated_at": stamp(said.changed_at),
        "display_at": stamp(said.at),
        "affected_components": [
            {
                "code": component_id(one.component_id),
                "name": names[one.component_id],
                "old_status": COMPONENT[one.old],
                "new_status": COMPONENT[one.new],
            }
            for one in said.affected
        ],
        "deliver_notifications": True,
        "custom_tweet": None,
        "tweet_id": None,
    }


def _touched(component_ids: Collection[int], objects: dict[str, Any]) -> list[dict[str, Any]]:
    """In the order of the page, however they were named."""
    wanted = {component_id(id) for id in component_ids}
    return [row for id, row in objects.items() if id in wanted]


def _changed_at(story: list[Said], row_at: datetime) -> datetime:
    return max([row_at, *(said.changed_at for said in story)])
