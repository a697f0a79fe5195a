"""Public ids: the opaque names under which rows are known where integers are not understood."""

from hashlib import blake2b

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
LENGTH = 12


def public_id(kind: str, key: int | str) -> str:
    """Twelve lower-case letters and digits, always the same for the same thing (landscape 2.1, trap 4)."""
    number = int.from_bytes(blake2b(f"{kind}:{key}".encode(), digest_size=16).digest(), "big")
    letters = []
    for _place in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)
