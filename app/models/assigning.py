"""Setting columns, and saying what that changed."""

from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa

from app.errors import Conflict
from app.i18n import _

# Of a long text the trail keeps its beginning.
LONGEST = 500

Changed = dict[str, list[Any]]


def assign(row: Any, changes: dict[str, Any]) -> Changed:
    """Set the named columns of `row`. What that altered, before and after, as JSON knows it, for the audit trail.

    Raises Conflict when the row was deleted meanwhile.
    """
    if sa.inspect(row).detached:
        raise Conflict(_("This was deleted meanwhile."))
    changed: Changed = {}
    for name, value in changes.items():
        if not hasattr(type(row), name):
            raise AttributeError(f"{type(row).__name__} has no {name}")
        before = told(getattr(row, name))
        setattr(row, name, value)
        if before != (after := told(getattr(row, name))):
            changed[name] = [_cut(before), _cut(after)]
    return changed


def told(value: Any) -> Any:
    """A value as JSON knows it; of a row, its name."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple | set):
        return [told(each) for each in value]
    if value is None or isinstance(value, bool | int | float | str | dict):
        return value
    return str(getattr(value, "name", value))


def _cut(value: Any) -> Any:
    return f"{value[:LONGEST]}…" if isinstance(value, str) and len(value) > LONGEST else value
