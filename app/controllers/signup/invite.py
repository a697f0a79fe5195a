"""The page behind the link in an invitation."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import throttle
from app.controllers.auth.browser import admit, begin_writing
from app.controllers.signup import bp
from app.errors import Conflict, Invalid
from app.extensions import db, limiter
from app.forms.invitation import SignUpForm
from app.i18n import _
from app.models.invitation import Invitation, InvitationState


@bp.route("/invite/<code>", methods=["GET", "POST"])
@limiter.limit(throttle.SETUP)
def accept(code: str) -> ResponseReturnValue:
    """Choose a name and a password, and be signed in."""
    invitation = Invitation.for_code(code)
    if invitation is None:
        return _over(_("This link is not complete, or a newer one has been sent. Look for the latest mail."), 404)
    if invitation.state is not InvitationState.OPEN:
        return _over(invitation.state.answer, 410)
    form = SignUpForm.of(invitation.email, invitation.locale)
    if form.validate_on_submit():
        try:
            return _join(code, form)
        except Conflict as conflict:
            db.session.rollback()
            return _over(conflict.message, 409)
        except Invalid as invalid:
            db.session.rollback()
            form.take(invalid)
    page = render_template("auth/signup.html", form=form, code=code, role=invitation.role_label)
    return page, 422 if form.errors else 200


def _join(code: str, form: SignUpForm) -> ResponseReturnValue:
    begin_writing()
    invitation = Invitation.for_code(code)
    if invitation is None:
        raise Conflict(_("A newer link has been sent. Look for the latest mail."))
    user = invitation.accept(**form.values("email"))
    admit(user, method="invitation", remember=False)
    flash(_("Welcome, %(name)s. You are signed in.", name=user.username), "success")
    return redirect(url_for("dashboard.home"))


def _over(why: str, status: int) -> ResponseReturnValue:
    """The calm page for a link that leads nowhere (any more)."""
    return render_template("auth/signup_over.html", why=why, is_member=current_user.is_authenticated), status
