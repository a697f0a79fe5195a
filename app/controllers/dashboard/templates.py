"""Incident templates: list, create, edit with a preview, delete; and what forms do that start from one."""

from collections.abc import Mapping
from typing import Any

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field

from app.controllers.dashboard import ID, bp
from app.controllers.dashboard.answers import ask_to_delete, done, form_page, page_of
from app.errors import Invalid
from app.extensions import db
from app.forms.incident_template import VARIABLE, Asked, Filling, IncidentTemplateForm, asked_for
from app.forms.validators import tidy
from app.i18n import _
from app.links import page_url
from app.models.incident_template import IncidentTemplate
from app.models.template_values import OFFERED, examples
from app.permissions import requires

PER_PAGE = 50


@bp.get("/templates")
@requires("dashboard.view")
def templates() -> ResponseReturnValue:
    """All of them, by name."""
    page = page_of(IncidentTemplate.in_order(), PER_PAGE)
    return render_template("dashboard/templates/index.html", page=page)


@bp.route("/templates/create", methods=["GET", "POST"])
@requires("templates.manage")
def template_create() -> ResponseReturnValue:
    """A new one. The button "Preview" comes here, too, and keeps what was typed."""
    form = IncidentTemplateForm()
    if "preview" not in request.form and form.validate_on_submit() and done(form, lambda: _create(form)):
        flash(_("%(name)s has been added.", name=form.name.data), "success")
        return redirect(url_for("dashboard.templates"))
    return _form_page(form, None)


@bp.route(f"/templates/<{ID}:template_id>", methods=["GET", "POST"])
@requires("templates.manage")
def template_edit(template_id: int) -> ResponseReturnValue:
    """Change it."""
    template = db.get_or_404(IncidentTemplate, template_id)
    form = IncidentTemplateForm(obj=template).beside(IncidentTemplateForm(formdata=None, obj=template))
    wanted = "preview" not in request.form and form.validate_on_submit()
    if wanted and done(form, lambda: _edit(template, form)):
        flash(_("%(name)s has been saved.", name=template.name), "success")
        return redirect(url_for("dashboard.templates"))
    return _form_page(form, template)


@bp.route(f"/templates/<{ID}:template_id>/delete", methods=["GET", "POST"])
@requires("templates.manage")
def template_delete(template_id: int) -> ResponseReturnValue:
    """Ask, then remove it."""
    template = db.get_or_404(IncidentTemplate, template_id)
    return ask_to_delete(
        template,
        question=_("Delete %(name)s?", name=template.name),
        label=_("Delete template"),
        detail=_("What was said with it stays. Programs that name it are refused. It can be put back for 30 days."),
        back=url_for("dashboard.template_edit", template_id=template.id),
        said=_("%(name)s has been deleted.", name=template.name),
        after=url_for("dashboard.templates"),
    )


@bp.post("/templates/preview")
@requires("templates.manage")
def template_preview() -> ResponseReturnValue:
    """What a text would say, for the preview beside it."""
    return render_template("dashboard/templates/_preview.html", **_preview(tidy(request.form.get("body", ""))))


def start_filling() -> Filling:
    """The templates that the form of this request can start from, and what it has said of that so far."""
    return Filling(list(db.session.scalars(IncidentTemplate.in_order())), request.form)


def fill(filling: Filling, field: Field, known: Mapping[str, Any]) -> ResponseReturnValue | None:
    """Fill `field` from the template chosen. The answer for a script that asked, else None: show the form again."""
    before = field.data or ""
    field.data = filling.fill(before, known)
    if request.accept_mimetypes.best != "application/json":
        return None
    part = render_template("dashboard/_template_fields.html", filling=filling)
    return jsonify(part=part, message=field.data if field.data != before else None)


def _create(form: IncidentTemplateForm) -> None:
    IncidentTemplate.create(**form.values(), actor=g.actor)


def _edit(template: IncidentTemplate, form: IncidentTemplateForm) -> None:
    template.edit(**form.values(), actor=g.actor)


def _form_page(form: IncidentTemplateForm, template: IncidentTemplate | None) -> ResponseReturnValue:
    preview = _preview(form.body.data or "")
    return form_page("dashboard/templates/form.html", form, edited=template, offered=OFFERED, **preview)


def _preview(body: str) -> dict[str, Any]:
    """What the preview shows: the words or the fault, and a value for each variable that is not always known."""
    draft = IncidentTemplate(name="", slug="", body=body)
    known = examples(page_url("public.index"))
    samples = [_sample(asked) for asked in asked_for(draft, known, request.form)]
    values = {**known, **{asked.variable: asked.given for asked in samples}}
    try:
        return {"said": draft.render(values), "fault": "", "samples": samples}
    except Invalid as invalid:
        return {"said": "", "fault": invalid.message, "samples": samples}


def _sample(asked: Asked) -> Asked:
    if asked.name in request.form:
        return asked
    made = f"[{asked.variable} 1], [{asked.variable} 2]" if asked.is_list else f"[{asked.variable}]"
    return Asked(VARIABLE + asked.variable, asked.variable, made, asked.is_list)
