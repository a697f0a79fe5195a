"""The shape of a declared setting."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Declared:
    """A setting's type, default and one-line help. A secret one is kept sealed."""

    type: type
    default: Any
    help: str
    is_secret: bool = False
