"""An incident template as API v1 shows it."""

from datetime import tzinfo
from typing import Any

from app.models.incident_template import IncidentTemplate
from app.serializers.api_v1.words import stamp


def incident_template_json(template: IncidentTemplate, zone: tzinfo) -> dict[str, Any]:
    """The template object, its Markdown as it was written."""
    return {
        "id": template.id,
        "name": template.name,
        "slug": template.slug,
        "template": template.body,
        "created_at": stamp(template.created_at, zone),
        "updated_at": stamp(template.updated_at, zone),
        "deleted_at": None,
    }
