"""Settings of how the page looks: pictures, colours, and the operator's own CSS and HTML, a form for each."""

from typing import Any

from flask import flash, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import bp
from app.controllers.dashboard.answers import confirm_page, done, form_page
from app.errors import NotFound
from app.extensions import db
from app.forms.setting import SettingForm
from app.forms.setting_appearance import CodeSettingForm, ColourSettingForm, PictureSettingForm
from app.i18n import _
from app.lib.text import left_out
from app.models.looks import COLOURS, OURS, properties
from app.models.setting import Setting
from app.models.upload import PURPOSES, Upload
from app.permissions import can, requires

PARTS: dict[str, type[SettingForm]] = {
    "pictures": PictureSettingForm,
    "colours": ColourSettingForm,
    "code": CodeSettingForm,
}
HERE = "dashboard.settings_appearance"


@bp.route("/settings/appearance", methods=["GET", "POST"])
@requires("settings.manage")
def settings_appearance() -> ResponseReturnValue:
    """Three forms; `part` says which of them was sent."""
    sent = request.form.get("part", "") if request.method == "POST" else ""
    forms = {part: _form(part, is_sent=part == sent) for part in PARTS}
    form: Any = forms.get(sent)
    if form is not None and form.validate_on_submit() and done(form, lambda: _change(form)):
        flash(_("The settings have been saved."), "success")
        if notes := _notes(form):
            flash(" ".join(notes), "info")
        return redirect(url_for(HERE, _anchor=sent))
    own = {name: Setting.get(f"color_{name}") for name in COLOURS if Setting.get(f"color_{name}")}
    return form_page(
        "dashboard/settings/appearance.html",
        form if form is not None else forms["pictures"],
        forms=forms,
        ours=OURS,
        shades=[pair for name, colour in own.items() for pair in properties(name, colour).items()],
    )


@bp.post("/settings/appearance/colours")
@requires("settings.manage")
def settings_appearance_colours() -> ResponseReturnValue:
    """What the page shows while a colour is being chosen: its shades, and what the guard says to it. Saves nothing."""
    form: Any = _form("colours", is_sent=True)
    form.validate()
    told = {}
    for name in COLOURS:
        field = form[f"color_{name}"]
        is_own = bool(field.data) and not field.errors
        told[field.name] = {
            "error": field.errors[0] if field.errors else "",
            "note": form.note_on(field.name),
            # Ours are those of the page around.
            "shades": properties(name, field.data)
            if is_own
            else dict.fromkeys(properties(name, OURS[name]), "inherit"),
        }
    return jsonify(told)


@bp.route("/settings/appearance/remove", methods=["GET", "POST"])
@requires("settings.manage")
def settings_appearance_remove() -> ResponseReturnValue:
    """Take the picture away that `picture` names, after asking."""
    name = request.args.get("picture", "")
    if name not in PURPOSES or not Setting.get(name):
        raise NotFound()
    back = url_for(HERE, _anchor="pictures")
    label = PictureSettingForm(formdata=None)[name].label.text
    if request.method == "GET":
        return confirm_page(_("Remove “%(picture)s”?", picture=label), _("Remove"), back, _("The file is deleted."))
    Upload.remove(name, actor=g.actor)
    db.session.commit()
    flash(_("“%(picture)s” has been removed.", picture=label), "success")
    return redirect(back)


def _form(part: str, *, is_sent: bool) -> SettingForm:
    kind = PARTS[part]
    known = kind.known()
    form: Any = kind.opened() if is_sent else kind(formdata=None, data=known).beside(kind(formdata=None, data=known))
    if part == "code" and not can("html.manage"):
        del form.header_html
        del form.footer_html
    return form


def _change(form: Any) -> None:
    Setting.change(**form.values(*PURPOSES), actor=g.actor)
    for name, picture in getattr(form, "chosen", {}).items():
        Upload.keep(name, picture, actor=g.actor)


def _notes(form: Any) -> list[str]:
    """What whoever saved this should know, though nothing was refused."""
    if isinstance(form, ColourSettingForm):
        return form.notes()
    html = " ".join(form[name].data or "" for name in ("header_html", "footer_html") if name in form)
    words = left_out(html)
    said = _("Visitors do not get all of the HTML; this was left out: %(names)s.", names=", ".join(words[:10]))
    return [said] if words else []
