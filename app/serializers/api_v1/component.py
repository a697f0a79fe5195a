"""A component as API v1 shows it."""

from datetime import tzinfo
from typing import Any

from app.models.component import Component
from app.serializers.api_v1.words import component_number, component_word, stamp


def component_json(component: Component, zone: tzinfo) -> dict[str, Any]:
    """The component object. Clients compare `group_id` with 0 and read `tags` as an object, so neither is ever null."""
    return {
        "id": component.id,
        "name": component.name,
        "description": component.description,
        "link": component.link,
        "status": component_number(component.status),
        "order": component.position,
        "group_id": component.group_id or 0,
        "enabled": component.enabled,
        "meta": component.meta,
        "created_at": stamp(component.created_at, zone),
        "updated_at": stamp(component.updated_at, zone),
        "deleted_at": None,
        "status_name": component_word(component.status),
        "tags": {tag.slug: tag.name for tag in component.tags},
    }
