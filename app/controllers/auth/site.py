"""What passkeys are bound to, and the challenges that they sign: each is good for one answer, within five minutes."""

from urllib.parse import urlsplit

from flask import current_app, session

from app.lib import clock
from app.lib.passkeys import Site
from app.models.setting import Setting

GOOD_FOR = 300  # seconds


def passkey_site() -> Site:
    """This page, as APP_URL names it."""
    address = urlsplit(current_app.config["APP_URL"])
    return Site(address.hostname or "localhost", f"{address.scheme}://{address.netloc}", Setting.get("site_name"))


def put_challenge(purpose: str, challenge: str) -> None:
    """Keep the challenge that this browser is given."""
    session["challenge"] = [purpose, challenge, int(clock.now().timestamp()) + GOOD_FOR]


def take_challenge(purpose: str) -> str | None:
    """The challenge that this browser was given for `purpose`, once."""
    known, challenge, until = session.pop("challenge", None) or ("", "", 0)
    return challenge if known == purpose and until > clock.now().timestamp() else None
