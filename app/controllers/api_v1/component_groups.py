"""Component groups in API v1."""

from flask import Response, g
from sqlalchemy.orm import selectinload

from app.controllers.api_v1 import bp
from app.controllers.api_v1.documented import documented
from app.controllers.api_v1.envelope import data, gone, saved
from app.controllers.api_v1.finding import ID, loads, one
from app.controllers.api_v1.given import given
from app.controllers.api_v1.listing import Listing, by_number, is_choice, is_number, is_text
from app.controllers.api_v1.visibility import is_visible, sort_visible, visibility
from app.controllers.api_v1.zone import zone
from app.extensions import db
from app.i18n import _l
from app.models.component import Component, ComponentGroup
from app.models.enums import Collapse
from app.permissions import requires
from app.schemas.api_v1 import answers
from app.schemas.api_v1.component_group import ChangedComponentGroup, NewComponentGroup
from app.serializers.api_v1.component_group import component_group_json

_members = selectinload(ComponentGroup.components).selectinload(Component.tags)
_listing = Listing(
    filters={
        "id": is_number(ComponentGroup.id),
        "name": is_text(ComponentGroup.name),
        "collapsed": is_choice(ComponentGroup.collapse, Collapse),
        "visible": by_number(is_visible(ComponentGroup)),
    },
    sortable={
        "id": ComponentGroup.id,
        "name": ComponentGroup.name,
        "order": ComponentGroup.position,
        "collapsed": ComponentGroup.collapse,
        "visible": sort_visible(ComponentGroup),
    },
    order=(ComponentGroup.id.asc(),),
)


def find(id: int) -> ComponentGroup:
    """The group, if the caller may see it."""
    shown = ComponentGroup.visible_to(g.viewer).where(ComponentGroup.id == id).options(_members)
    return one(shown, _l("There is no component group with this id."))


@bp.get("/components/groups")
@documented(gives=answers.ComponentGroup, lists=_listing)
def component_groups() -> Response:
    """Every group that the caller may see."""
    shown = ComponentGroup.visible_to(g.viewer).options(_members)
    return _listing.answer(shown, lambda group: component_group_json(group, zone(), g.viewer))


@bp.get(f"/components/groups/{ID}")
@documented(gives=answers.ComponentGroup)
@loads(find)
def component_group(found: ComponentGroup) -> Response:
    """One group."""
    return data(component_group_json(found, zone(), g.viewer))


@bp.post("/components/groups")
@documented(gives=answers.ComponentGroup, takes=NewComponentGroup)
@requires("components.manage")
def create_component_group() -> Response:
    """A new group; unlike components, it is for members unless it says otherwise."""
    wanted = NewComponentGroup.read(given(), zone())
    fields = {"position": wanted.order, **wanted.written()}
    made = ComponentGroup.create(actor=g.actor, visibility=visibility(wanted.visible), **fields)
    return saved(lambda: component_group_json(made, zone(), g.viewer))


@bp.put(f"/components/groups/{ID}")
@documented(gives=answers.ComponentGroup, takes=ChangedComponentGroup)
@loads(find)
@requires("components.manage")
def change_component_group(found: ComponentGroup) -> Response:
    """Change what is given."""
    wanted = ChangedComponentGroup.read(given(), zone())
    changes = wanted.written()
    if "visible" in wanted.model_fields_set:
        changes["visibility"] = visibility(wanted.visible, found)
    found.edit(actor=g.actor, **changes)
    return saved(lambda: component_group_json(found, zone(), g.viewer))


@bp.delete(f"/components/groups/{ID}")
@documented()
@loads(find)
@requires("components.manage")
def delete_component_group(found: ComponentGroup) -> Response:
    """Remove the heading; its components stay."""
    found.delete(actor=g.actor)
    db.session.commit()
    return gone()
