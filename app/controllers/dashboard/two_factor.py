"""One's own second factors: what there is, the authenticator app, and recovery codes."""

from urllib.parse import quote

import pyotp
import segno
from flask import current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from app import throttle
from app.controllers.auth.browser import safe_path
from app.controllers.auth.site import passkey_site
from app.controllers.dashboard import bp
from app.controllers.dashboard.answers import form_page
from app.errors import Invalid
from app.extensions import db, limiter
from app.forms.proof import ProvenForm
from app.forms.second_factors import PasskeyForm, TotpForm
from app.i18n import _
from app.lib.sealing import seal, unseal
from app.models.passkey import Passkey
from app.models.recovery_code import RecoveryCode
from app.models.second_factors import new_secret
from app.models.setting import Setting
from app.permissions import requires

# In the session, sealed: where sessions are kept, nobody else can read them.
FRESH_CODES, FRESH_SECRET = "fresh_codes", "fresh_secret"


def account() -> str:
    """Whose password is tried, for counting."""
    return f"proof {current_user.id if current_user.is_authenticated else ''}"


@bp.get("/user/two-factor")
@requires("profile.manage")
def two_factor() -> ResponseReturnValue:
    """What there is, and the ways to more."""
    return render_template(
        "dashboard/user/two_factor.html",
        passkeys=Passkey.listed(g.actor),
        codes_left=RecoveryCode.left(g.actor),
        form=PasskeyForm(),
        site=passkey_site(),
    )


@bp.route("/user/two-factor/app", methods=["GET", "POST"])
@requires("profile.manage")
@limiter.limit(throttle.LOGIN, methods=["POST"], key_func=account)
def two_factor_app() -> ResponseReturnValue:
    """Tell the app a secret, and see by a code that it has it; only then codes are asked for."""
    if g.actor.has_totp:
        return redirect(url_for("dashboard.two_factor"))
    secret, form = _secret(), TotpForm()
    if form.validate_on_submit() and form.is_proof(g.actor):
        try:
            codes = g.actor.enable_totp(secret, form.code.data or "", actor=g.actor)
            db.session.commit()
        except Invalid as invalid:
            db.session.rollback()
            form.take(invalid)
        else:
            session.pop(FRESH_SECRET, None)
            flash(_("From now on you are asked for a code when you sign in."), "success")
            return redirect(show_codes(codes))
    address = pyotp.TOTP(secret).provisioning_uri(name=g.actor.username, issuer_name=Setting.get("site_name"))
    qr = segno.make(address, error="m").svg_inline(scale=4, border=4, light="#fff", dark="#000", omitsize=True)
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return form_page("dashboard/user/two_factor_app.html", form, qr=Markup(qr), key=groups, address=address)  # noqa: S704


@bp.route("/user/two-factor/disable", methods=["GET", "POST"])
@requires("profile.manage")
@limiter.limit(throttle.LOGIN, methods=["POST"], key_func=account)
def two_factor_disable() -> ResponseReturnValue:
    """Ask for the password, then ask for no more codes."""
    form = ProvenForm()
    if not g.actor.has_totp:
        return redirect(url_for("dashboard.two_factor"))
    if form.validate_on_submit() and form.is_proof(g.actor):
        g.actor.disable_totp(actor=g.actor)
        db.session.commit()
        flash(_("Codes of the app are not asked for any more."), "success")
        return redirect(url_for("dashboard.two_factor"))
    return form_page(
        "dashboard/user/prove.html",
        form,
        question=_("Stop asking for codes?"),
        detail=_("What is then left to sign in with is your password, and your passkeys if you have any."),
        label=_("Stop asking"),
    )


@bp.route("/user/two-factor/codes/create", methods=["GET", "POST"])
@requires("profile.manage")
@limiter.limit(throttle.LOGIN, methods=["POST"], key_func=account)
def two_factor_renew() -> ResponseReturnValue:
    """Ask for the password, then make ten new recovery codes."""
    form = ProvenForm()
    if not g.actor.has_two_factor:
        return redirect(url_for("dashboard.two_factor"))
    if form.validate_on_submit() and form.is_proof(g.actor):
        codes = g.actor.renew_recovery_codes(actor=g.actor)
        db.session.commit()
        return redirect(show_codes(codes))
    return form_page(
        "dashboard/user/prove.html",
        form,
        question=_("Make new recovery codes?"),
        detail=_("The ten codes that you have now are then void."),
        label=_("Make new codes"),
    )


@bp.get("/user/two-factor/codes")
@requires("profile.manage")
def two_factor_codes() -> ResponseReturnValue:
    """The recovery codes that were just made, this once."""
    sealed = session.pop(FRESH_CODES, None)
    text = unseal(current_app.config["SECRET_KEY"], sealed) if sealed else None
    if not text:
        return redirect(url_for("dashboard.two_factor"))
    then = safe_path(session.pop("then", None)) or url_for("dashboard.two_factor")
    site = passkey_site()
    told = _("Recovery codes of %(username)s for %(name)s", username=g.actor.username, name=site.name)
    file = f"{told}\n{site.origin}\n\n{text}\n"
    return render_template(
        "dashboard/user/recovery_codes.html",
        codes=text.split("\n"),
        then=then,
        file="data:text/plain;charset=utf-8," + quote(file),
    )


def show_codes(codes: list[str]) -> str:
    """The page to go on to: the one that shows these recovery codes once, if there are any."""
    if not codes:
        return safe_path(session.pop("then", None)) or url_for("dashboard.two_factor")
    session[FRESH_CODES] = seal(current_app.config["SECRET_KEY"], "\n".join(codes))
    return url_for("dashboard.two_factor_codes")


def lead_to_two_factor() -> ResponseReturnValue:
    """Where a member must go who has to set up a second factor first; they are led back afterwards."""
    if request.method == "GET":
        session["then"] = safe_path(request.full_path.rstrip("?"))
    return redirect(url_for("dashboard.two_factor"))


def _secret() -> str:
    """The secret that is being set up in this browser; the same in all its tabs."""
    known = unseal(current_app.config["SECRET_KEY"], session.get(FRESH_SECRET, ""))
    secret = known or new_secret()
    if known is None:
        session[FRESH_SECRET] = seal(current_app.config["SECRET_KEY"], secret)
    return secret
