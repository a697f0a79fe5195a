"""Settings: a page per subject."""

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import bp
from app.controllers.dashboard.answers import done, form_page
from app.forms.setting import ApiSettingForm, MaintenanceSettingForm, MetricSettingForm, SettingForm
from app.i18n import _
from app.models.setting import Setting
from app.permissions import requires


@bp.get("/settings")
@requires("settings.manage")
def settings() -> ResponseReturnValue:
    """The first of the pages."""
    return redirect(url_for("dashboard.settings_page"))


@bp.route("/settings/maintenance", methods=["GET", "POST"])
@requires("settings.manage")
def settings_maintenance() -> ResponseReturnValue:
    """Reminders, and quiet while work goes on."""
    return setting_page(MaintenanceSettingForm.opened(), "dashboard.settings_maintenance")


@bp.route("/settings/metrics", methods=["GET", "POST"])
@requires("settings.manage")
def settings_metrics() -> ResponseReturnValue:
    """Charts, and how long points are kept."""
    return setting_page(MetricSettingForm.opened(), "dashboard.settings_metrics")


@bp.route("/settings/api", methods=["GET", "POST"])
@requires("settings.manage")
def settings_api() -> ResponseReturnValue:
    """Who may read it from a browser."""
    return setting_page(ApiSettingForm.opened(), "dashboard.settings_api")


def setting_page(
    form: SettingForm, endpoint: str, template: str = "dashboard/settings/form.html"
) -> ResponseReturnValue:
    """One page of settings: shown, or changed and shown again."""
    if (
        form.validate_on_submit()
        and form.is_current()
        and done(form, lambda: Setting.change(**form.values(), actor=g.actor))
    ):
        flash(_("The settings have been saved."), "success")
        return redirect(url_for(endpoint))
    return form_page(template, form)
