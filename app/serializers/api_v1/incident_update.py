"""An incident update as API v1 shows it."""

from datetime import tzinfo
from typing import Any

from app.links import page_url
from app.models.incident_update import IncidentUpdate
from app.serializers.api_v1.words import incident_word, stamp


def incident_update_json(update: IncidentUpdate, zone: tzinfo) -> dict[str, Any]:
    """The incident update object."""
    return {
        "id": update.id,
        "incident_id": update.incident_id,
        "status": int(update.status),
        "message": update.message,
        "user_id": update.user_id,
        "created_at": stamp(update.created_at, zone),
        "updated_at": stamp(update.updated_at, zone),
        "human_status": incident_word(update.status),
        "permalink": page_url("public.incident", incident_id=update.incident_id, _anchor=f"update-{update.id}"),
    }
