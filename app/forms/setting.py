"""Settings pages: one form each. A field is called as the setting is."""

from typing import Any, ClassVar

from wtforms import BooleanField, StringField

from app.forms.addresses import OneLine
from app.forms.base import Form
from app.forms.fields import WholeField
from app.forms.validators import MaxLength, Origins, Required, fold
from app.i18n import _l
from app.models.declared import DECLARED
from app.models.setting import Setting

A_WEEK = 7 * 24 * 60


class SettingForm(Form):
    """A page of settings."""

    heading: ClassVar[Any] = ""

    @classmethod
    def present(cls) -> "SettingForm":
        """The form, filled with what is set; a secret is never sent to a browser."""
        return cls(data={name: Setting.get(name) for name, declared in DECLARED.items() if not declared.is_secret})


class PageSettingForm(SettingForm):
    """What visitors see of the page, and whether search engines may."""

    heading = _l("Status page")

    site_name = StringField(
        _l("Name"),
        filters=[fold],
        validators=[Required(_l("Enter the name that visitors know.")), OneLine(), MaxLength(100)],
        description=DECLARED["site_name"].help,
    )
    incident_days = WholeField(_l("Days of past incidents"), 0, 90, description=DECLARED["incident_days"].help)
    major_outage_rate = WholeField(
        _l("Major outage from, percent"), 1, 100, description=DECLARED["major_outage_rate"].help
    )
    search_engines = BooleanField(_l("Search engines may list the page"), description=DECLARED["search_engines"].help)
    show_support = BooleanField(_l("Name Daymark at the foot"), description=DECLARED["show_support"].help)


class MaintenanceSettingForm(SettingForm):
    """What planned work does to mails."""

    heading = _l("Maintenance")

    maintenance_reminder = WholeField(
        _l("Reminder, minutes before"), 0, A_WEEK, description=DECLARED["maintenance_reminder"].help
    )
    suppress_in_maintenance = BooleanField(
        _l("Be quiet during maintenance"), description=DECLARED["suppress_in_maintenance"].help
    )


class MetricSettingForm(SettingForm):
    """Whether charts are shown, and for how long points are kept."""

    heading = _l("Metrics")

    show_charts = BooleanField(_l("Show charts"), description=DECLARED["show_charts"].help)
    metric_days = WholeField(_l("Keep points for, days"), 1, 3650, description=DECLARED["metric_days"].help)


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
