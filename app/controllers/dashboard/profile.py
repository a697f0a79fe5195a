"""One's own account: name, language and zone, address, password, and where one is signed in."""

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user

from app import throttle
from app.controllers.auth.browser import forget_session
from app.controllers.dashboard import ID, bp
from app.controllers.dashboard.answers import confirm_page, done, form_page, page_of
from app.extensions import db, limiter
from app.forms.profile import EmailForm, PasswordForm, ProfileForm
from app.i18n import _
from app.models.new_address import NewAddress
from app.models.sign_in import SignIn
from app.permissions import requires

PER_PAGE = 20


def _account() -> str:
    return f"profile:{current_user.id if current_user.is_authenticated else 0}"


@bp.route("/user", methods=["GET", "POST"])
@requires("profile.manage")
def profile() -> ResponseReturnValue:
    """All of it; name, language and zone are changed here."""
    form = ProfileForm.of(g.actor)
    if form.validate_on_submit() and done(form, lambda: g.actor.edit(**form.values(), actor=g.actor)):
        flash(_("Your profile has been saved."), "success")
        return redirect(url_for("dashboard.profile"))
    return form_page(
        "dashboard/user/index.html",
        form,
        sessions=page_of(SignIn.open_of(g.actor), PER_PAGE),
        held=g.actor.held_session,
        awaited=NewAddress.awaited(g.actor),
    )


@bp.route("/user/email", methods=["GET", "POST"])
@requires("profile.manage")
@limiter.limit(throttle.LOGIN, methods=["POST"], key_func=_account)
def profile_email() -> ResponseReturnValue:
    """Another address; it counts once it is confirmed by the link that is mailed to it."""
    form = EmailForm()
    if (
        form.validate_on_submit()
        and form.is_proof(g.actor)
        and done(form, lambda: NewAddress.ask(g.actor, form.email.data or ""))
    ):
        flash(_("Follow the link in the mail to %(email)s. Until then nothing changes.", email=form.email.data), "info")
        return redirect(url_for("dashboard.profile"))
    return form_page("dashboard/user/email.html", form)


@bp.route("/user/password", methods=["GET", "POST"])
@requires("profile.manage")
@limiter.limit(throttle.LOGIN, methods=["POST"], key_func=_account)
def profile_password() -> ResponseReturnValue:
    """Another password, which signs out everywhere else."""
    form = PasswordForm.of(g.actor)
    if form.validate_on_submit() and form.is_proof(g.actor):
        g.actor.change_password(form.password.data, keep=g.actor.held_session.id, actor=g.actor)
        db.session.commit()
        flash(_("Your password has been changed, and you are signed out everywhere else."), "success")
        return redirect(url_for("dashboard.profile"))
    return form_page("dashboard/user/password.html", form)


@bp.post(f"/user/sessions/<{ID}:session_id>/end")
@requires("profile.manage")
def session_end(session_id: int) -> ResponseReturnValue:
    """Sign one browser out."""
    session = db.first_or_404(SignIn.open_of(g.actor).where(SignIn.id == session_id))
    session.end(actor=g.actor)
    db.session.commit()
    flash(_("That device has been signed out."), "success")
    return redirect(url_for("dashboard.profile", _anchor="sessions"))


@bp.route("/user/sessions/end", methods=["GET", "POST"])
@requires("profile.manage")
def sessions_end() -> ResponseReturnValue:
    """Ask, then sign out everywhere, here as well."""
    if request.method == "GET":
        return confirm_page(
            _("Sign out everywhere?"),
            _("Sign out everywhere"),
            url_for("dashboard.profile"),
            _("On every device, this one as well. API tokens keep working."),
        )
    g.actor.end_sessions(actor=g.actor)
    db.session.commit()
    forget_session()
    logout_user()
    flash(_("You are signed out everywhere."), "success")
    return redirect(url_for("auth.login"))
