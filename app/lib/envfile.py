"""Writes `.env` so that python-dotenv and a shell read the same, and no crash or rival loses a line."""

import base64
import fcntl
import os
import re
import tempfile
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream

PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,-]+")


def write(path: Path, values: Mapping[str, str | None], words: Collection[str] = ()) -> None:
    """Set `values` in the file, None meaning unset; every other line and comment stays as it is.

    Of the variables named in `words`, a literal `null` is a value like any other.
    """
    lines = {
        name: f"{name}={value if name in words and value == 'null' else quote(name, value or '')}\n"
        for name, value in values.items()
    }
    _put(path, lines)


def take_over(path: Path, text: str, known: Callable[[str], bool]) -> list[str]:
    """Set the variables that `text`, another such file, sets and `known` agrees to, written as they are there."""
    found = {line.key: line.original.string.strip() + "\n" for line in parse_stream(StringIO(text)) if line.key}
    lines = {name: line for name, line in found.items() if known(name)}
    if lines:
        _put(path, lines)
    return list(lines)


def _put(path: Path, lines: dict[str, str]) -> None:
    path = Path(os.path.realpath(path))
    with _locked(path.parent):
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        _replace(path, _merged(old, lines))


def quote(name: str, value: str) -> str:
    """The right-hand side of an assignment; ValueError names the variable whose value no line can hold."""
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in value):
        raise ValueError(f"{name} holds a line break or another control character")
    if value == "" or (PLAIN.fullmatch(value) and value != "null" and not value.startswith("base64:")):
        return value
    # Inside single quotes a shell changes nothing, and python-dotenv only doubled backslashes and quotes.
    if not re.search(r"'|\\\\|\\$", value) and value != "null" and not value.startswith("base64:"):
        return f"'{value}'"
    # Inside double quotes both undo these two, but a shell also expands $ and `.
    if not re.search(r"[$`]|\\$|^base64:", value) and value != "null":
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    # No quoting means the same to both: config.py undoes this one.
    return "base64:" + base64.b64encode(value.encode()).decode()


def _merged(old: str, lines: dict[str, str]) -> str:
    """The old text with each of `lines` in the place where its variable was, or at the end."""
    parts, left = [], dict(lines)
    for binding in parse_stream(StringIO(old)):
        text = binding.original.string
        if binding.key not in lines:
            parts.append(text)
        elif binding.key in left:
            above = text[: len(text) - len(text.lstrip())]
            parts.append(above + left.pop(binding.key))
    kept = "".join(parts)
    return kept + ("\n" if kept and not kept.endswith("\n") and left else "") + "".join(left.values())


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder: a lock on the file itself would be lost with the file that gets replaced."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _replace(path: Path, text: str) -> None:
    # mkstemp makes the file 0600 from the first instant.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".env.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            if os.geteuid() == 0:
                # A command run as root must not take the file away from whom Daymark runs as.
                owner = (path if path.exists() else path.parent).stat()
                os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
