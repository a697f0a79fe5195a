"""Incidents: list, report, show, edit, fix and delete."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import ID, bp
from app.controllers.dashboard.answers import ask_to_delete, done, form_page, page_of
from app.controllers.dashboard.templates import fill, start_filling
from app.extensions import db
from app.forms.incident import IncidentEditForm, IncidentForm
from app.forms.incident_template import Filling
from app.forms.incident_update import UpdateForm
from app.i18n import _
from app.lib.text import one_line
from app.links import page_url
from app.models.base import count_rows
from app.models.component import Component
from app.models.incident import Incident
from app.models.subscriber import Subscriber
from app.models.template_values import told
from app.models.timeline import with_story
from app.permissions import requires

PER_PAGE = 20


@bp.get("/incidents")
@requires("dashboard.view")
def incidents() -> ResponseReturnValue:
    """Newest first; by state and by words of the name."""
    state, words = request.args.get("state", "all"), one_line(request.args.get("q", ""))
    page = page_of(Incident.listed(state, words).options(*with_story()), PER_PAGE)
    return render_template("dashboard/incidents/index.html", page=page, state=state, words=words)


@bp.route("/incidents/create", methods=["GET", "POST"])
@requires("incidents.manage")
def incident_create() -> ResponseReturnValue:
    """Report one."""
    form = IncidentForm()
    form.impacts.offer(list(db.session.scalars(Component.in_order())))
    filling = start_filling()
    if filling.is_wanted:
        answer = fill(filling, form.message, _told(form))
        if answer is not None:
            return answer
    elif form.validate_on_submit() and done(form, lambda: _open(form)):
        flash(_("%(name)s has been reported.", name=form.name.data), "success")
        return redirect(url_for("dashboard.incidents", state="open"))
    # The dialog's form comes back as it is, into the dialog.
    template = "dashboard/_short_report.html" if "short" in request.form else "dashboard/incidents/form.html"
    return form_page(template, form, reachable=count_rows(Subscriber.reachable()), filling=filling)


@bp.get("/incidents/report")
@requires("incidents.manage")
def incident_report() -> ResponseReturnValue:
    """The form in short, for the dialog that every page of the dashboard can open."""
    form = IncidentForm(formdata=None)
    form.impacts.offer(list(db.session.scalars(Component.in_order())))
    filling = start_filling()
    filling.filled = form.message.data = _("We have noticed a problem and are looking into it.")
    return form_page(
        "dashboard/_short_report.html", form, reachable=count_rows(Subscriber.reachable()), filling=filling
    )


@bp.get(f"/incidents/<{ID}:incident_id>")
@requires("dashboard.view")
def incident(incident_id: int) -> ResponseReturnValue:
    """Its story, the form for an update and what is written of it."""
    return show(find(incident_id))


@bp.post(f"/incidents/<{ID}:incident_id>")
@requires("incidents.manage")
def incident_edit(incident_id: int) -> ResponseReturnValue:
    """Correct what is written of it."""
    found = find(incident_id)
    form = _edit_form(found, IncidentEditForm.of(found))
    if form.validate() and done(form, lambda: _edit(found, form)):
        flash(_("%(name)s has been saved.", name=found.name), "success")
        return redirect(url_for("dashboard.incident", incident_id=found.id))
    return show(found, edit_form=form)


@bp.route(f"/incidents/<{ID}:incident_id>/delete", methods=["GET", "POST"])
@requires("incidents.manage")
def incident_delete(incident_id: int) -> ResponseReturnValue:
    """Ask, then remove it."""
    found = find(incident_id)
    return ask_to_delete(
        found,
        question=_("Delete “%(name)s”?", name=found.name),
        label=_("Delete incident"),
        detail=_(
            "Its updates go with it, and its components are as if it had not been. It can be put back for 30 days."
        ),
        back=url_for("dashboard.incident", incident_id=found.id),
        said=_("%(name)s has been deleted.", name=found.name),
        after=url_for("dashboard.incidents"),
    )


def find(incident_id: int) -> Incident:
    """The incident with its whole story, or 404."""
    return db.get_or_404(Incident, incident_id, options=with_story())


def show(
    found: Incident,
    edit_form: IncidentEditForm | None = None,
    update_form: UpdateForm | None = None,
    filling: Filling | None = None,
) -> ResponseReturnValue:
    """The page of one incident; a form that was refused keeps what was typed, the other is fresh."""
    edit = edit_form or _edit_form(found, IncidentEditForm.of(found, formdata=None))
    update = update_form or offer_impacts(found, UpdateForm.of(found, formdata=None))
    reachable = count_rows(Subscriber.reachable())
    page = render_template(
        "dashboard/incidents/show.html",
        incident=found,
        form=edit,
        update_form=update,
        reachable=reachable,
        filling=filling or start_filling(),
    )
    return page, 422 if edit.errors or update.errors else 200


def offer_impacts(found: Incident, form: UpdateForm) -> UpdateForm:
    """The form with every component; one that is affected may recover, but is not struck off."""
    form.new_impacts.offer(list(db.session.scalars(Component.in_order())), found.present_impacts, clearable=False)
    return form


def _edit_form(found: Incident, form: IncidentEditForm) -> IncidentEditForm:
    form.impacts.offer(list(db.session.scalars(Component.in_order())), found.present_impacts)
    return form.beside(IncidentEditForm.of(found, formdata=None))


def _told(form: IncidentForm) -> dict[str, Any]:
    """What the form says so far, for a template."""
    return told(
        name=form.name.data or "",
        message=form.message.data or "",
        components=form.impacts.touched,
        status=form.status.data,
        occurred_at=form.occurred_at.data,
        url=page_url("public.index"),
    )


def _open(form: IncidentForm) -> None:
    Incident.open(**form.values("impacts"), impacts=form.impacts.chosen, actor=g.actor)


def _edit(found: Incident, form: IncidentEditForm) -> None:
    found.hold(form.impacts.chosen)
    # Somebody may have fixed it since the form was loaded; then nothing is affected any more.
    impacts = form.impacts.chosen if found.is_open else {}
    found.edit(**form.changes(found), impacts=impacts, actor=g.actor)
    for component in form.impacts.cleared if found.is_open else ():
        found.drop_component(component, actor=g.actor)
