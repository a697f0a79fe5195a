"""Components and their groups, which stand in one list here."""

from typing import Any

from app.lib.public_id import public_id
from app.models.component import Component, ComponentGroup
from app.models.status_page import Section
from app.models.statuspage_facts import Parts
from app.serializers.statuspage.page import page_id
from app.serializers.statuspage.words import COMPONENT, stamp


def component_id(id: int) -> str:
    return public_id("component", id)


def components_json(parts: Parts) -> list[dict[str, Any]]:
    """All of them in the order of the page: each group, then what stands in it; those without a group last."""
    rows: list[dict[str, Any]] = []
    place = 0
    for section in parts.sections:
        if section.group is not None:
            place += 1
            rows.append(_group_json(section, section.group, place))
            members = [_json(one, n) for n, one in enumerate(section.components, start=1)]
        else:
            members = [_json(one, n) for n, one in enumerate(section.components, start=place + 1)]
        rows += members
    return rows


def by_id(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Those of `components_json` that an incident may name."""
    return {row["id"]: row for row in rows if not row["group"]}


def full_names(parts: Parts) -> dict[int, str]:
    """By id, the name with that of the group before it: "Platform - API"."""
    return {
        one.id: f"{section.group.name} - {one.name}" if section.group is not None else one.name
        for section in parts.sections
        for one in section.components
    }


def _json(component: Component, position: int) -> dict[str, Any]:
    group_id = component.group_id
    return {
        "id": component_id(component.id),
        "name": component.name,
        "status": COMPONENT[component.status],
        "created_at": stamp(component.created_at),
        "updated_at": stamp(component.updated_at),
        "position": position,
        "description": component.description or None,
        "showcase": False,
        "start_date": None,
        "group_id": public_id("component_group", group_id) if group_id is not None else None,
        "page_id": page_id(),
        "group": False,
        "only_show_if_degraded": False,
    }


def _group_json(section: Section, group: ComponentGroup, position: int) -> dict[str, Any]:
    return {
        "id": public_id("component_group", group.id),
        "name": group.name,
        "status": COMPONENT[section.worst],
        "created_at": stamp(group.created_at),
        "updated_at": stamp(max([group.updated_at, *(one.updated_at for one in section.components)])),
        "position": position,
        "description": None,
        "showcase": False,
        "start_date": None,
        "group_id": None,
        "page_id": page_id(),
        "group": True,
        "only_show_if_degraded": False,
        "components": [component_id(one.id) for one in section.components],
    }
