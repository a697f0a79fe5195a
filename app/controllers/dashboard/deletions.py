"""What was deleted in the last thirty days: a list, and the way back."""

from typing import Any

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import ID, bp
from app.controllers.dashboard.answers import page_of, said_or_late
from app.extensions import db
from app.i18n import _, _l
from app.models.deletion import Deletion
from app.permissions import requires

PER_PAGE = 50
# What each kind is called, and where it is looked after: the endpoint, and its argument with the attribute that has it.
KINDS: dict[str, tuple[Any, str, tuple[str, str] | None]] = {
    "Component": (_l("Component"), "dashboard.components", None),
    "ComponentGroup": (_l("Component group"), "dashboard.component_groups", None),
    "Incident": (_l("Incident"), "dashboard.incident", ("incident_id", "id")),
    "IncidentUpdate": (_l("Incident update"), "dashboard.incident", ("incident_id", "incident_id")),
    "IncidentTemplate": (_l("Template"), "dashboard.templates", None),
    "Maintenance": (_l("Maintenance"), "dashboard.maintenance", ("maintenance_id", "id")),
    "MaintenanceUpdate": (_l("Maintenance update"), "dashboard.maintenance", ("maintenance_id", "maintenance_id")),
    "Metric": (_l("Metric"), "dashboard.metric", ("metric_id", "id")),
}


@bp.get("/deleted")
@requires("deletions.manage")
def deletions() -> ResponseReturnValue:
    """The list, newest first."""
    page = page_of(Deletion.restorable(), PER_PAGE)
    return render_template("dashboard/deletions/index.html", page=page, kinds=KINDS)


@bp.post(f"/deleted/<{ID}:deletion_id>/restore")
@requires("deletions.manage")
def deletion_restore(deletion_id: int) -> ResponseReturnValue:
    """Put it back, and go to where it is. A second click finds it there and says so."""
    deletion = db.get_or_404(Deletion, deletion_id)
    name, (_label, endpoint, argument) = deletion.label, KINDS[deletion.subject_type]
    back: list[Any] = []
    if not said_or_late(lambda: back.append(deletion.restore(actor=g.actor)), _("%(name)s is back.", name=name)):
        return redirect(url_for("dashboard.deletions"))
    return redirect(url_for(endpoint, **({argument[0]: getattr(back[0], argument[1])} if argument else {})))
