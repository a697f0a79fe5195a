"""A component group as API v1 shows it."""

from datetime import tzinfo
from typing import Any

from app.models.component import ComponentGroup
from app.models.mixins import Actor
from app.serializers.api_v1.component import component_json
from app.serializers.api_v1.words import stamp, visible_number


def component_group_json(group: ComponentGroup, zone: tzinfo, viewer: Actor | None) -> dict[str, Any]:
    """The group object with its enabled components: in order, and again with the worst first."""
    members = [c for c in group.components if c.enabled and (viewer is not None or c.is_public)]
    shown = [component_json(component, zone) for component in members]
    worst_first = sorted(shown, key=lambda component: -component["status"])
    return {
        "id": group.id,
        "name": group.name,
        "order": group.position,
        "visible": visible_number(group.visibility),
        "collapsed": int(group.collapse),
        "created_at": stamp(group.created_at, zone),
        "updated_at": stamp(group.updated_at, zone),
        "enabled_components": shown,
        "enabled_components_lowest": worst_first,
        "lowest_human_status": worst_first[0]["status_name"] if worst_first else None,
    }
