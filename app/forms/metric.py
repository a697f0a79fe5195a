"""What may be said of a metric."""

from typing import Any

from wtforms import BooleanField, StringField, TextAreaField

from app.forms.fields import EnumPills, EnumSelect
from app.forms.meanwhile import SharedForm
from app.forms.numbers import NumberField, NumberSelect
from app.forms.validators import LONGEST_NAME, MaxLength, NoNul, Required, fold, tidy
from app.i18n import _, _l, ngettext
from app.models.enums import Calculation, MetricView, Visibility
from app.models.metric import Metric

LONGEST_DESCRIPTION = 2_000
LONGEST_SUFFIX = 50
PLACES = range(5)
NEVER = 0
THRESHOLDS = (NEVER, 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60)  # as Cachet: what divides an hour


def _minutes(number: int) -> str:
    return _("Never") if number == NEVER else ngettext("%(num)d minute", "%(num)d minutes", number)


class MetricForm(SharedForm):
    """Create or edit a metric."""

    name = StringField(_l("Name"), filters=[fold], validators=[Required(), MaxLength(LONGEST_NAME)])
    suffix = StringField(
        _l("Unit"),
        filters=[fold],
        validators=[Required(), MaxLength(LONGEST_SUFFIX)],
        description=_l("Shown after each value: ms, orders, °C."),
    )
    description = TextAreaField(
        _l("Description"),
        filters=[tidy],
        validators=[MaxLength(LONGEST_DESCRIPTION), NoNul()],
        description=_l("Visitors see it below the chart."),
    )
    calculation = EnumPills(
        _l("Several points in one stretch of time"),
        list(Calculation),
        default=Calculation.AVERAGE,
        description=_l("An average suits times and rates, a sum suits counts."),
    )
    places = NumberSelect(_l("Decimal places"), PLACES, default=2)
    default_value = NumberField(_l("Value where there are no points"), description=_l("Empty leaves a gap."))
    threshold = NumberSelect(
        _l("Count repeats"),
        THRESHOLDS,
        _minutes,
        default=5,
        description=_l("The newest value, sent again within this time, is counted on the same point."),
    )
    default_view = EnumSelect(_l("Shows at first"), MetricView.in_order(), default=MetricView.HALF_DAY)
    visibility = EnumSelect(_l("Who sees it"), list(Visibility), default=Visibility.EVERYONE)
    show_chart = BooleanField(_l("Show its chart on the status page"), default=True)
    show_when_empty = BooleanField(_l("Show it there even while it has no values"))

    @classmethod
    def of(cls, metric: Metric, **options: Any) -> "MetricForm":
        """The form, filled with what `metric` is."""
        return cls(
            data={name: getattr(metric, name) for name in vars(cls) if name in Metric.__table__.columns}, **options
        )
