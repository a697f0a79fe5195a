"""The settings page "Language and time": which words, whose midnight, and how dates are written."""

from typing import Any

from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.forms.setting import SettingForm, help_of
from app.forms.zones import zone_choices
from app.i18n import LANGUAGES, LOCALES, _, _l, get_locale
from app.lib import clock
from app.lib.told_dates import CLOCKS, ORDERS, clock_words, date_words
from app.models.setting import Setting

EXAMPLES = ("en", "de", "ja")


class ZoneField(SelectField):
    """A time zone of those that there are."""

    def pre_validate(self, form: Any) -> None:
        if self.data not in {choice.value for choice in self.choices}:
            raise ValidationError(_("There is no time zone of this name. Choose one from the list."))


class LanguageSettingForm(SettingForm):
    """In which words the page speaks, and by which clock."""

    heading = _l("Language and time")
    panels = [
        (_l("Language"), ("language", "language_from_browser")),
        (_l("Time"), ("timezone", "date_format", "time_format")),
    ]

    language = SelectField(
        _l("Language"), choices=[SelectChoice(*pair) for pair in LANGUAGES.items()], description=help_of("language")
    )
    language_from_browser = BooleanField(
        _l("In the language of the visitor's browser"), description=help_of("language_from_browser")
    )
    timezone = ZoneField(_l("Time zone"), description=help_of("timezone"))
    date_format = RadioField(_l("Dates"), description=help_of("date_format"))
    time_format = RadioField(_l("Times"), description=help_of("time_format"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timezone.choices = _zones(Setting.get("timezone"))
        now, locale = clock.now().astimezone(Setting.zone()), get_locale()
        examples = {order: date_words(now.date(), "weekday_dated", order, locale) for order in ORDERS}
        each = (date_words(now.date(), "weekday_dated", "language", LOCALES[code]) for code in EXAMPLES)
        examples["language"] = _("As each language has it: %(examples)s", examples=" · ".join(each))
        self.date_format.choices = [SelectChoice(order, examples[order]) for order in ORDERS]
        self.time_format.choices = [SelectChoice(hours, clock_words(now, hours, locale)) for hours in CLOCKS]


def _zones(present: str) -> list[SelectChoice]:
    """Those of the wizard, and the one in force if a command set another."""
    known = zone_choices()
    return known if present in {choice.value for choice in known} else [SelectChoice(present, present), *known]
