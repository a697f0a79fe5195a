"""Sign in, sign out, and the way to the sign-in page for whoever should have been."""

from urllib.parse import urlsplit

from flask import current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user

from app import throttle
from app.controllers.auth import bp
from app.controllers.auth.browser import admit, asking, begin_writing, forget_session, safe_path, where_to
from app.controllers.auth.second_step import lead_to_second_step
from app.controllers.auth.site import passkey_site
from app.errors import Unauthenticated
from app.extensions import db, limiter
from app.forms.session import SessionForm
from app.i18n import _
from app.links import page_url
from app.models.sign_in import SignIn
from app.models.user import User


def _account() -> str:
    return throttle.named("account", request.form.get("login", ""))


@bp.route("/login", methods=["GET", "POST"])
@limiter.limit(throttle.LOGIN, methods=["POST"])
@limiter.limit(throttle.LOGIN, methods=["POST"], key_func=_account)
def login() -> ResponseReturnValue:
    """Sign in with username or e-mail address and password."""
    then = safe_path(request.values.get("next"))
    if current_user.is_authenticated:
        # A page for members only leads here whoever has no second factor yet, and must not be led back.
        return redirect(where_to(None if current_user.must_add_factor else then))
    form = SessionForm()
    if form.validate_on_submit():
        user = _proven(form.login.data or "", form.password.data or "")
        if user is not None:
            if user.has_two_factor:
                db.session.commit()
                return lead_to_second_step(user, remember=form.remember.data, then=then)
            admit(user, method="password", remember=form.remember.data)
            return redirect(where_to(then))
        form.form_errors.append(_("Wrong username or password."))
    page = render_template(
        "auth/login.html", form=form, next=then, elsewhere=_where_cookies_work(), site=passkey_site()
    )
    return page, 422 if form.errors else 200


@bp.route("/logout", methods=["GET", "POST"])
def logout() -> ResponseReturnValue:
    """Sign out. Opened as a link, it asks first: a page elsewhere can make a browser open links."""
    if request.method == "GET":
        return render_template("auth/logout.html") if current_user.is_authenticated else redirect(url_for("auth.login"))
    held = current_user.held_session if current_user.is_authenticated else None
    begin_writing()
    row = db.session.get(SignIn, held.id) if held is not None else None
    if row is not None:
        row.end(actor=row.user)
        db.session.commit()
    forget_session()
    logout_user()
    flash(_("You are signed out."), "success")
    return redirect(url_for("auth.login"))


def lead_to_login(_error: Unauthenticated) -> ResponseReturnValue:
    """What a member's page answers to a stranger: the sign-in page, and from there back. A script gets a plain 401."""
    if request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate" or "X-CSRFToken" in request.headers:
        return jsonify(ok=False, message=_("You are not signed in any more.")), 401
    came_from = urlsplit(request.referrer or "")
    path = request.full_path.rstrip("?")
    if request.method not in ("GET", "HEAD"):
        path = came_from.path if came_from.netloc == request.host else ""
    return redirect(url_for("auth.login", next=safe_path(path)))


def _proven(login: str, password: str) -> User | None:
    """The member whose password this is, in a transaction that may write."""
    known = User.authenticate(login, password)
    named = known or User.by_login(login)
    known_id, named_id = (each.id if each is not None else None for each in (known, named))
    begin_writing()
    user = db.session.get(User, named_id) if named_id is not None else None
    if known_id is None or user is None:
        SignIn.fail(user, method="password", **asking())
        db.session.commit()
        return None
    user.renew_hash(password)
    return user


def _where_cookies_work() -> str | None:
    """The page to sign in on, when browsers would drop the cookie on this one: opened by HTTP, though meant for TLS."""
    host = request.host.rpartition(":")[0] or request.host
    usable = request.is_secure or not current_app.config["SESSION_COOKIE_SECURE"]
    return None if usable or host in ("localhost", "127.0.0.1", "[::1]") else page_url("auth.login")
