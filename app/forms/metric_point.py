"""One value of a metric, by hand."""

from typing import Any

from wtforms.validators import InputRequired

from app.forms.base import Form
from app.forms.fields import LocalTimeField, to_the_minute
from app.forms.numbers import NumberField
from app.forms.validators import NotInFuture
from app.i18n import _l
from app.models.metric_point import MetricPoint


class MetricPointForm(Form):
    """Add a point or correct one. Without a time it is now."""

    value = NumberField(_l("Value"), validators=[InputRequired(_l("Enter a number."))])
    at = LocalTimeField(_l("Time"), validators=[NotInFuture()])

    @classmethod
    def of(cls, point: MetricPoint) -> "MetricPointForm":
        """The form, filled with what `point` is."""
        return cls(data={"value": point.value, "at": point.at})

    def changes(self, point: MetricPoint) -> dict[str, Any]:
        """What `edit` takes. The time only if another minute was entered: the field does not show the seconds."""
        values = self.values()
        if values["at"] is None or to_the_minute(values["at"]) == to_the_minute(point.at):
            del values["at"]
        return values
