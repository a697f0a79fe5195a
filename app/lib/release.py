"""Which Daymark this is, and what it is built on: from what is installed here, asked of nobody else."""

import re
from functools import cache
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path
from typing import NamedTuple

VERSION = "0.1.0"
REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements.txt"
LONGEST = 60  # some packages write their whole licence where its name goes


class Package(NamedTuple):
    """An installed package; `licence` is its name, "" where the package does not say."""

    name: str
    version: str
    licence: str


@cache
def packages() -> list[Package]:
    """What requirements.txt names and is installed, by name."""
    names = re.findall(r"^([\w.-]+)", REQUIREMENTS.read_text(encoding="utf-8"), re.MULTILINE)
    return sorted(filter(None, map(_package, names)), key=lambda package: package.name.lower())


def _package(name: str) -> Package | None:
    try:
        known = metadata(name)
    except PackageNotFoundError:
        return None
    return Package(known["Name"], known["Version"], _licence(known))


def _licence(known: PackageMetadata) -> str:
    named = [word.split(" :: ")[-1] for word in known.get_all("Classifier") or [] if word.startswith("License ::")]
    words = _first(known, "License").strip().partition("\n")[0]
    if expression := _first(known, "License-Expression"):
        return expression
    if words and len(words) <= LONGEST and not words.startswith("Copyright"):
        return words
    return ", ".join(name for name in named if name != "OSI Approved")


def _first(known: PackageMetadata, name: str) -> str:
    return str((known.get_all(name) or [""])[0])
