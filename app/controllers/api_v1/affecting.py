"""`component_id` with `component_status`: how incidents and updates of API v1 say what happens to a component."""

from flask import g

from app.controllers.api_v1.components import find as find_component
from app.errors import Invalid, NotFound
from app.i18n import _
from app.models.component import Component
from app.models.enums import ComponentStatus
from app.models.incident import Incident
from app.schemas.api_v1.component import component_status
from app.schemas.api_v1.incident import Affecting


def affected(wanted: Affecting, incident: Incident | None = None) -> dict[Component, ComponentStatus]:
    """The component named and what it suffers, or nothing. Raises Invalid for half a pair or an unknown component.

    A known `incident` may name the component that it has anyway: clients send whole objects back. A status alone is
    for the component that answers name.
    """
    if wanted.component_id == 0:
        if wanted.component_status is None or "component_id" in wanted.model_fields_set:
            return {}
        if incident is None or not incident.components:
            raise Invalid(component_id=_("The component_id field is required when component_status is present."))
        return {incident.components[0]: component_status(wanted.component_status)}
    component = _component(wanted.component_id)
    if wanted.component_status is not None:
        return {component: component_status(wanted.component_status)}
    if incident is not None and component in incident.components:
        return {}
    raise Invalid(component_status=_("The component_status field is required when component_id is present."))


def hold(impacts: dict[Component, ComponentStatus], incident: Incident) -> None:
    """See that each component is what the client said of it with `incident`, whoever spoke before. As long as that is
    open the word goes with it; said with the fix, it is outright."""
    for component, status in impacts.items():
        if component.status is status:
            continue
        if incident.is_open:
            component.ease(status, actor=g.actor)
        else:
            component.say_status(status, actor=g.actor)


def _component(number: int) -> Component:
    try:
        return find_component(number, held=False)  # the incident's verbs hold it, with its others
    except NotFound:
        raise Invalid(component_id=_("The component_id names no component.")) from None
