"""One's own passkeys: make, rename and remove. Signing in with them is in app/controllers/auth/passkeys.py."""

from typing import Any

from flask import current_app, flash, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app import throttle
from app.controllers.auth.site import passkey_site, put_challenge, take_challenge
from app.controllers.dashboard import ID, bp
from app.controllers.dashboard.answers import form_page
from app.controllers.dashboard.two_factor import account, show_codes
from app.errors import Conflict
from app.extensions import db, limiter
from app.forms.base import Form
from app.forms.second_factors import PasskeyForm, PasskeyNameForm, ProvenForm
from app.i18n import _
from app.lib import passkeys, signing
from app.models.passkey import Passkey
from app.permissions import requires


@bp.post("/user/passkeys/options")
@requires("profile.manage")
@limiter.limit(throttle.LOGIN, key_func=account)
def passkey_options() -> ResponseReturnValue:
    """What the device is to make, for whoever knows the password."""
    form = PasskeyForm(MultiDict(_texts()))
    if not (form.validate() and form.is_proof(g.actor)):
        return _refused(form)
    known = [each.credential_id for each in Passkey.listed(g.actor)]
    handle = signing.mark(current_app.config["SECRET_KEY"], "passkey-handle", g.actor.id).encode()
    options = passkeys.creation_options(passkey_site(), handle=handle, name=g.actor.username, known=known)
    put_challenge("creation", options["challenge"])
    return jsonify(options)


@bp.post("/user/passkeys")
@requires("profile.manage")
def passkey_create() -> ResponseReturnValue:
    """Keep what the device made; answers where to go."""
    form, challenge = PasskeyNameForm(MultiDict(_texts())), take_challenge("creation")
    if not form.validate():
        return _refused(form)
    credential = (request.get_json(silent=True) or {}).get("credential")
    try:
        if challenge is None or not isinstance(credential, dict):
            raise ValueError
        made = passkeys.read_creation(passkey_site(), credential, challenge.text)
        codes = [] if g.actor.has_two_factor else g.actor.renew_recovery_codes(actor=g.actor)
        ways = credential["response"].get("transports")
        kept = [str(each)[:20] for each in ways[:10]] if isinstance(ways, list) else []
        Passkey.create(user=g.actor, name=form.name.data or "", transports=kept, actor=g.actor, **made._asdict())
        db.session.commit()
    except ValueError:
        return jsonify(message=_("What the device made could not be read. Please try again.")), 422
    except Conflict as conflict:
        db.session.rollback()
        return jsonify(message=conflict.message), 422
    flash(_("The passkey %(name)s is ready to sign you in.", name=form.name.data), "success")
    return jsonify(url=show_codes(codes))


@bp.route(f"/user/passkeys/<{ID}:passkey_id>", methods=["GET", "POST"])
@requires("profile.manage")
def passkey_edit(passkey_id: int) -> ResponseReturnValue:
    """Call it something else."""
    row = _mine(passkey_id)
    form = PasskeyNameForm(obj=row)
    if form.validate_on_submit():
        row.rename(form.name.data or "", actor=g.actor)
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for("dashboard.two_factor"))
    return form_page("dashboard/user/passkey.html", form)


@bp.route(f"/user/passkeys/<{ID}:passkey_id>/delete", methods=["GET", "POST"])
@requires("profile.manage")
@limiter.limit(throttle.LOGIN, methods=["POST"], key_func=account)
def passkey_delete(passkey_id: int) -> ResponseReturnValue:
    """Ask for the password, then forget it."""
    row, form = _mine(passkey_id), ProvenForm()
    if form.validate_on_submit() and form.is_proof(g.actor):
        name = row.name
        row.remove(actor=g.actor)
        db.session.commit()
        flash(_("The passkey %(name)s has been removed.", name=name), "success")
        return redirect(url_for("dashboard.two_factor"))
    return form_page(
        "dashboard/user/prove.html",
        form,
        question=_("Remove the passkey %(name)s?", name=row.name),
        detail=_("It does not sign you in any more. On the device it stays until you delete it there."),
        label=_("Remove passkey"),
    )


def _mine(passkey_id: int) -> Passkey:
    return db.first_or_404(Passkey.of(g.actor).where(Passkey.id == passkey_id))


def _texts() -> dict[str, str]:
    """The fields of a form that a script sent as JSON, which can also write what is no text."""
    sent = request.get_json(silent=True)
    texts = sent.items() if isinstance(sent, dict) else ()
    return {name: text.encode(errors="replace").decode() for name, text in texts if isinstance(text, str)}


def _refused(form: Form) -> ResponseReturnValue:
    errors: list[Any] = [error for each in form.errors.values() for error in each]
    return jsonify(message=" ".join(str(error) for error in errors)), 422
