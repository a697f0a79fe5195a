"""Passkeys without a device: what is refused, and looking after those that there are. tests/flows/test_sign_in.py has
a browser make one and sign in with it."""

import base64
import hashlib
import json
from datetime import timedelta

import cbor2
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from app.extensions import db
from app.lib import clock
from app.models import Passkey, RecoveryCode, SignIn
from tests.people import PASSWORD, Browser

PATH = "/dashboard/user/passkeys"
SIGNED = {"authenticatorData": "YWJj", "clientDataJSON": "e30", "signature": "YWJj", "userHandle": None}


@pytest.fixture
def key(ed):
    row = Passkey.create(
        user=ed, name="Phone", credential_id="YWJj", public_key="ZGVm", sign_count=0, transports=[], actor=ed
    )
    ed.renew_recovery_codes(actor=ed)
    db.session.commit()
    return row


@pytest.fixture
def stranger(app, installed):
    browser = Browser(app, app.response_class, use_cookies=True)
    browser.get("/auth/login")
    return browser


@pytest.fixture
def browser(ed, sign_in):
    """Ed, who signed in before he had a passkey."""
    browser = sign_in(ed)
    browser.get("/dashboard/user/two-factor")
    return browser


def post(browser, path, body):
    return browser.post(path, json=body, headers={"X-CSRFToken": browser.token})


def credential(**response):
    kind = {"id": "YWJj", "rawId": "YWJj", "type": "public-key", "clientExtensionResults": {}}
    return {**kind, "response": {**SIGNED, **response}}


def test_each_challenge_is_new_and_bound_to_the_page(stranger):
    first, second = (post(stranger, "/auth/passkey/options", {}).json for _ in range(2))
    assert first["challenge"] != second["challenge"] and len(first["challenge"]) >= 43
    assert (first["rpId"], first["userVerification"]) == ("status.test", "required")
    assert not first.get("allowCredentials"), "nobody is told whose keys there are"


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"credential": "x"},
        {"credential": {}},
        {"credential": {"id": 1}},
        {"credential": {"id": "unknown"}},
        {"credential": {"id": "YWJj"}},
        {"credential": {"id": "YWJj", "response": []}},
        {"credential": credential()},
        {"credential": credential(clientDataJSON="é")},
        {"credential": {"id": "\ud800"}},
        {"credential": credential(signature=7), "remember": "x", "next": 7},
    ],
)
def test_what_no_key_has_signed_is_refused(stranger, key, body):
    post(stranger, "/auth/passkey/options", {})
    answer = post(stranger, "/auth/passkey", body)
    assert answer.status_code == 422 and answer.json["message"]
    assert stranger.get("/dashboard/").status_code == 302


def test_a_wrong_signature_is_noted_as_a_failed_try_and_a_challenge_is_good_for_one(stranger, key):
    post(stranger, "/auth/passkey/options", {})
    for _try in range(2):
        post(stranger, "/auth/passkey", {"credential": credential()})
    rows = db.session.scalars(SignIn.newest_first()).all()
    assert [(row.method, row.succeeded, row.user.username) for row in rows] == [("passkey", False, "ed")]


def signed(options, secret, key, *, origin="http://status.test", host="status.test", flags=5, count=0):
    """What a device answers to `options`; flags 5 are: somebody is there, and has shown who they are."""
    said = {"type": "webauthn.get", "challenge": options["challenge"], "origin": origin, "crossOrigin": False}
    client = json.dumps(said).encode()
    data = hashlib.sha256(host.encode()).digest() + bytes([flags]) + count.to_bytes(4, "big")
    signature = secret.sign(data + hashlib.sha256(client).digest(), ECDSA(SHA256()))
    parts = {"authenticatorData": data, "clientDataJSON": client, "signature": signature}
    number = {"id": key.credential_id, "rawId": key.credential_id}
    return {**credential(**{name: text(part) for name, part in parts.items()}), **number}


def text(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def public_half(secret) -> bytes:
    point = secret.public_key().public_numbers()
    return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})


@pytest.fixture
def secret(key):
    """The device's half of the key."""
    made = generate_private_key(SECP256R1())
    key.public_key = text(public_half(made))
    db.session.commit()
    return made


def test_what_was_signed_once_lets_in_once_though_the_browser_keeps_its_session(stranger, key, secret):
    options = post(stranger, "/auth/passkey/options", {}).json
    kept, token = stranger.get_cookie("session").value, stranger.token
    answer = {"credential": signed(options, secret, key)}
    assert post(stranger, "/auth/passkey", answer).json == {"url": "/dashboard/"}
    stranger.delete_cookie("session")
    stranger.set_cookie("session", kept)
    stranger.token = token
    assert post(stranger, "/auth/passkey", answer).status_code == 422
    assert stranger.get("/dashboard/").status_code == 302
    fresh = post(stranger, "/auth/passkey/options", {}).json
    assert post(stranger, "/auth/passkey", {"credential": signed(fresh, secret, key)}).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [{"origin": "http://status.test.evil.example"}, {"host": "evil.example"}, {"flags": 1}, {"flags": 4}, {"flags": 0}],
)
def test_what_was_signed_elsewhere_or_by_nobody_in_particular_is_refused(stranger, key, secret, wrong):
    options = post(stranger, "/auth/passkey/options", {}).json
    assert post(stranger, "/auth/passkey", {"credential": signed(options, secret, key, **wrong)}).status_code == 422
    assert stranger.get("/dashboard/").status_code == 302


def test_a_key_that_was_copied_shows_by_its_count(stranger, key, secret):
    key.sign_count = 7
    db.session.commit()
    options = post(stranger, "/auth/passkey/options", {}).json
    assert post(stranger, "/auth/passkey", {"credential": signed(options, secret, key, count=7)}).status_code == 422


def test_a_challenge_is_good_for_five_minutes(stranger, key, monkeypatch):
    post(stranger, "/auth/passkey/options", {})
    moment = clock.now() + timedelta(minutes=6)
    monkeypatch.setattr(clock, "now", lambda: moment)
    post(stranger, "/auth/passkey", {"credential": credential()})
    assert db.session.scalar(SignIn.newest_first()) is None, "it was not even looked at"


def test_without_the_token_of_the_page_nothing_is_read(stranger):
    assert stranger.post("/auth/passkey/options", json={}).status_code == 400


@pytest.mark.parametrize(
    ("name", "present"), [("", PASSWORD), ("Phone", "wrong"), ("Phone", "\ud800"), ("Phone", ""), ("x" * 101, PASSWORD)]
)
def test_a_new_one_takes_a_name_and_the_password(browser, name, present):
    answer = post(browser, f"{PATH}/options", {"name": name, "present": present})
    assert answer.status_code == 422 and answer.json["message"]


def test_the_device_is_told_which_keys_it_has_already(browser, key):
    options = post(browser, f"{PATH}/options", {"name": "Key", "present": PASSWORD}).json
    assert [each["id"] for each in options["excludeCredentials"]] == ["YWJj"]
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["rp"] == {"id": "status.test", "name": "Example Cloud"}
    assert "ed" not in options["user"]["id"]


@pytest.mark.parametrize(
    "body", [None, [], {"name": "Key"}, {"name": "Key", "credential": 1}, {"name": "Key", "credential": credential()}]
)
def test_what_no_device_made_is_not_kept(browser, key, body):
    post(browser, f"{PATH}/options", {"name": "Key", "present": PASSWORD})
    answer = post(browser, PATH, body)
    assert answer.status_code == 422 and answer.json["message"]
    assert len(db.session.scalars(sa.select(Passkey)).all()) == 1


@pytest.mark.parametrize(
    ("told", "kept"),
    [(["usb", "nfc"], ["usb", "nfc"]), ([7] * 20, ["7"] * 10), (True, []), (7, []), ("usb", []), (None, [])],
)
def test_a_device_may_say_anything_of_how_it_is_reached(browser, told, kept):
    options = post(browser, f"{PATH}/options", {"name": "Key", "present": PASSWORD}).json
    said = {"type": "webauthn.create", "challenge": options["challenge"], "origin": "http://status.test"}
    number, public = b"number", public_half(generate_private_key(SECP256R1()))
    data = hashlib.sha256(b"status.test").digest() + b"\x45" + bytes(4 + 16) + len(number).to_bytes(2, "big")
    attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data + number + public})
    response = {"clientDataJSON": text(json.dumps(said).encode()), "attestationObject": text(attested)}
    made = {**credential(), "id": text(number), "rawId": text(number), "response": {**response, "transports": told}}
    assert post(browser, PATH, {"name": "Key", "credential": made}).status_code == 200
    assert db.session.scalars(sa.select(Passkey)).one().transports == kept


def test_they_are_renamed_and_removed_by_the_password(ed, browser, key):
    page = f"{PATH}/{key.id}"
    browser.get(page)
    assert browser.submit(page, name="").status_code == 422
    browser.submit(page, name="Blue <key>")
    assert "Blue &lt;key&gt;" in browser.get("/dashboard/user/two-factor").text
    browser.get(f"{page}/delete")
    assert browser.submit(f"{page}/delete", present="wrong").status_code == 422
    assert ed.has_two_factor
    browser.submit(f"{page}/delete", present=PASSWORD)
    db.session.expire_all()
    assert not ed.has_two_factor and RecoveryCode.left(ed) == 0, "the codes go with the last of them"


def test_those_of_others_are_out_of_reach(olive, sign_in, key):
    browser = sign_in(olive)
    browser.get("/dashboard/")
    for path in (f"{PATH}/{key.id}", f"{PATH}/{key.id}/delete"):
        assert browser.get(path).status_code == browser.submit(path, name="x", present=PASSWORD).status_code == 404


def test_where_there_is_no_script_the_button_is_hidden(stranger):
    page = stranger.get("/auth/login").text
    assert 'data-host="status.test"' in page and page.count("data-passkey-sign-in") == 1
    assert page.split("data-passkey-sign-in")[1].split(">")[0].endswith("hidden")
