"""Incident updates in API v1."""

from flask import Response, g

from app.controllers.api_v1 import bp
from app.controllers.api_v1.affecting import affected, hold
from app.controllers.api_v1.documented import documented
from app.controllers.api_v1.envelope import data, gone, saved
from app.controllers.api_v1.finding import ID, INCIDENT_ID, loads, one
from app.controllers.api_v1.given import given
from app.controllers.api_v1.incidents import find_alone as find_incident
from app.controllers.api_v1.listing import Listing
from app.controllers.api_v1.zone import zone
from app.extensions import db
from app.i18n import _l
from app.models.enums import IncidentStatus
from app.models.incident import Incident
from app.models.incident_update import IncidentUpdate
from app.permissions import requires
from app.schemas.api_v1 import answers
from app.schemas.api_v1.incident_update import ChangedIncidentUpdate, NewIncidentUpdate
from app.serializers.api_v1.incident_update import incident_address, incident_update_json

_listing = Listing(
    filters={},
    sortable={"id": IncidentUpdate.id, "status": IncidentUpdate.status, "user_id": IncidentUpdate.user_id},
    order=(IncidentUpdate.created_at.desc(), IncidentUpdate.id.desc()),
    keeps_order=True,
)


def find_of(incident_id: int) -> Incident:
    """The incident of the address, if the caller may see it."""
    return find_incident(incident_id)


def find(incident_id: int, id: int) -> IncidentUpdate:
    """The update, if the caller may see it. Clients may name any incident before it, as in Cachet."""
    find_incident(incident_id)
    shown = Incident.visible_to(g.viewer).with_only_columns(Incident.id)
    wanted = IncidentUpdate.of(shown).where(IncidentUpdate.id == id)
    return one(wanted, _l("There is no update with this id."), held=False)


@bp.get(f"/incidents/{INCIDENT_ID}/updates")
@documented(gives=answers.IncidentUpdate, lists=_listing)
@loads(find_of)
def incident_updates(incident: Incident) -> Response:
    """Everything that was said after the first report, newest first."""
    told = IncidentUpdate.of([incident.id])
    address = incident_address(incident.id)
    return _listing.answer(told, lambda update: incident_update_json(update, zone(), address))


@bp.get(f"/incidents/{INCIDENT_ID}/updates/{ID}")
@documented(gives=answers.IncidentUpdate)
@loads(find)
def incident_update(found: IncidentUpdate) -> Response:
    """One update."""
    return data(incident_update_json(found, zone()))


@bp.post(f"/incidents/{INCIDENT_ID}/updates")
@documented(gives=answers.IncidentUpdate, takes=NewIncidentUpdate)
@loads(find_of)
@requires("incidents.manage")
def create_incident_update(incident: Incident) -> Response:
    """Say what is new; the incident follows, and so does the component named."""
    wanted = NewIncidentUpdate.read(given(), zone())
    impacts = affected(wanted, incident)
    made = incident.post_update(
        status=IncidentStatus(wanted.status),
        message=wanted.message,
        actor=g.actor,
        impacts=impacts,
        notify=wanted.notify,
    )
    hold(impacts, incident)
    return saved(lambda: incident_update_json(made, zone()))


@bp.put(f"/incidents/{INCIDENT_ID}/updates/{ID}")
@documented(gives=answers.IncidentUpdate, takes=ChangedIncidentUpdate)
@loads(find)
@requires("incidents.manage")
def change_incident_update(found: IncidentUpdate) -> Response:
    """Correct what was said, quietly."""
    wanted = ChangedIncidentUpdate.read(given(), zone())
    found.edit(actor=g.actor, **wanted.written())
    return saved(lambda: incident_update_json(found, zone()))


@bp.delete(f"/incidents/{INCIDENT_ID}/updates/{ID}")
@documented()
@loads(find)
@requires("incidents.manage")
def delete_incident_update(found: IncidentUpdate) -> Response:
    """Take it back."""
    found.delete(actor=g.actor)
    db.session.commit()
    return gone()
