"""An incident as API v1 shows it."""

from datetime import tzinfo
from typing import Any

from app.models.incident import Incident
from app.models.mixins import Actor
from app.serializers.api_v1.incident_update import incident_address, incident_update_json
from app.serializers.api_v1.words import incident_icon, incident_word, stamp, visible_number


def incident_json(incident: Incident, zone: tzinfo, viewer: Actor | None) -> dict[str, Any]:
    """The incident object, with every update, newest first, and the first component it touches."""
    newest = incident.updates[0] if incident.updates else None
    latest = newest.status if newest else incident.status
    address = incident_address(incident.id)
    return {
        "id": incident.id,
        "user_id": incident.user_id,
        "component_id": _component_id(incident, viewer),
        "name": incident.name,
        "status": int(incident.status),
        "visible": visible_number(incident.visibility),
        "stickied": incident.pinned,
        "notifications": False,
        "message": incident.message,
        "occurred_at": stamp(incident.occurred_at, zone),
        "created_at": stamp(incident.created_at, zone),
        "updated_at": stamp(incident.updated_at, zone),
        "deleted_at": None,
        "is_resolved": not incident.is_open,
        "meta": incident.meta or [],
        "updates": [incident_update_json(update, zone, address) for update in incident.updates],
        "human_status": incident_word(incident.status),
        "latest_update_id": newest.id if newest else None,
        "latest_status": int(latest),
        "latest_human_status": incident_word(latest),
        "latest_icon": incident_icon(latest),
        "permalink": address,
        "duration": _duration(incident),
    }


def _component_id(incident: Incident, viewer: Actor | None) -> int:
    # Guests must not learn of a component that they cannot see.
    shown = (c.id for c in incident.components if viewer is not None or c.is_announceable)
    return next(shown, 0)


def _duration(incident: Incident) -> int:
    end = incident.fixed_at or incident.last_said_at
    return max(int((end - incident.occurred_at).total_seconds()), 0)
