"""Signed links: a code in a URL that only this installation can have made."""

import hmac

from itsdangerous import BadData, URLSafeTimedSerializer


def sign(key: str, purpose: str, *values: str | int) -> str:
    """A code that carries `values`, good for `purpose` alone."""
    return _serializer(key, purpose).dumps(list(values))


def unsign(key: str, purpose: str, code: str, max_age: int | None = None) -> list | None:
    """The values in `code`, or None when it is forged, for something else, or older than `max_age` seconds."""
    try:
        return _serializer(key, purpose).loads(code, max_age=max_age)
    except BadData:
        return None


def mark(key: str, purpose: str, value: int) -> str:
    """Twelve characters that follow from `value` alone, whenever they are asked for, and cannot be guessed."""
    return hmac.new(key.encode(), f"daymark.{purpose}.{value}".encode(), "sha256").hexdigest()[:12]


def _serializer(key: str, purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(key, salt=f"daymark.{purpose}")
