"""Text that only a passphrase opens: for what leaves this machine together with the key to everything."""

import base64
import secrets

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.fernet import Fernet, InvalidToken

SHORTEST = 12
# Argon2id as RFC 9106 section 4 has it for machines with little memory: three rounds over 64 MiB.
ROUNDS, MEMORY, LANES = 3, 64 * 1024, 4


def lock(passphrase: str, text: str) -> str:
    """`text`, encrypted and signed with a key made of `passphrase`; each time another one."""
    cost, salt = (ROUNDS, MEMORY, LANES), secrets.token_bytes(16)
    sealed = _fernet(passphrase, salt, *cost).encrypt(text.encode()).decode()
    return ".".join(("argon2id", *map(str, cost), base64.urlsafe_b64encode(salt).decode(), sealed))


def unlock(passphrase: str, locked: str) -> str | None:
    """What was locked, or None: it was altered, or locked with another passphrase."""
    try:
        _kind, rounds, memory, lanes, salt, sealed = locked.split(".")
        cost = min(int(rounds), 100), min(int(memory), 1024 * 1024), min(int(lanes), 16)
        return _fernet(passphrase, base64.urlsafe_b64decode(salt), *cost).decrypt(sealed.encode()).decode()
    except (ValueError, InvalidToken, HashingError):
        return None


def _fernet(passphrase: str, salt: bytes, rounds: int, memory: int, lanes: int) -> Fernet:
    made = hash_secret_raw(passphrase.encode(), salt, rounds, memory, lanes, 32, Type.ID)
    return Fernet(base64.urlsafe_b64encode(made))
