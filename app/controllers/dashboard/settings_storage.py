"""Settings of where finished pages and sign-ins are kept. Both are in `.env`."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import bp
from app.controllers.dashboard.answers import done, form_page
from app.controllers.dashboard.env_changes import change_environment, let_it_take_effect
from app.forms.setting_storage import StorageForm
from app.i18n import _
from app.permissions import requires


@bp.route("/settings/storage", methods=["GET", "POST"])
@requires("settings.manage")
def settings_storage() -> ResponseReturnValue:
    """As the wizard asked for it."""
    form = StorageForm.opened()
    if not (form.validate_on_submit() and done(form, lambda: change_environment(form.environment))):
        return form_page("dashboard/settings/storage.html", form)
    flash(_("The settings have been saved."), "success")
    response = redirect(url_for("dashboard.settings_storage"))
    if form.environment:
        let_it_take_effect(response)
    return response
