"""Incident updates: post, edit and delete."""

from typing import Any

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import ID, bp
from app.controllers.dashboard.answers import ask_to_delete, done, done_or_late, form_page
from app.controllers.dashboard.incidents import find, offer_impacts, show
from app.controllers.dashboard.templates import fill, start_filling
from app.errors import Invalid, NotFound
from app.extensions import db
from app.forms.incident_update import UpdateEditForm, UpdateForm
from app.i18n import _
from app.links import page_url
from app.models.incident import Incident
from app.models.incident_update import IncidentUpdate
from app.models.template_values import told
from app.permissions import requires


@bp.post(f"/incidents/<{ID}:incident_id>/updates")
@requires("incidents.manage")
def incident_update_create(incident_id: int) -> ResponseReturnValue:
    """Say what is new."""
    incident = find(incident_id)
    form = offer_impacts(incident, UpdateForm())
    filling = start_filling()
    if filling.is_wanted:
        return fill(filling, form.message, _told(incident, form)) or show(incident, update_form=form, filling=filling)
    posted = _("The update has been posted.")
    if not form.validate() or not done_or_late(form, lambda: _post(incident, form), posted):
        return show(incident, update_form=form)
    return redirect(url_for("dashboard.incident", incident_id=incident_id))


@bp.route(f"/incidents/<{ID}:incident_id>/updates/<{ID}:update_id>", methods=["GET", "POST"])
@requires("incidents.manage")
def incident_update_edit(incident_id: int, update_id: int) -> ResponseReturnValue:
    """Correct what was said, quietly."""
    update = _find(incident_id, update_id)
    form = UpdateEditForm(obj=update).beside(UpdateEditForm(formdata=None, obj=update))
    if (
        form.validate_on_submit()
        and form.is_current()
        and done(form, lambda: update.edit(**form.values(), actor=g.actor))
    ):
        flash(_("The update has been saved."), "success")
        return redirect(url_for("dashboard.incident", incident_id=incident_id))
    return form_page("dashboard/incidents/update.html", form, update=update)


@bp.route(f"/incidents/<{ID}:incident_id>/updates/<{ID}:update_id>/delete", methods=["GET", "POST"])
@requires("incidents.manage")
def incident_update_delete(incident_id: int, update_id: int) -> ResponseReturnValue:
    """Ask, then take it back."""
    update = _find(incident_id, update_id)
    back = url_for("dashboard.incident", incident_id=incident_id)
    return ask_to_delete(
        update,
        question=_("Delete this update?"),
        label=_("Delete update"),
        detail=_("The incident is again as the update before it said. Mails that went out cannot be taken back."),
        back=back,
        said=_("The update has been deleted."),
        after=back,
    )


def _told(incident: Incident, form: UpdateForm) -> dict[str, Any]:
    """What the incident and the form say so far, for a template."""
    return told(
        name=incident.name,
        message=form.message.data or "",
        components=form.new_impacts.touched or incident.components,
        status=form.status.data or incident.status,
        occurred_at=incident.occurred_at,
        url=page_url("public.incident", incident_id=incident.id),
    )


def _post(incident: Incident, form: UpdateForm) -> None:
    incident.hold(form.new_impacts.chosen)
    if form.reopens(incident):
        raise Invalid(status=_("Somebody else has fixed this incident meanwhile. Post again to open it again."))
    if form.is_wordless:
        incident.fix(notify=form.notify.data, actor=g.actor)
    else:
        incident.post_update(**form.news(), actor=g.actor)


def _find(incident_id: int, update_id: int) -> IncidentUpdate:
    update = db.get_or_404(IncidentUpdate, update_id)
    if update.incident_id != incident_id:
        raise NotFound()
    return update
