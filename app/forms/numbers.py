"""Fields that hold a number: typed in, or one of a few."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from wtforms import FloatField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import NumberInput

from app.i18n import _


class NumberField(FloatField):
    """Any number that is one: neither infinite nor NaN. Empty is None."""

    widget = NumberInput(step="any")

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return
        self.data = None
        if not valuelist[0].strip():
            self.raw_data = [""]
            return
        try:
            self.data = float(valuelist[0])
        except ValueError:
            raise ValueError(_("Enter a number, as in 12.5.")) from None
        if not math.isfinite(self.data):
            self.data = None
            raise ValueError(_("This number is too large, or none at all."))


class NumberSelect(SelectField):
    """One of a few whole numbers, each shown in words. Left out of the request, it keeps its default."""

    def __init__(self, label: Any, numbers: Sequence[int], words: Callable[[int], str] = str, **kwargs: Any) -> None:
        self.numbers = tuple(numbers)
        super().__init__(label, coerce=self._number, choices=[], **kwargs)
        self.choices = [SelectChoice(number, words(number)) for number in self.numbers]

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = self._number(valuelist[0])

    def pre_validate(self, form: Any) -> None:
        if self.data not in self.numbers:
            raise ValidationError(_("Choose one of the options."))

    def _number(self, raw: Any) -> int | None:
        return next((number for number in self.numbers if str(number) == str(raw)), None)
