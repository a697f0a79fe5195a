"""Which migrations this program knows, read from their files: Alembic would cost every process 12 MB."""

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "migrations/versions"
NAMED = re.compile(r"^(revision|down_revision)\b[^=]*=\s*[\"']([^\"']+)", re.MULTILINE)


def read(folder: Path = FOLDER) -> tuple[frozenset[str], str]:
    """Every revision, and the last one."""
    known, followed = set(), set()
    for file in folder.glob("*.py"):
        found = dict(NAMED.findall(file.read_text(encoding="utf-8")))
        known.add(found["revision"])
        followed.add(found.get("down_revision", ""))
    (head,) = known - followed
    return frozenset(known), head


# At the start: while files are replaced, a process that runs is still the release that it was.
KNOWN, HEAD = read()
