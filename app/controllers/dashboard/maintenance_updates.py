"""Maintenance updates: post, edit and delete."""

from typing import Any

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import ID, bp
from app.controllers.dashboard.answers import ask_to_delete, done, done_or_late, form_page
from app.controllers.dashboard.maintenances import find, show
from app.controllers.dashboard.templates import fill, start_filling
from app.errors import NotFound
from app.extensions import db
from app.forms.maintenance import MaintenanceUpdateEditForm, MaintenanceUpdateForm
from app.i18n import _
from app.links import page_url
from app.models.maintenance import Maintenance
from app.models.maintenance_update import MaintenanceUpdate
from app.models.template_values import told
from app.permissions import requires

UPDATES = f"/schedule/<{ID}:maintenance_id>/updates"


@bp.post(UPDATES)
@requires("maintenances.manage")
def maintenance_update_create(maintenance_id: int) -> ResponseReturnValue:
    """Say how it goes."""
    maintenance = find(maintenance_id)
    form = MaintenanceUpdateForm()
    filling = start_filling()
    if filling.is_wanted:
        return fill(filling, form.message, _told(maintenance, form)) or show(
            maintenance, update_form=form, filling=filling
        )
    posted = _("The update has been posted.")
    if not form.validate() or not done_or_late(
        form, lambda: maintenance.post_update(**form.values(), actor=g.actor), posted
    ):
        return show(maintenance, update_form=form)
    return redirect(url_for("dashboard.maintenance", maintenance_id=maintenance_id))


@bp.route(f"{UPDATES}/<{ID}:update_id>", methods=["GET", "POST"])
@requires("maintenances.manage")
def maintenance_update_edit(maintenance_id: int, update_id: int) -> ResponseReturnValue:
    """Correct what was said, quietly."""
    update = _find(maintenance_id, update_id)
    form = MaintenanceUpdateEditForm(obj=update).beside(MaintenanceUpdateEditForm(formdata=None, obj=update))
    if (
        form.validate_on_submit()
        and form.is_current()
        and done(form, lambda: update.edit(message=form.message.data, actor=g.actor))
    ):
        flash(_("The update has been saved."), "success")
        return redirect(url_for("dashboard.maintenance", maintenance_id=maintenance_id))
    return form_page("dashboard/maintenances/update.html", form, update=update)


@bp.route(f"{UPDATES}/<{ID}:update_id>/delete", methods=["GET", "POST"])
@requires("maintenances.manage")
def maintenance_update_delete(maintenance_id: int, update_id: int) -> ResponseReturnValue:
    """Ask, then take it back."""
    update = _find(maintenance_id, update_id)
    back = url_for("dashboard.maintenance", maintenance_id=maintenance_id)
    return ask_to_delete(
        update,
        question=_("Delete this update?"),
        label=_("Delete update"),
        detail=_("Mails that went out cannot be taken back."),
        back=back,
        said=_("The update has been deleted."),
        after=back,
    )


def _told(maintenance: Maintenance, form: MaintenanceUpdateForm) -> dict[str, Any]:
    """What the work and the form say so far, for a template."""
    return told(
        name=maintenance.name,
        message=form.message.data or "",
        components=maintenance.components,
        occurred_at=maintenance.began_at or maintenance.starts_at,
        starts_at=maintenance.starts_at,
        ends_at=maintenance.ends_at,
        url=page_url("public.maintenance", maintenance_id=maintenance.id),
    )


def _find(maintenance_id: int, update_id: int) -> MaintenanceUpdate:
    update = db.get_or_404(MaintenanceUpdate, update_id)
    if update.maintenance_id != maintenance_id:
        raise NotFound()
    return update
