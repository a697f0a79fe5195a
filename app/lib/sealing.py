"""Sealing: secrets at rest, encrypted with a key made of APP_KEY. A thief of the database alone reads nothing."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def seal(key: str, text: str) -> str:
    """`text`, encrypted and signed; each time another one."""
    return _fernet(key).encrypt(text.encode()).decode()


def unseal(key: str, sealed: str) -> str | None:
    """What was sealed, or None: it was altered, or sealed with another APP_KEY."""
    try:
        return _fernet(key).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _fernet(key: str) -> Fernet:
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"daymark.sealing").derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(made))
