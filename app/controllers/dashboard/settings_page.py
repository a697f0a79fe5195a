"""Settings of the page itself. Its address is no row in the database: every process reads it when it starts."""

from functools import partial
from typing import Any

from flask import current_app, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import bp
from app.controllers.dashboard.answers import done, form_page
from app.errors import Invalid
from app.forms.setting_page import PageSettingForm
from app.i18n import _
from app.lib import envfile, supervisor
from app.models.setting import Setting
from app.permissions import requires


@bp.route("/settings/page", methods=["GET", "POST"])
@requires("settings.manage")
def settings_page() -> ResponseReturnValue:
    """Its name and address, how much of the past it shows, what visitors may do, and who may list it."""
    form = PageSettingForm.present()
    if not (form.validate_on_submit() and done(form, lambda: _change(form))):
        return form_page("dashboard/settings/page.html", form)
    flash(_("The settings have been saved."), "success")
    response: Any = redirect(url_for("dashboard.settings_page"))
    if form.new_address is not None:
        _let_it_take_effect(response)
    return response


def _change(form: PageSettingForm) -> None:
    Setting.change(**form.settings, actor=g.actor)
    if form.new_address is None:
        return
    Setting.note(actor=g.actor, changed={"app_url": [current_app.config["APP_URL"], form.new_address]})
    try:
        envfile.write(current_app.config["ENV_FILE"], {"APP_URL": form.new_address})
    except OSError as error:
        why = error.strerror or type(error).__name__
        file = current_app.config["ENV_FILE"]
        raise Invalid(
            app_url=_("%(file)s cannot be written: %(why)s. Nothing was changed.", file=file, why=why)
        ) from None


def _let_it_take_effect(response: Any) -> None:
    server = current_app.config["SUPERVISOR_SERVER_URL"]
    if not server:
        flash(_("The new address takes effect when Daymark is started again."), "info")
        return
    flash(_("The new address takes effect within a few seconds."), "info")
    # The reload replaces the process that is answering: first the answer, then the reload.
    response.call_on_close(partial(supervisor.reload, server))
