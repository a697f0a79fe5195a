"""A forgotten password: asking for a mail, and choosing another one by the link in it.

Opening the link changes nothing and may be done often, because mail scanners open every link; sending the form uses
its code up.
"""

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import throttle
from app.controllers.auth import bp
from app.controllers.auth.browser import begin_writing
from app.extensions import db, limiter
from app.forms.passwords import strength as strength_of
from app.forms.session import ForgotForm, NewPasswordForm
from app.i18n import _
from app.models.forgotten_password import ForgottenPassword


def _account() -> str:
    return throttle.named("forgot", request.form.get("login", ""))


@bp.route("/forgot", methods=["GET", "POST"])
@limiter.limit(throttle.FORGOT, methods=["POST"])
@limiter.limit(throttle.MAIL_TO_ONE, methods=["POST"], key_func=_account)
def forgot() -> ResponseReturnValue:
    """Ask for a mail with a link. The answer is the same for everyone, known or not."""
    form = ForgotForm()
    if not form.validate_on_submit():
        return render_template("auth/forgot.html", form=form), 422 if form.errors else 200
    begin_writing()
    ForgottenPassword.ask(form.login.data or "")
    db.session.commit()
    return render_template("auth/forgot_sent.html", login=form.login.data)


@bp.post("/strength")
@limiter.limit(throttle.STRENGTH)
def strength() -> ResponseReturnValue:
    """How strong the password is that is being typed."""
    about = (request.form.get(name) for name in ("username", "email"))
    return jsonify(strength_of(request.form.get("password", ""), about)._asdict())


@bp.route("/reset/<code>", methods=["GET", "POST"])
@limiter.limit(throttle.FORGOT, methods=["POST"])
def reset(code: str) -> ResponseReturnValue:
    """Choose a new password, which signs out everywhere."""
    found = ForgottenPassword.find(code)
    if found is None:
        return render_template("auth/reset_gone.html"), 404
    form = NewPasswordForm.of(found.user)
    if not form.validate_on_submit():
        return render_template("auth/reset.html", form=form, code=code), 422 if form.errors else 200
    begin_writing()
    if not ForgottenPassword.choose(found, form.password.data or ""):
        db.session.rollback()
        return render_template("auth/reset_gone.html"), 404
    db.session.commit()
    flash(_("Your password is changed, and you are signed out everywhere. Sign in with the new one."), "success")
    return redirect(url_for("auth.login"))
