"""Components: the list by group, create, edit, delete, order and quick status."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import ID, bp
from app.controllers.dashboard.answers import ask_to_delete, done, form_page
from app.errors import Invalid
from app.extensions import db
from app.forms.component import STATUS_OPTIONS, BulkStatusForm, ComponentForm, StatusForm
from app.forms.ordering import read_ids, read_step
from app.i18n import _, ngettext
from app.models.base import hold_rows
from app.models.component import Component, ComponentGroup
from app.models.status_page import arrange
from app.permissions import requires


@bp.get("/components")
@requires("dashboard.view")
def components() -> ResponseReturnValue:
    """All of them, under their groups."""
    groups = list(db.session.scalars(ComponentGroup.in_order()))
    sections = arrange(groups, list(db.session.scalars(Component.in_order())))
    return render_template("dashboard/components/index.html", sections=sections, status_options=STATUS_OPTIONS)


@bp.route("/components/create", methods=["GET", "POST"])
@requires("components.manage")
def component_create() -> ResponseReturnValue:
    """A new component."""
    form = _with_groups(ComponentForm())
    if form.validate_on_submit() and done(form, lambda: _create(form)):
        flash(_("%(name)s has been added.", name=form.name.data), "success")
        return redirect(url_for("dashboard.components"))
    return form_page("dashboard/components/form.html", form, component=None)


@bp.route(f"/components/<{ID}:component_id>", methods=["GET", "POST"])
@requires("components.manage")
def component_edit(component_id: int) -> ResponseReturnValue:
    """Change what is written of it, and its status if another one is chosen."""
    component = db.get_or_404(Component, component_id)
    form = _with_groups(ComponentForm.of(component))
    form.beside(_with_groups(ComponentForm.of(component, formdata=None)))
    if form.validate_on_submit() and done(form, lambda: _edit(component, form)):
        flash(_("%(name)s has been saved.", name=component.name), "success")
        return redirect(url_for("dashboard.components", _anchor=f"component-{component.id}"))
    return form_page("dashboard/components/form.html", form, component=component)


@bp.route(f"/components/<{ID}:component_id>/delete", methods=["GET", "POST"])
@requires("components.manage")
def component_delete(component_id: int) -> ResponseReturnValue:
    """Ask, then remove it."""
    component = db.get_or_404(Component, component_id)
    return ask_to_delete(
        component,
        question=_("Delete %(name)s?", name=component.name),
        label=_("Delete component"),
        detail=_(
            "It also disappears from past incidents, and nobody hears of it any more. It can be put back for 30 days."
        ),
        back=url_for("dashboard.component_edit", component_id=component.id),
        said=_("%(name)s has been deleted.", name=component.name),
        after=url_for("dashboard.components"),
    )


@bp.post(f"/components/<{ID}:component_id>/status")
@requires("components.manage")
def component_status(component_id: int) -> ResponseReturnValue:
    """Say how it is, quietly, and go back to where the select stood."""
    component = db.get_or_404(Component, component_id)
    form = StatusForm()
    if not form.validate():
        raise Invalid(status=form.status.errors[0])
    component.say_status(form.status.data, actor=g.actor)
    db.session.commit()
    flash(_("%(name)s: %(status)s", name=component.name, status=component.status.label), "success")
    listed = request.args.get("from") == "components"
    return redirect(url_for("dashboard.components") if listed else url_for("dashboard.home"))


@bp.post("/components/status")
@requires("components.manage")
def components_status() -> ResponseReturnValue:
    """Say of several at once how they are, and go back to the list."""
    form = BulkStatusForm()
    form.offer(db.session.scalars(Component.in_order()))
    if not form.validate():
        raise Invalid(**{name: str(errors[0]) for name, errors in form.errors.items()})
    for component in hold_rows(Component, (component.id for component in form.chosen)):
        component.say_status(form.status.data, notify=form.notify.data, actor=g.actor)
    db.session.commit()
    count, status = len(form.chosen), form.status.data.label
    flash(ngettext("%(num)d component: %(status)s", "%(num)d components: %(status)s", count, status=status), "success")
    return redirect(url_for("dashboard.components"))


@bp.post(f"/components/<{ID}:component_id>/move")
@requires("components.manage")
def component_move(component_id: int) -> ResponseReturnValue:
    """One place up or down in its group."""
    component = db.get_or_404(Component, component_id)
    component.move(read_step(request.form.get("direction")), actor=g.actor)
    db.session.commit()
    return redirect(url_for("dashboard.components", _anchor=f"component-{component.id}"))


@bp.post("/components/order")
@requires("components.manage")
def components_order() -> ResponseReturnValue:
    """The order after one was dragged."""
    Component.reorder(read_ids(request.get_json(silent=True)), actor=g.actor)
    db.session.commit()
    return "", 204


def _with_groups(form: ComponentForm) -> ComponentForm:
    form.offer_groups(db.session.scalars(ComponentGroup.in_order()))
    return form


def _create(form: ComponentForm) -> None:
    Component.create(**form.fields_of_component(), status=form.status.data, actor=g.actor)


def _edit(component: Component, form: ComponentForm) -> None:
    component.edit(**form.fields_of_component(), actor=g.actor)
    if form.says_status:
        component.say_status(form.status.data, notify=form.notify.data, actor=g.actor)
