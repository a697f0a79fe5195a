"""An incident update as API v1 shows it."""

from datetime import tzinfo
from typing import Any

from app.links import page_url
from app.models.incident_update import IncidentUpdate
from app.serializers.api_v1.words import incident_word, stamp


def incident_update_json(update: IncidentUpdate, zone: tzinfo, address: str | None = None) -> dict[str, Any]:
    """The incident update object. `address` is that of its incident, for who has many to show."""
    address = address or incident_address(update.incident_id)
    return {
        "id": update.id,
        "incident_id": update.incident_id,
        "status": int(update.status),
        "message": update.message,
        "user_id": update.user_id,
        "created_at": stamp(update.created_at, zone),
        "updated_at": stamp(update.updated_at, zone),
        "human_status": incident_word(update.status),
        "permalink": f"{address}#update-{update.id}",
    }


def incident_address(incident_id: int) -> str:
    """Where people read the incident."""
    return page_url("public.incident", incident_id=incident_id)
