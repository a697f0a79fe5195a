"""Settings of the page itself. Its address is no row in the database: every process reads it when it starts."""

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import bp
from app.controllers.dashboard.answers import done, form_page
from app.controllers.dashboard.env_changes import change_environment, let_it_take_effect
from app.forms.setting_page import PageSettingForm
from app.i18n import _
from app.models.setting import Setting
from app.permissions import requires


@bp.route("/settings/page", methods=["GET", "POST"])
@requires("settings.manage")
def settings_page() -> ResponseReturnValue:
    """Its name and address, how much of the past it shows, what visitors may do, and who may list it."""
    form = PageSettingForm.opened()
    if not (form.validate_on_submit() and form.is_current() and done(form, lambda: _change(form))):
        return form_page("dashboard/settings/page.html", form)
    flash(_("The settings have been saved."), "success")
    response = redirect(url_for("dashboard.settings_page"))
    if form.environment:
        let_it_take_effect(response)
    return response


def _change(form: PageSettingForm) -> None:
    Setting.change(**form.settings, actor=g.actor)
    change_environment(form.environment)
