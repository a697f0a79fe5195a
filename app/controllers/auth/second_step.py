"""The second step of signing in, after the password: a code of the app, a recovery code, or a passkey."""

import hashlib
from typing import Any

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import throttle
from app.controllers.auth import bp
from app.controllers.auth.browser import admit, asking, begin_writing, forget_session, safe_path, where_to
from app.controllers.auth.site import passkey_site
from app.extensions import db, limiter
from app.forms.session import SecondStepForm
from app.i18n import _, ngettext
from app.lib import clock
from app.models.passkey import Passkey
from app.models.recovery_code import RecoveryCode
from app.models.sign_in import SignIn
from app.models.user import User

GOOD_FOR = 600  # seconds between the two steps
PENDING = "second_step"


def lead_to_second_step(user: User, *, remember: bool, then: str | None) -> ResponseReturnValue:
    """Note in the browser's session whose password was right, and ask for the second factor."""
    forget_session()
    until = int(clock.now().timestamp()) + GOOD_FOR
    session[PENDING] = {"user": user.id, "mark": _mark(user), "remember": remember, "then": then, "until": until}
    return redirect(url_for("auth.second_step"))


def left_open() -> dict[str, Any] | None:
    """What was noted when the first step was done, while there is still time for the second."""
    noted: dict[str, Any] | None = session.get(PENDING)
    return noted if noted and noted["until"] > clock.now().timestamp() else None


def _account() -> str:
    return f"second step {(session.get(PENDING) or {}).get('user')}"


@bp.route("/2fa", methods=["GET", "POST"])
@limiter.limit(throttle.LOGIN, methods=["POST"])
@limiter.limit(throttle.SECOND_FACTOR, methods=["POST"], key_func=_account)
def second_step() -> ResponseReturnValue:
    """Enter a code."""
    if current_user.is_authenticated:
        return redirect(where_to(None))
    noted, user = left_open(), _member()
    if noted is None or user is None:
        flash(_("Please begin with your password; that took too long, or something changed meanwhile."), "info")
        return redirect(url_for("auth.login"))
    form = SecondStepForm()
    if form.validate_on_submit():
        begin_writing()
        method = form.method
        if _takes(user, form):
            left = RecoveryCode.left(user)
            admit(user, method=method, remember=noted["remember"])
            if method == "recovery":
                flash(ngettext("%(num)d recovery code is left.", "%(num)d recovery codes are left.", left), "info")
            return redirect(where_to(safe_path(noted["then"])))
        SignIn.fail(user, method=method, **asking())
        db.session.commit()
        form.refuse()
    has_passkey = Passkey.any_of(user)
    page = render_template("auth/second_step.html", form=form, user=user, has_passkey=has_passkey, site=passkey_site())
    return page, 422 if form.errors else 200


def _takes(user: User, form: SecondStepForm) -> bool:
    if form.method == "recovery":
        return user.take_recovery_code(form.recovery.data or "")
    return user.take_code(form.code.data or "")


def _member() -> User | None:
    """Whose second step this is; nobody's any more once their password or their sessions changed."""
    noted = session.get(PENDING) or {}
    user = db.session.get(User, noted.get("user", 0))
    return user if user is not None and user.is_active and noted["mark"] == _mark(user) else None


def _mark(user: User) -> str:
    return hashlib.sha256(f"{user.session_key}.{user.password_hash}".encode()).hexdigest()[:32]
