"""Password hashes: Argon2id with the library's current parameters (RFC 9106, low-memory profile)."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_hasher = PasswordHasher()
# Checked against when there is no account, so that unknown names take as long as known ones. The hash of a forgotten
# random password, written down because making one costs every process 0.3 s and 64 MB at its start.
_nobody = "$argon2id$v=19$m=65536,t=3,p=4$XMJ641i4Qwpzw8e0XOMP4A$mGxDH9/vBL2R8PQWZkPOiEuiKxwYZBh7xqgFyKhLJzQ"


def hash_password(password: str) -> str:
    """The hash to store."""
    return _hasher.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether `password` is the one behind `stored`; takes the same time when there is no stored hash."""
    try:
        return _hasher.verify(stored or _nobody, password) and stored is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether `stored` was made with older parameters."""
    return _hasher.check_needs_rehash(stored)
