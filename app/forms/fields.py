"""Fields that our forms share: a value of an enum, a time in the reader's zone, and the impacts of an incident."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import IntEnum
from typing import Any

from wtforms import DateField, Field, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import DateTimeLocalInput

from app.i18n import _
from app.models.component import Component
from app.models.enums import ComponentStatus
from app.reader import reader_zone

# What lies beyond is no day in every zone.
FIRST, LAST = date(1900, 1, 1), date(9000, 1, 1)
NO_DAY = "Not a valid date value."  # WTForms says so itself, and in every language
SHOWN = "-shown"  # ends the name of the input that holds what a select showed when the form was loaded


class _EnumChoice:
    """A field whose data is one of `values`. Left out of the request, it keeps its default."""

    data: Any

    def __init__(self, label: Any, values: Sequence[IntEnum], **kwargs: Any) -> None:
        self.offer(values)
        super().__init__(label, coerce=self._value_of, **kwargs)  # type: ignore[call-arg]
        self.offer(values)

    def offer(self, values: Sequence[IntEnum]) -> None:
        """Let the reader choose among these alone."""
        self.values = tuple(values)
        self.choices = [SelectChoice(int(value), value.label) for value in self.values]  # type: ignore[attr-defined]

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = self._value_of(valuelist[0])

    def pre_validate(self, form: Any) -> None:
        if self.data not in self.values:
            raise ValidationError(_("Choose one of the options."))

    def _value_of(self, raw: Any) -> IntEnum | None:
        return next((value for value in self.values if str(int(value)) == str(raw)), None)


class EnumSelect(_EnumChoice, SelectField):
    """An enum's values in a select."""


class EnumPills(_EnumChoice, RadioField):
    """An enum's values side by side."""


class LocalTimeField(Field):
    """A time that people read and write in the reader's zone; its data is aware, in UTC. Empty is None."""

    widget = DateTimeLocalInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return to_the_minute(self.data) if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return
        self.data = None
        if not valuelist[0].strip():
            return
        try:
            wall = datetime.fromisoformat(valuelist[0].strip()).replace(tzinfo=reader_zone())
            if wall.date() > LAST:
                raise ValueError
            self.data = wall.astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValueError(_("Enter a date and a time, as in 2026-11-21 09:30.")) from None
        if self.data.year < 1970:
            self.data = None
            raise ValueError(_("Enter a time after 1970."))


class DayField(DateField):
    """A day that exists in every zone; anything else is refused."""

    data: date | None

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data and not FIRST <= self.data <= LAST:
            self.data = None
            raise ValueError(self.gettext(NO_DAY))


class WholeField(IntegerField):
    """A whole number from `least` to `most`; anything else is refused in one sentence."""

    def __init__(self, label: Any, least: int, most: int, **kwargs: Any) -> None:
        self.least, self.most = least, most
        super().__init__(label, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return
        self.data = None
        text = valuelist[0].strip()
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
        if number is None or not self.least <= number <= self.most:
            sentence = _("Enter a whole number from %(least)d to %(most)d.", least=self.least, most=self.most)
            raise ValueError(sentence)
        self.data = number


def to_the_minute(moment: datetime) -> str:
    """As a datetime-local input writes it, in the reader's zone."""
    return moment.astimezone(reader_zone()).strftime("%Y-%m-%dT%H:%M")


@dataclass(frozen=True)
class ImpactRow:
    """One component in the form: what its select is called, offers and shows."""

    name: str
    label: str
    options: list[tuple[str, Any]]
    selected: str
    shown_name: str
    shown: str


class ImpactsField(Field):
    """What an incident does to each component, sent as `<name>-<component's id>`, what the form showed as `…-shown`.

    `offer` says which components there are. Valid, `chosen` holds what is to change and `cleared` what was un-chosen.
    """

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.data = None
        prefix = f"{self.name}-"
        self.sent = {key[len(prefix) :]: formdata.getlist(key)[0] for key in formdata or () if key.startswith(prefix)}
        self.shown = {key: self.sent.pop(f"{key}{SHOWN}") for key in list(self.sent) if f"{key}{SHOWN}" in self.sent}
        self.chosen: dict[Component, ComponentStatus] = {}
        self.cleared: list[Component] = []
        self.offer([])

    def offer(
        self,
        components: Sequence[Component],
        present: Mapping[Component, ComponentStatus] | None = None,
        clearable: bool = True,
    ) -> None:
        """Take impacts on `components`. `present` are those in force; a `clearable` field lets one remove them."""
        self.present, self.clearable = dict(present or {}), clearable
        self.components = {str(component.id): component for component in [*self.present, *components]}

    def pre_validate(self, form: Any) -> None:
        for key, raw in self.sent.items():
            if raw == self.shown.get(key):
                continue  # left as it was: what others have changed since the form was loaded stays
            component = self.components.get(key)
            if raw and component is None:
                raise ValidationError(
                    _("One of these components does not exist any more. Please look through the list.")
                )
            if component is not None:
                self._choose(component, raw)

    def _choose(self, component: Component, raw: str) -> None:
        if raw not in dict(self._options(component)):
            raise ValidationError(_("%(name)s: choose one of the impacts.", name=component.name))
        before = self.present.get(component)
        if not raw:
            self.cleared += [component] if before is not None else []
        elif before is None or int(raw) != int(before):
            self.chosen[component] = ComponentStatus(int(raw))

    @property
    def rows(self) -> list[ImpactRow]:
        """One row per component, in the order in which they were offered."""
        names = [component.name for component in self.components.values()]
        return [
            ImpactRow(
                name=f"{self.name}-{key}",
                shown_name=f"{self.name}-{key}{SHOWN}",
                shown=self.shown.get(key, self._in_force(component)),
                label=_label(component, is_unique=names.count(component.name) == 1),
                options=self._options(component),
                selected=self.sent.get(key, self._in_force(component)),
            )
            for key, component in self.components.items()
        ]

    @property
    def touched(self) -> list[Component]:
        """The components that have an impact by what the form says now, also before it is valid."""
        return [
            component for key, component in self.components.items() if self.sent.get(key, self._in_force(component))
        ]

    def _in_force(self, component: Component) -> str:
        return str(int(self.present[component])) if component in self.present else ""

    def _options(self, component: Component) -> list[tuple[str, Any]]:
        mildest, *harmful = ComponentStatus.impacts()
        offered = [*harmful, mildest]
        before = self.present.get(component)
        if before is not None and before not in offered:
            offered.insert(0, before)
        nothing = [("", _("No impact"))] if before is None or self.clearable else []
        return nothing + [(str(int(status)), status.label) for status in offered]


def _label(component: Component, *, is_unique: bool) -> str:
    return component.name if is_unique or component.group is None else f"{component.name} ({component.group.name})"
