"""Where a row of an ordered list is to go: by button, or dragged among the others."""

from typing import Any

from app.errors import Invalid
from app.i18n import _

STEPS = {"up": -1, "down": 1}


def read_step(direction: str | None) -> int:
    """-1 for up, 1 for down. Raises Invalid for anything else."""
    if direction not in STEPS:
        raise Invalid(direction=_("Move it up or down."))
    return STEPS[direction]


def read_ids(document: Any) -> list[int]:
    """The ids in the order that a script sends as {"ids": [...]}. Raises Invalid for anything else."""
    ids = document.get("ids") if isinstance(document, dict) else None
    if not isinstance(ids, list) or not all(type(wanted) is int for wanted in ids):
        raise Invalid(ids=_("Send the ids of the list in their new order."))
    return ids
