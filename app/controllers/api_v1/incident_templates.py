"""Incident templates in API v1: read only, as in Cachet, and put to use by incidents."""

from typing import Any

from flask import Response, g

from app.controllers.api_v1 import bp
from app.controllers.api_v1.documented import documented
from app.controllers.api_v1.envelope import data
from app.controllers.api_v1.finding import ID, loads, one
from app.controllers.api_v1.listing import Listing, is_number, is_text
from app.controllers.api_v1.zone import zone
from app.errors import Invalid
from app.i18n import _, _l
from app.links import page_url
from app.models.component import Component
from app.models.enums import ComponentStatus
from app.models.incident import Incident
from app.models.incident_template import IncidentTemplate
from app.models.template_values import told
from app.schemas.api_v1 import answers
from app.schemas.api_v1.incident import IncidentInput
from app.serializers.api_v1.incident_template import incident_template_json

_listing = Listing(
    filters={
        "id": is_number(IncidentTemplate.id),
        "name": is_text(IncidentTemplate.name),
        "slug": is_text(IncidentTemplate.slug),
    },
    sortable={},
    order=(IncidentTemplate.id.asc(),),
)


def find(id: int) -> IncidentTemplate:
    """The template. Everyone may read it, as in Cachet."""
    return one(
        IncidentTemplate.visible_to(g.viewer).where(IncidentTemplate.id == id), _l("There is no template with this id.")
    )


@bp.get("/incidents/templates")
@documented(gives=answers.IncidentTemplate, lists=_listing)
def incident_templates() -> Response:
    """Every template."""
    shown = IncidentTemplate.visible_to(g.viewer)
    return _listing.answer(shown, lambda template: incident_template_json(template, zone()))


@bp.get(f"/incidents/templates/{ID}")
@documented(gives=answers.IncidentTemplate)
@loads(find)
def incident_template(found: IncidentTemplate) -> Response:
    """One template."""
    return data(incident_template_json(found, zone()))


def message_by_template(
    wanted: IncidentInput, impacts: dict[Component, ComponentStatus], incident: Incident | None = None
) -> dict[str, str]:
    """The message that the template named makes, as a change; nothing if none is named. `incident` is one that exists.
    Raises Invalid for an unknown or failing template."""
    if not wanted.template:
        return {}
    template = IncidentTemplate.called(wanted.template)
    if template is None:
        raise Invalid(template=_("The template names none that exists."))
    said = template.render(_values(wanted, impacts, incident), zone())
    if not said:
        raise Invalid(template=_("The template says nothing with these vars."))
    return {"message": said}


def _values(
    wanted: IncidentInput, impacts: dict[Component, ComponentStatus], incident: Incident | None
) -> dict[str, Any]:
    # As in Cachet, `vars` stand at the top, and `incident` is always what the client said of it.
    written = wanted.written()
    known = {name: getattr(incident, name) for name in ("name", "message", "status", "occurred_at") if incident}
    known |= {name: value for name, value in written.items() if name in ("name", "message", "status", "occurred_at")}
    values = told(
        **{"name": "", "message": "", **known},
        components=list(impacts) or (incident.components if incident else []),
        url=page_url("public.incident", incident_id=incident.id) if incident else page_url("public.index"),
        visible=wanted.visible,
        stickied=wanted.stickied,
        notify=wanted.notify,
        component_status=wanted.component_status,
    )
    return {**values, **wanted.vars, "incident": values["incident"]}
