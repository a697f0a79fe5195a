"""Numbers of metrics, in the spellings in which clients send them."""

import re
from datetime import UTC, datetime
from math import isfinite
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from app.lib import clock
from app.models.metric_point import GRACE, LARGEST
from app.schemas.api_v1.kinds import refuse

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
LONGEST = 400


def number(value: Any) -> float:
    """A number, or text that is one: what PHP calls numeric."""
    if isinstance(value, str):
        text = value.strip()
        value = float(text) if len(text) <= LONGEST and NUMBER.fullmatch(text) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise refuse("number")
    # Integers first: Python's have no limit, and no float comes near the larger ones.
    if (isinstance(value, float) and not isfinite(value)) or abs(value) > LARGEST:
        raise refuse("number_range")
    return float(value)


def _epoch(value: Any) -> datetime:
    try:
        seconds = number(value)
    except ValueError:
        raise refuse("epoch") from None
    if seconds < 0:
        raise refuse("epoch")
    if seconds > (clock.now() + GRACE).timestamp():
        raise refuse("future")
    return datetime.fromtimestamp(seconds, UTC)


Number = Annotated[
    float, BeforeValidator(number), WithJsonSchema({"type": "number", "minimum": -LARGEST, "maximum": LARGEST})
]
Epoch = Annotated[
    datetime,
    BeforeValidator(_epoch),
    WithJsonSchema({"type": "number", "minimum": 0, "examples": [1787237000]}),
]
