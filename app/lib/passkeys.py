"""WebAuthn (level 3): what a browser is asked for, and whether what it answers is true."""

import base64
import json
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

WRONG = (ValueError, KeyError, TypeError, AttributeError)


class Site(NamedTuple):
    """Whom a passkey is for: the host name that it is bound to, the origin of its pages, and a name for people."""

    host: str
    origin: str
    name: str


class NewKey(NamedTuple):
    """What is kept of a passkey, in base64url."""

    credential_id: str
    public_key: str
    sign_count: int


@cache
def _webauthn() -> Any:
    # Seven megabytes that every web process and worker would hold, and most never see a passkey.
    return import_module("webauthn")


def creation_options(site: Site, *, handle: bytes, name: str, known: list[str]) -> dict[str, Any]:
    """What the browser is to make: a key that can be found without a name and proves who holds the device."""
    structs = _webauthn().helpers.structs
    options = _webauthn().generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=handle,
        user_name=name,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=_bytes(each)) for each in known],
    )
    return _as_json(options)


def request_options(site: Site) -> dict[str, Any]:
    """What the browser is to sign, with whichever of its keys for this site."""
    required = _webauthn().helpers.structs.UserVerificationRequirement.REQUIRED
    return _as_json(_webauthn().generate_authentication_options(rp_id=site.host, user_verification=required))


def read_creation(site: Site, credential: dict[str, Any], challenge: str) -> NewKey:
    """The key that the browser made for `challenge`. Raises ValueError for anything else."""
    try:
        made = _webauthn().verify_registration_response(
            credential=credential,
            expected_challenge=_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (*WRONG, _refusal()) as error:
        raise ValueError(str(error)) from None
    return NewKey(_text(made.credential_id), _text(made.credential_public_key), made.sign_count)


def read_answer(site: Site, credential: dict[str, Any], challenge: str, public_key: str, sign_count: int) -> int:
    """How often the key has signed by now, if the browser signed `challenge` with it. Raises ValueError otherwise, and
    for a count that did not grow: somebody copied the key."""
    try:
        answer = _webauthn().verify_authentication_response(
            credential=credential,
            expected_challenge=_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=_bytes(public_key),
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except (*WRONG, _refusal()) as error:
        raise ValueError(str(error)) from None
    return int(answer.new_sign_count)


def _refusal() -> type[Exception]:
    refusal: type[Exception] = import_module("webauthn.helpers.exceptions").WebAuthnException
    return refusal


def _as_json(options: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(_webauthn().options_to_json(options))
    return made


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
