"""Settings of analytics: which program counts visitors."""

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import bp
from app.controllers.dashboard.answers import done, form_page
from app.forms.setting_analytics import AnalyticsSettingForm
from app.i18n import _
from app.models.setting import Setting
from app.permissions import requires


@bp.route("/settings/analytics", methods=["GET", "POST"])
@requires("settings.manage")
def settings_analytics() -> ResponseReturnValue:
    """Off, or one of three programs, each with where it is."""
    form = AnalyticsSettingForm.opened()
    if (
        form.validate_on_submit()
        and form.is_current()
        and done(form, lambda: Setting.change(**form.values(), actor=g.actor))
    ):
        flash(_("The settings have been saved."), "success")
        return redirect(url_for("dashboard.settings_analytics"))
    return form_page("dashboard/settings/analytics.html", form)
