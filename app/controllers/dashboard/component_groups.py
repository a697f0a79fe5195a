"""Component groups: list, create, edit, delete and order."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import ID, bp
from app.controllers.dashboard.answers import ask_to_delete, done, form_page
from app.extensions import db
from app.forms.component_group import ComponentGroupForm
from app.forms.ordering import read_ids, read_step
from app.i18n import _
from app.models.component import ComponentGroup
from app.permissions import requires


@bp.get("/components/groups")
@requires("dashboard.view")
def component_groups() -> ResponseReturnValue:
    """All of them, in order."""
    groups = db.session.scalars(ComponentGroup.with_components()).all()
    return render_template("dashboard/component_groups/index.html", groups=groups)


@bp.route("/components/groups/create", methods=["GET", "POST"])
@requires("components.manage")
def component_group_create() -> ResponseReturnValue:
    """A new group."""
    form = ComponentGroupForm()
    if form.validate_on_submit() and done(form, lambda: ComponentGroup.create(**form.values(), actor=g.actor)):
        flash(_("%(name)s has been added.", name=form.name.data), "success")
        return redirect(url_for("dashboard.component_groups"))
    return form_page("dashboard/component_groups/form.html", form, group=None)


@bp.route(f"/components/groups/<{ID}:group_id>", methods=["GET", "POST"])
@requires("components.manage")
def component_group_edit(group_id: int) -> ResponseReturnValue:
    """Change name, collapse rule or visibility."""
    group = db.get_or_404(ComponentGroup, group_id)
    form = ComponentGroupForm(obj=group).beside(ComponentGroupForm(formdata=None, obj=group))
    if (
        form.validate_on_submit()
        and form.is_current()
        and done(form, lambda: group.edit(**form.values(), actor=g.actor))
    ):
        flash(_("%(name)s has been saved.", name=group.name), "success")
        return redirect(url_for("dashboard.component_groups", _anchor=f"group-{group.id}"))
    return form_page("dashboard/component_groups/form.html", form, group=group)


@bp.route(f"/components/groups/<{ID}:group_id>/delete", methods=["GET", "POST"])
@requires("components.manage")
def component_group_delete(group_id: int) -> ResponseReturnValue:
    """Ask, then remove it; its components stay."""
    group = db.get_or_404(ComponentGroup, group_id)
    return ask_to_delete(
        group,
        question=_("Delete the group %(name)s?", name=group.name),
        label=_("Delete group"),
        detail=_("Its components stay, without a group.")
        if group.is_public
        else _("Its components stay, without a group, and are seen by whoever may see each of them."),
        back=url_for("dashboard.component_group_edit", group_id=group.id),
        said=_("%(name)s has been deleted.", name=group.name),
        after=url_for("dashboard.component_groups"),
    )


@bp.post(f"/components/groups/<{ID}:group_id>/move")
@requires("components.manage")
def component_group_move(group_id: int) -> ResponseReturnValue:
    """One place up or down."""
    group = db.get_or_404(ComponentGroup, group_id)
    group.move(read_step(request.form.get("direction")), actor=g.actor)
    db.session.commit()
    return redirect(url_for("dashboard.component_groups", _anchor=f"group-{group.id}"))


@bp.post("/components/groups/order")
@requires("components.manage")
def component_groups_order() -> ResponseReturnValue:
    """The order after one was dragged."""
    ComponentGroup.reorder(read_ids(request.get_json(silent=True)), actor=g.actor)
    db.session.commit()
    return "", 204
