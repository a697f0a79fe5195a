"""Two pages that speak Statuspage's dialect, held beside each other."""

from typing import Any

NAMES = (
    "summary",
    "status",
    "components",
    "incidents",
    "incidents/unresolved",
    "scheduled-maintenances",
    "scheduled-maintenances/upcoming",
    "scheduled-maintenances/active",
)
# What follows from the rows alone: their ids, and when they were written.
WRITTEN = ("updated_at", "shortlink", "url")
IDS = ("id", "page_id", "group_id", "incident_id", "code")


def comparable(told: Any) -> Any:
    """An answer with its ids numbered in the order in which they come, so that what belongs together still does, and
    without the times at which rows were written."""
    known: dict[str, str] = {}

    def told_of(value: Any, key: str = "") -> Any:
        if isinstance(value, list):
            return [told_of(one, key) for one in value]
        if isinstance(value, str) and (key in IDS or key == "components"):
            return known.setdefault(value, f"#{len(known)}")
        if not isinstance(value, dict):
            return value
        left_out = {*WRITTEN, "created_at"} if "showcase" in value else WRITTEN
        return {name: told_of(one, name) for name, one in value.items() if name not in left_out}

    return told_of(told)
