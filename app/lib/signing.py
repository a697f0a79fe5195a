"""Signed links: a code in a URL that only this installation can have made."""

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


def _serializer(key: str, purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(key, salt=f"daymark.{purpose}")
