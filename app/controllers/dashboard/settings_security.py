"""Who may see the page, how members prove who they are, and who did."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import bp
from app.controllers.dashboard.answers import done, form_page, page_of
from app.errors import Invalid
from app.extensions import db
from app.forms.setting_security import SecuritySettingForm
from app.i18n import _
from app.lib.agent import browser_and_system
from app.models.setting import Setting
from app.models.sign_in import SignIn
from app.models.user import User
from app.page_cache import generation
from app.permissions import requires

PER_PAGE = 50
MOST = 100  # members without a second factor that are named


@bp.route("/settings/security", methods=["GET", "POST"])
@requires("settings.manage")
def settings_security() -> ResponseReturnValue:
    """The settings, and whom a password alone lets in."""
    form = SecuritySettingForm.opened()
    if form.validate_on_submit() and form.is_current() and done(form, lambda: _change(form)):
        flash(_("The settings have been saved."), "success")
        return redirect(url_for("dashboard.settings_security"))
    alone = db.session.scalars(User.without_two_factor().limit(MOST)).all()
    return form_page("dashboard/settings/security.html", form, alone=alone)


@bp.get("/settings/security/sign-ins")
@requires("settings.manage")
def sign_ins() -> ResponseReturnValue:
    """Who signed in or tried to, newest first; of one member, or only what failed."""
    members = [(member.id, member.username) for member in db.session.scalars(User.listed())]
    asked, failed = request.args.get("member", type=int), "failed" in request.args
    member_id = asked if asked in dict(members) else None
    return render_template(
        "dashboard/settings/sign_ins.html",
        page=page_of(SignIn.listed(member_id, failed=failed), PER_PAGE),
        members=members,
        member_id=member_id,
        failed=failed,
        address={**({"member": member_id} if member_id is not None else {}), **({"failed": 1} if failed else {})},
        browser_and_system=browser_and_system,
    )


def _change(form: SecuritySettingForm) -> None:
    if form.members_only.data and not Setting.get("members_only") and generation() is None:
        # The pages that are kept there would come back with it.
        raise Invalid(members_only=_("The page cache cannot be reached. Try again when Redis is back."))
    Setting.change(**form.values(), actor=g.actor)
