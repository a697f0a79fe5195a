"""Incidents in API v1."""

from typing import Any

from flask import Response, g
from sqlalchemy.orm import selectinload

from app.controllers.api_v1 import bp
from app.controllers.api_v1.affecting import affected, hold
from app.controllers.api_v1.documented import documented
from app.controllers.api_v1.envelope import data, gone, saved
from app.controllers.api_v1.finding import ID, loads, one
from app.controllers.api_v1.given import given
from app.controllers.api_v1.incident_templates import message_by_template
from app.controllers.api_v1.listing import Condition, Listing, by_number, is_choice, is_flag, is_number, is_text
from app.controllers.api_v1.visibility import is_visible, sort_visible, visibility
from app.controllers.api_v1.zone import zone
from app.extensions import db
from app.i18n import _l
from app.lib import clock
from app.models.component import Component
from app.models.enums import IncidentStatus
from app.models.impact import Impact
from app.models.incident import Incident
from app.permissions import requires
from app.schemas.api_v1 import answers
from app.schemas.api_v1.incident import ChangedIncident, NewIncident
from app.serializers.api_v1.incident import incident_json

_story = (
    selectinload(Incident.updates),
    selectinload(Incident.impacts).joinedload(Impact.component).joinedload(Component.group),
)


def _touches(number: int) -> Condition:
    shown = Component.visible_to(g.viewer).order_by(None).with_only_columns(Component.id)
    if number == 0:
        return ~Incident.impacts.any(Impact.component_id.in_(shown))
    return Incident.impacts.any(Impact.component_id.in_(shown.where(Component.id == number)))


_listing = Listing(
    filters={
        "id": is_number(Incident.id),
        "user_id": is_number(Incident.user_id),
        "component_id": by_number(_touches),
        "name": is_text(Incident.name),
        "status": is_choice(Incident.status, IncidentStatus),
        "visible": by_number(is_visible(Incident)),
        "stickied": is_flag(Incident.pinned),
    },
    sortable={
        "id": Incident.id,
        "user_id": Incident.user_id,
        "name": Incident.name,
        "status": Incident.status,
        "visible": sort_visible(Incident),
        "stickied": Incident.pinned,
        "message": Incident.message,
        "occurred_at": Incident.occurred_at,
    },
    order=(Incident.id.asc(),),
)


def find(id: int) -> Incident:
    """The incident with its story, if the caller may see it."""
    return _find(id, *_story)


def find_alone(id: int) -> Incident:
    """The incident for what hangs on it, if the caller may see it."""
    return _find(id)


def _find(id: int, *options: Any) -> Incident:
    shown = Incident.visible_to(g.viewer).where(Incident.id == id).options(*options)
    # Its own verbs hold it, after its components.
    return one(shown, _l("There is no incident with this id."), held=False)


@bp.get("/incidents")
@documented(gives=answers.Incident, lists=_listing)
def incidents() -> Response:
    """Every incident that the caller may see, oldest first."""
    shown = Incident.visible_to(g.viewer).options(*_story)
    return _listing.answer(shown, lambda incident: incident_json(incident, zone(), g.viewer))


@bp.get(f"/incidents/{ID}")
@documented(gives=answers.Incident)
@loads(find)
def incident(found: Incident) -> Response:
    """One incident."""
    return data(incident_json(found, zone(), g.viewer))


@bp.post("/incidents")
@documented(gives=answers.Incident, takes=NewIncident)
@requires("incidents.manage")
def create_incident() -> Response:
    """Report an incident; its component takes the status given at once."""
    wanted = NewIncident.read(given(), zone())
    impacts = affected(wanted)
    made = Incident.open(
        actor=g.actor,
        impacts=impacts,
        notify=wanted.notify,
        visibility=visibility(wanted.visible),
        **{**wanted.written(), **message_by_template(wanted, impacts)},
    )
    hold(impacts, made)
    return saved(lambda: incident_json(made, zone(), g.viewer))


@bp.put(f"/incidents/{ID}")
@documented(gives=answers.Incident, takes=ChangedIncident)
@loads(find)
@requires("incidents.manage")
def change_incident(found: Incident) -> Response:
    """Change what is given, quietly."""
    wanted = ChangedIncident.read(given(), zone())
    impacts = affected(wanted, found)
    found.hold(impacts)
    changes = {**wanted.written(), **message_by_template(wanted, impacts, found)}
    if "visible" in wanted.model_fields_set:
        changes["visibility"] = visibility(wanted.visible, found)
    # Clients send back what they read, some without the seconds; that must not move the incident.
    if wanted.occurred_at is not None and clock.reads_alike(wanted.occurred_at, found.occurred_at, zone()):
        del changes["occurred_at"]
    # To Cachet an incident has one component: naming another moves it there. One that has several only gains.
    if impacts and len(found.components) == 1 and found.components[0] not in impacts:
        found.drop_component(found.components[0], actor=g.actor)
    found.edit(actor=g.actor, impacts=impacts, **changes)
    hold(impacts, found)
    return saved(lambda: incident_json(found, zone(), g.viewer))


@bp.delete(f"/incidents/{ID}")
@documented()
@loads(find)
@requires("incidents.manage")
def delete_incident(found: Incident) -> Response:
    """Remove it with its updates."""
    found.delete(actor=g.actor)
    db.session.commit()
    return gone()
