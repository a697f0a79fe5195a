"""What may be sent of a metric point."""

from pydantic import Field

from app.schemas.api_v1.base import Input
from app.schemas.api_v1.numbers import Epoch, Number

WHEN = "Seconds since 1970; now unless given. Not in the future"


class NewMetricPoint(Input):
    """The body of POST /metrics/{id}/points."""

    value: Number = Field(description="How much it was")
    timestamp: Epoch | None = Field(default=None, description=WHEN)


class ChangedMetricPoint(Input):
    """The body of PUT /metrics/{id}/points/{point}. What is absent stays as it is."""

    value: Number | None = Field(default=None, description="How much it was")
    timestamp: Epoch | None = Field(default=None, description="Seconds since 1970. Not in the future")
