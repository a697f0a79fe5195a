"""What may be sent of a metric."""

from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field

from app.models.enums import Calculation, MetricView, Visibility
from app.schemas.api_v1.base import Input
from app.schemas.api_v1.kinds import Between, Flag, Name, Prose, Whole, line
from app.schemas.api_v1.numbers import Number

Suffix = Annotated[str, Field(min_length=1, max_length=50), BeforeValidator(line)]
CalculationNumber = Annotated[int, Between(0, 1)]
ViewNumber = Annotated[int, Between(0, 4)]
VisibleNumber = Annotated[int, Between(0, 2)]
Places = Annotated[int, Between(0, 4)]


class MetricInput(Input):
    """What a new metric and a changed one share."""

    description: Prose = Field(default="", description="What it measures, in a sentence")
    calc_type: CalculationNumber = Field(default=0, description="0 the sum of the points, 1 their average")
    display_chart: Flag = Field(default=True, description="Whether the page shows its chart")
    places: Places = Field(default=2, description="Decimal places, 0 to 4")
    default_view: ViewNumber = Field(
        default=1,
        validation_alias=AliasChoices("default_view", "view"),
        description="0 an hour, 1 twelve hours, 2 a week, 3 a month, 4 a day",
    )
    threshold: Whole = Field(
        default=5,
        description="Within how many minutes an equal value is a repeat; 0, or a number that divides 60",
        json_schema_extra={"enum": [0, *(number for number in range(1, 61) if 60 % number == 0)]},
    )
    order: Whole = Field(default=0, description="Its place in the list, smallest first")
    visible: VisibleNumber = Field(default=1, description="0 members, 1 everyone, 2 on no page")

    def written(self) -> dict[str, Any]:
        """What was given, by the names of the model."""
        fields = self.given(
            name="name",
            suffix="suffix",
            description="description",
            default_value="default_value",
            display_chart="show_chart",
            places="places",
            threshold="threshold",
            order="position",
        )
        kinds = (("calc_type", "calculation", Calculation), ("default_view", "default_view", MetricView))
        for ours, theirs, kind in (*kinds, ("visible", "visibility", Visibility)):
            if ours in self.model_fields_set:
                fields[theirs] = kind(getattr(self, ours))
        return fields


class NewMetric(MetricInput):
    """The body of POST /metrics."""

    name: Name = Field(description="What people call it")
    suffix: Suffix = Field(description="The unit that follows each value")
    default_value: Number = Field(description="What a stretch without points is drawn as")


class ChangedMetric(MetricInput):
    """The body of PUT /metrics/{id}. What is absent stays as it is."""

    name: Name | None = Field(default=None, description="What people call it")
    suffix: Suffix | None = Field(default=None, description="The unit that follows each value")
    default_value: Number | None = Field(default=None, description="What a stretch without points is drawn as")
