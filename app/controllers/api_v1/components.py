"""Components in API v1."""

from typing import Any

import sqlalchemy as sa
from flask import Response, g
from sqlalchemy.orm import selectinload

from app.controllers.api_v1 import bp
from app.controllers.api_v1.documented import documented
from app.controllers.api_v1.envelope import data, gone, saved
from app.controllers.api_v1.finding import ID, loads, one
from app.controllers.api_v1.given import given
from app.controllers.api_v1.listing import Condition, Listing, by_number, is_flag, is_number, is_storable, is_text
from app.controllers.api_v1.zone import zone
from app.extensions import db
from app.i18n import _l
from app.models.component import Component, ComponentGroup, Tag
from app.models.enums import ComponentStatus
from app.permissions import requires
from app.schemas.api_v1 import answers
from app.schemas.api_v1.component import ChangedComponent, NewComponent, component_status
from app.serializers.api_v1.component import component_json
from app.serializers.api_v1.words import component_number


def _has_tag(value: Any) -> Condition:
    slugs = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else [value]
    return Component.tags.any(Tag.slug.in_([slug for slug in slugs if isinstance(slug, str) and is_storable(slug)]))


def _has_status(number: int) -> Condition:
    return Component.status.in_([status for status in ComponentStatus if component_number(status) == number])


def _in_group(number: int) -> Condition:
    return Component.group_id == number if number else Component.group_id.is_(None)


# Statuses sort by the numbers that clients see, not by ours.
_shown_status = sa.case(
    *((Component.status == status, component_number(status)) for status in ComponentStatus), else_=0
)
_listing = Listing(
    filters={
        "id": is_number(Component.id),
        "name": is_text(Component.name),
        "status": by_number(_has_status),
        "group_id": by_number(_in_group),
        "enabled": is_flag(Component.enabled),
        "tags": _has_tag,
    },
    sortable={
        "id": Component.id,
        "name": Component.name,
        "status": _shown_status,
        "order": Component.position,
        "group_id": sa.func.coalesce(Component.group_id, 0),
        "enabled": Component.enabled,
    },
    order=(Component.id.asc(),),
)


def find(id: int, *, held: bool = True) -> Component:
    """The component, if the caller may see it."""
    shown = Component.visible_to(g.viewer).where(Component.id == id)
    return one(shown, _l("There is no component with this id."), held=held)


@bp.get("/components")
@documented(gives=answers.Component, lists=_listing)
def components() -> Response:
    """Every component that the caller may see."""
    shown = Component.visible_to(g.viewer).options(selectinload(Component.tags))
    return _listing.answer(shown, lambda component: component_json(component, zone()))


@bp.get(f"/components/{ID}")
@documented(gives=answers.Component)
@loads(find)
def component(found: Component) -> Response:
    """One component."""
    return data(component_json(found, zone()))


@bp.post("/components")
@documented(gives=answers.Component, takes=NewComponent)
@requires("components.manage")
def create_component() -> Response:
    """A new component."""
    wanted = NewComponent.read(given(), zone())
    made = Component.create(
        actor=g.actor,
        status=component_status(wanted.status),
        group=_group(wanted.group_id),
        **{"position": wanted.order, **wanted.written()},
    )
    return saved(lambda: component_json(made, zone()))


@bp.put(f"/components/{ID}")
@documented(gives=answers.Component, takes=ChangedComponent)
@loads(find)
@requires("components.manage")
def change_component(found: Component) -> Response:
    """Change what is given; a status is said outright."""
    wanted = ChangedComponent.read(given(), zone())
    changes = wanted.written()
    if "group_id" in wanted.model_fields_set:
        changes["group"] = _group(wanted.group_id)
    if changes:
        found.edit(actor=g.actor, **changes)
    # A whole object sent back as it was read changes nothing: it must not turn what an incident does to the component
    # into something that outlasts the incident.
    is_echo = wanted.name is not None and wanted.status == component_number(found.status)
    if wanted.status is not None and not is_echo:
        notify = not wanted.silent and wanted.status != 0
        found.say_status(component_status(wanted.status), actor=g.actor, notify=notify)
    return saved(lambda: component_json(found, zone()))


@bp.delete(f"/components/{ID}")
@documented()
@loads(find)
@requires("components.manage")
def delete_component(found: Component) -> Response:
    """Remove it."""
    found.delete(actor=g.actor)
    db.session.commit()
    return gone()


def _group(number: int) -> ComponentGroup | None:
    return db.session.get(ComponentGroup, number) if number > 0 else None
