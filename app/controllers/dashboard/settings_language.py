"""Settings of language and time. With another zone, days begin at another midnight: a job works them out anew."""

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue

from app import jobs
from app.controllers.dashboard import bp
from app.controllers.dashboard.answers import done, form_page
from app.forms.setting_language import LanguageSettingForm
from app.i18n import _
from app.jobs import days
from app.models.setting import Setting
from app.permissions import requires


@bp.route("/settings/language", methods=["GET", "POST"])
@requires("settings.manage")
def settings_language() -> ResponseReturnValue:
    """In which words, and by which clock."""
    form = LanguageSettingForm.opened()
    before = Setting.get("timezone")
    if not (form.validate_on_submit() and form.is_current() and done(form, lambda: _change(form))):
        return form_page("dashboard/settings/language.html", form, catching_up=days.are_behind())
    flash(_("The settings have been saved."), "success")
    if form.timezone.data != before:
        flash(_("The days of the past are being worked out in the new time zone. This may take a minute."), "info")
    return redirect(url_for("dashboard.settings_language"))


def _change(form: LanguageSettingForm) -> None:
    Setting.change(**form.values(), actor=g.actor)
    if days.are_behind():
        jobs.enqueue(days.keep_up)
