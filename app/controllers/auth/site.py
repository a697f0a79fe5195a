"""What passkeys are bound to, and the challenges that they sign: each is good for one answer, within five minutes."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import current_app, session

from app.lib import clock
from app.lib.passkeys import Site
from app.models.setting import Setting

GOOD_FOR = timedelta(minutes=5)


class Challenge(NamedTuple):
    """What a device is to sign, in base64url, and when that was asked of it."""

    text: str
    asked_at: datetime


def passkey_site() -> Site:
    """This page, as APP_URL names it."""
    address = urlsplit(current_app.config["APP_URL"])
    return Site(address.hostname or "localhost", f"{address.scheme}://{address.netloc}", Setting.get("site_name"))


def put_challenge(purpose: str, challenge: str) -> None:
    """Keep the challenge that this browser is given."""
    session["challenge"] = [purpose, challenge, clock.now().timestamp()]


def take_challenge(purpose: str) -> Challenge | None:
    """The challenge that this browser was given for `purpose`, once. A browser that keeps its session itself could
    send an older one again: see Passkey.used."""
    known, text, asked = session.pop("challenge", None) or ("", "", 0)
    asked_at = datetime.fromtimestamp(asked, UTC)
    return Challenge(text, asked_at) if known == purpose and asked_at > clock.now() - GOOD_FOR else None
