"""Settings of analytics: which program counts visitors."""

from flask.typing import ResponseReturnValue

from app.controllers.dashboard import bp
from app.controllers.dashboard.settings import setting_page
from app.forms.setting_analytics import AnalyticsSettingForm
from app.permissions import requires


@bp.route("/settings/analytics", methods=["GET", "POST"])
@requires("settings.manage")
def settings_analytics() -> ResponseReturnValue:
    """Off, or one of three programs, each with where it is."""
    form = AnalyticsSettingForm.opened()
    return setting_page(form, "dashboard.settings_analytics", "dashboard/settings/analytics.html")
