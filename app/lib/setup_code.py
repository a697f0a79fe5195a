"""A one-time code in a file: whoever can read the server's console or disk may claim what it guards."""

import hmac
import os
import secrets
from pathlib import Path

# Without 0 O 1 I L U V, which are misread or misheard.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"
LENGTH = 10
FILE = "setup-code"


def ensure(folder: Path) -> str:
    """The code of this folder, made at the first call; five processes that ask at once get the same one."""
    path = folder / FILE
    if not path.exists():
        draft = folder / f"{FILE}.{os.getpid()}.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) + "\n")
        try:
            # A link appears whole and once: nobody reads half a code, and the first one stays.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def matches(folder: Path, given: str) -> bool:
    """Tell whether `given` is the code, whatever its spaces and case; False if there is none."""
    try:
        code = (folder / FILE).read_text().strip()
    except FileNotFoundError:
        return False
    bare = "".join(given.split()).replace("-", "").upper()
    return bool(code) and hmac.compare_digest(bare.encode(), code.encode())


def forget(folder: Path) -> None:
    """Drop the code: from now on nothing matches."""
    (folder / FILE).unlink(missing_ok=True)
