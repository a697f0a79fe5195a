"""Settings pages: one form each. A field is called as the setting is."""

from typing import Any, ClassVar, Self

from wtforms import BooleanField, Field, StringField

from app.forms.addresses import OneLine
from app.forms.fields import WholeField
from app.forms.meanwhile import SharedForm
from app.forms.validators import MaxLength, Origins, Required, fold
from app.i18n import _l
from app.models.declared import DECLARED
from app.models.setting import Setting

A_WEEK = 7 * 24 * 60


def help_of(name: str) -> Any:
    """What a field says below itself: the help of the setting."""
    return DECLARED[name].help


class SettingForm(SharedForm):
    """A page of settings; the fields of a long one stand in `panels`, each under a heading."""

    heading: ClassVar[Any] = ""
    panels: ClassVar[list[tuple[Any, tuple[str, ...]]]] = []

    @classmethod
    def opened(cls) -> Self:
        """The form, filled with what is set; a secret is never sent to a browser."""
        known = cls.known()
        return cls(data=known).beside(cls(formdata=None, data=known))

    @classmethod
    def known(cls) -> dict[str, Any]:
        """What is in force, by field."""
        return {name: Setting.get(name) for name, declared in DECLARED.items() if not declared.is_secret}

    @property
    def grouped(self) -> list[tuple[Any, list[Field]]]:
        """The fields by panel, each with its heading."""
        return [(title, [self[name] for name in names]) for title, names in self.panels]


class MaintenanceSettingForm(SettingForm):
    """What planned work does to mails."""

    heading = _l("Maintenance")

    maintenance_reminder = WholeField(
        _l("Reminder, minutes before"), 0, A_WEEK, description=help_of("maintenance_reminder")
    )
    suppress_in_maintenance = BooleanField(
        _l("Be quiet during maintenance"), description=help_of("suppress_in_maintenance")
    )


class MetricSettingForm(SettingForm):
    """Whether charts are shown, and for how long points are kept."""

    heading = _l("Metrics")

    show_charts = BooleanField(_l("Show charts"), description=help_of("show_charts"))
    metric_days = WholeField(_l("Keep points for, days"), 1, 3650, description=help_of("metric_days"))


class ApiSettingForm(SettingForm):
    """Who may read the API from a browser."""

    heading = _l("API")

    api_origins = StringField(
        _l("Sites that may read it"),
        filters=[fold],
        validators=[MaxLength(2000), Origins()],
        description=_l(
            "Which other sites may read the API in their visitors' browsers: * for all, or addresses such as "
            "https://www.example.com with blanks between them. Empty for none."
        ),
    )


class NameField(StringField):
    """One line that names something on every page and in the header of every mail."""

    def __init__(self, label: Any, missing: Any, **kwargs: Any) -> None:
        super().__init__(label, filters=[fold], validators=[Required(missing), OneLine(), MaxLength(100)], **kwargs)
