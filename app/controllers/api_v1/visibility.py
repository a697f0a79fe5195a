"""Three visibilities as the two that API v1 knows: 1 is everyone, 0 is fewer."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from app.controllers.api_v1.listing import Condition
from app.models.enums import Visibility
from app.models.mixins import Visible


def visibility(visible: bool, row: Visible | None = None) -> Visibility:
    """What `visible` means. A row that is hidden stays hidden when a client sends back the 0 that it read."""
    if row is not None and row.is_public == visible:
        return row.visibility
    return Visibility.EVERYONE if visible else Visibility.MEMBERS


def is_visible(model: Any) -> Callable[[int], Condition]:
    """A filter on `visible`."""
    public = model.visibility == Visibility.EVERYONE
    return lambda number: {0: ~public, 1: public}.get(number, sa.false())


def sort_visible(model: Any) -> Any:
    """The column that sorts like `visible`."""
    return sa.case((model.visibility == Visibility.EVERYONE, 1), else_=0)
