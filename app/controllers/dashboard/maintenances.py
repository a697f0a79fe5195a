"""Maintenance: list, plan, show, edit and delete."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import ID, bp
from app.controllers.dashboard.answers import ask_to_delete, done, form_page, page_of
from app.controllers.dashboard.templates import fill, start_filling
from app.extensions import db
from app.forms.incident_template import Filling
from app.forms.maintenance import FinishForm, MaintenanceForm, MaintenanceUpdateForm, MoveForm
from app.i18n import _
from app.lib.text import one_line
from app.links import page_url
from app.models.base import count_rows
from app.models.component import Component, ComponentGroup
from app.models.maintenance import Maintenance
from app.models.schedule import Schedule, dates_told, with_components, with_news
from app.models.status_page import Section, arrange
from app.models.subscriber import Subscriber
from app.models.template_values import told
from app.permissions import requires

PER_PAGE = 20
PREVIEWED = 5


@bp.get("/schedule")
@requires("dashboard.view")
def maintenances() -> ResponseReturnValue:
    """What runs, what is planned, and what is over; by words of the name."""
    words = one_line(request.args.get("q", ""))
    past = page_of(Maintenance.listed("past", words).options(*with_components()), PER_PAGE)
    return render_template("dashboard/maintenances/index.html", schedule=Schedule.load(words), past=past, words=words)


@bp.route("/schedule/create", methods=["GET", "POST"])
@requires("maintenances.manage")
def maintenance_create() -> ResponseReturnValue:
    """Plan some work. The button "Preview dates" comes here, too, and keeps what was typed."""
    form = MaintenanceForm()
    sections = _offer(form)
    filling = start_filling()
    if filling.is_wanted:
        return fill(filling, form.message, _told(form)) or _form_page(form, sections, dates=None, filling=filling)
    dates = None
    if request.method == "POST":
        valid = form.validate()
        if "preview" in request.form:
            dates = form.dates(PREVIEWED)
        elif valid and done(form, lambda: _plan(form)):
            flash(_("%(name)s has been scheduled.", name=form.name.data), "success")
            return redirect(url_for("dashboard.maintenances"))
    return _form_page(form, sections, dates=dates, filling=filling)


@bp.post("/schedule/dates")
@requires("maintenances.manage")
def maintenance_dates() -> ResponseReturnValue:
    """The next dates of the rule in the form, for its preview."""
    form = MaintenanceForm()
    _offer(form)
    form.offer_rule(one_line(request.form.get("kept_rule", "")))
    form.validate()
    return render_template("dashboard/maintenances/_dates.html", dates=form.dates(PREVIEWED), form=form)


@bp.get(f"/schedule/<{ID}:maintenance_id>")
@requires("dashboard.view")
def maintenance(maintenance_id: int) -> ResponseReturnValue:
    """When and what, what was said, and all that can be done about it."""
    return show(find(maintenance_id))


@bp.route(f"/schedule/<{ID}:maintenance_id>/edit", methods=["GET", "POST"])
@requires("maintenances.manage")
def maintenance_edit(maintenance_id: int) -> ResponseReturnValue:
    """Change what is written of it."""
    found = find(maintenance_id)
    form = MaintenanceForm.of(found)
    sections = _offer(form)
    filling = start_filling()
    if filling.is_wanted:
        answer = fill(filling, form.message, _told(form, found))
        return answer or _form_page(form, sections, dates=None, maintenance=found, filling=filling)
    dates = None
    if request.method == "POST":
        valid = form.validate()
        if "preview" in request.form:
            dates = form.dates(PREVIEWED)
        elif valid and done(form, lambda: found.edit(**form.changes(found), actor=g.actor)):
            flash(_("%(name)s has been saved.", name=found.name), "success")
            return redirect(url_for("dashboard.maintenance", maintenance_id=found.id))
    return _form_page(form, sections, dates=dates, maintenance=found, filling=filling)


@bp.route(f"/schedule/<{ID}:maintenance_id>/delete", methods=["GET", "POST"])
@requires("maintenances.manage")
def maintenance_delete(maintenance_id: int) -> ResponseReturnValue:
    """Ask, then remove it."""
    found = find(maintenance_id)
    return ask_to_delete(
        found,
        question=_("Delete “%(name)s”?", name=found.name),
        label=_("Delete maintenance"),
        detail=delete_detail(found),
        back=url_for("dashboard.maintenance", maintenance_id=found.id),
        said=_("%(name)s has been deleted.", name=found.name),
        after=url_for("dashboard.maintenances"),
    )


def find(maintenance_id: int) -> Maintenance:
    """The maintenance with its components and updates, or 404."""
    return db.get_or_404(Maintenance, maintenance_id, options=with_news())


def show(
    found: Maintenance,
    update_form: MaintenanceUpdateForm | None = None,
    move_form: MoveForm | None = None,
    finish_form: FinishForm | None = None,
    filling: Filling | None = None,
) -> ResponseReturnValue:
    """The page of one maintenance; a form that was refused keeps what was typed, the others are fresh."""
    forms = (update_form, move_form, finish_form)
    page = render_template(
        "dashboard/maintenances/show.html",
        maintenance=found,
        update_form=update_form or MaintenanceUpdateForm(formdata=None),
        move_form=move_form or MoveForm.of(found.starts_at, found.ends_at, formdata=None),
        finish_form=finish_form or FinishForm(formdata=None),
        filling=filling or start_filling(),
        reachable=count_rows(Subscriber.reachable()),
        next_dates=found.next_dates(PREVIEWED) if found.is_series and found.cancelled_at is None else [],
        told=dates_told(found) if found.is_series else [],
        cancel_detail=cancel_detail(found),
        delete_detail=delete_detail(found),
    )
    return page, 422 if any(form is not None and form.errors for form in forms) else 200


def cancel_detail(found: Maintenance) -> str:
    """What comes of calling it off."""
    if found.is_series:
        return _("All dates that have not begun are called off. Subscribers hear of it if they heard of the plan.")
    if found.is_running:
        return _(
            "The work stops now, and its components are as they were before. "
            "It stays on the page, marked as cancelled, and subscribers hear of it if they heard of the plan."
        )
    return _("It stays on the page, marked as cancelled, and subscribers hear of it if they heard of the plan.")


def delete_detail(found: Maintenance) -> str:
    """What is lost with it."""
    if found.is_series:
        return _(
            "All its dates and what was said of them go with it. Nobody gets a mail. It can be put back for 30 days."
        )
    return _(
        "Its updates go with it, and its components are as if it had not been. "
        "Nobody gets a mail: to tell people, cancel it instead. It can be put back for 30 days."
    )


def _offer(form: MaintenanceForm) -> list[Section]:
    components = list(db.session.scalars(Component.in_order()))
    form.offer(components)
    return arrange(list(db.session.scalars(ComponentGroup.with_components())), components)


def _told(form: MaintenanceForm, found: Maintenance | None = None) -> dict[str, Any]:
    """What the form says so far, for a template."""
    return told(
        name=form.name.data or "",
        message=form.message.data or "",
        components=[form.offered[number] for number in form.components.data or () if number in form.offered],
        starts_at=form.starts_at.data,
        ends_at=form.ends_at.data,
        url=page_url("public.maintenance", maintenance_id=found.id) if found else page_url("public.index"),
    )


def _plan(form: MaintenanceForm) -> Maintenance:
    return Maintenance.plan(**form.plan(), actor=g.actor)


def _form_page(form: MaintenanceForm, sections: list[Section], **context: object) -> ResponseReturnValue:
    return form_page(
        "dashboard/maintenances/form.html",
        form,
        sections=sections,
        reachable=count_rows(Subscriber.reachable()),
        **{"maintenance": None, **context},
    )
