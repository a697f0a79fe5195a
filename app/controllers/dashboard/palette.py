"""What the command palette finds by name."""

from typing import Any

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import bp
from app.i18n import _
from app.lib.text import one_line
from app.models.component import Component
from app.models.enums import ComponentStatus
from app.models.finding import Finding
from app.permissions import can, requires

LONGEST_SEARCH = 100


@bp.get("/palette")
@requires("dashboard.view")
def palette() -> ResponseReturnValue:
    """Components, incidents and maintenance with `q` in the name; only what this member may do with them."""
    found = Finding.load(one_line(request.args.get("q", ""))[:LONGEST_SEARCH])
    items = [
        *(_component(component) for component in found.components),
        *(
            _item(one.name, _("Incident"), one.status.label, url_for("dashboard.incident", incident_id=one.id))
            for one in found.incidents
        ),
        *(
            _item(one.name, _("Maintenance"), one.state.label, url_for("dashboard.maintenance", maintenance_id=one.id))
            for one in found.maintenances
        ),
    ]
    return jsonify(items=items)


def _item(name: str, kind: str, state: Any, url: str) -> dict[str, Any]:
    return {"name": name, "kind": kind, "state": str(state), "url": url}


def _component(component: Component) -> dict[str, Any]:
    if not can("components.manage"):
        listed = url_for("dashboard.components", _anchor=f"component-{component.id}")
        return _item(component.name, _("Component"), component.status.label, listed)
    edit = url_for("dashboard.component_edit", component_id=component.id)
    return {
        **_item(component.name, _("Component"), component.status.label, edit),
        "action": url_for("dashboard.component_status", component_id=component.id),
        "statuses": [
            {"value": int(status), "name": str(status.label)}
            for status in ComponentStatus
            if status is not component.status
        ],
    }
