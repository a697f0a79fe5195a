"""Signing in with a passkey, which the page's script asks the device for. It counts as two factors."""

from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from app import throttle
from app.controllers.auth import bp
from app.controllers.auth.browser import admit, asking, begin_writing, safe_path, where_to
from app.controllers.auth.second_step import left_open
from app.controllers.auth.site import Challenge, passkey_site, put_challenge, take_challenge
from app.extensions import db, limiter
from app.i18n import _
from app.lib import passkeys
from app.models.passkey import Passkey
from app.models.sign_in import SignIn


@bp.post("/passkey/options")
@limiter.limit(throttle.PASSKEY)
def passkey_options() -> ResponseReturnValue:
    """What the device is to sign. The challenge is good for one answer."""
    options = passkeys.request_options(passkey_site())
    put_challenge("sign-in", options["challenge"])
    return jsonify(options)


@bp.post("/passkey")
@limiter.limit(throttle.LOGIN)
def passkey() -> ResponseReturnValue:
    """Sign in with what the device signed; answers where to go."""
    sent = request.get_json(silent=True)
    sent = sent if isinstance(sent, dict) else {}
    challenge = take_challenge("sign-in")
    pending = left_open()
    begin_writing()
    row = _signer(sent.get("credential"), challenge)
    if row is None:
        db.session.commit()
        return jsonify(message=_("This passkey was not accepted. Try again, or sign in with your password.")), 422
    given = pending or {"remember": sent.get("remember") is True, "then": sent.get("next")}
    then = given["then"] if isinstance(given["then"], str) else None
    admit(row.user, method="passkey", remember=given["remember"])
    return jsonify(url=where_to(safe_path(then)))


def _signer(credential: Any, challenge: Challenge | None) -> Passkey | None:
    """The key that signed the challenge, if its member may come in."""
    number = credential.get("id") if isinstance(credential, dict) else None
    if challenge is None or not isinstance(number, str) or not number.isascii():
        return None
    row = Passkey.find(number)
    if row is None or not row.user.is_active:
        return None
    try:
        count = passkeys.read_answer(passkey_site(), credential, challenge.text, row.public_key, row.sign_count)
        if row.used(count, asked_at=challenge.asked_at):
            return row
    except ValueError:
        pass  # what was sent is no answer, or not this key's
    SignIn.fail(row.user, method="passkey", **asking())
    return None
