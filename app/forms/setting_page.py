"""The settings page "Status page": what visitors see, where, and what they may do there."""

from collections.abc import Mapping
from typing import Any, Self

from flask import current_app
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import ValidationError

from app.forms.addresses import why_no_page_address
from app.forms.fields import WholeField
from app.forms.setting import NameField, SettingForm, help_of
from app.forms.validators import LONGEST_TEXT, MaxLength, NoNul, fold, tidy
from app.i18n import _, _l

FEWEST_SECONDS = 10  # between two questions of an open page


class SiteAddress:
    """Where the page is found; the sentence names the rule that is broken."""

    def __call__(self, form: Any, field: Any) -> None:
        if why := why_no_page_address(field.data or ""):
            raise ValidationError(why)


class Interval:
    """Never, or not so often that open pages become a burden."""

    def __call__(self, form: Any, field: Any) -> None:
        if 0 < (field.data or 0) < FEWEST_SECONDS:
            raise ValidationError(_("Enter 0 for never, or at least %(least)d seconds.", least=FEWEST_SECONDS))


class PageSettingForm(SettingForm):
    """What visitors see of the page, and what they may do. Its address is in `.env`, all else in the database."""

    heading = _l("Status page")
    panels = [
        (_l("Name and address"), ("site_name", "app_url", "about")),
        (_l("Status"), ("major_outage_rate", "refresh_seconds")),
        (_l("Past incidents"), ("incident_days", "only_incident_days")),
        (_l("Subscribers"), ("subscribing", "skip_verification")),
        (_l("At the foot, and outside"), ("show_zone", "show_support", "dashboard_link", "search_engines")),
    ]

    site_name = NameField(_l("Name"), _l("Enter the name that visitors know."), description=help_of("site_name"))
    app_url = StringField(
        _l("Address of the status page"),
        filters=[fold],
        validators=[MaxLength(255), SiteAddress()],
        description=_l("Links in mails, feeds and the API begin with it."),
    )
    about = TextAreaField(
        _l("About"), filters=[tidy], validators=[MaxLength(LONGEST_TEXT), NoNul()], description=help_of("about")
    )
    major_outage_rate = WholeField(_l("Major outage from, percent"), 1, 100, description=help_of("major_outage_rate"))
    refresh_seconds = WholeField(
        _l("Ask for news every, seconds"), 0, 3600, validators=[Interval()], description=help_of("refresh_seconds")
    )
    incident_days = WholeField(_l("Days of past incidents"), 0, 90, description=help_of("incident_days"))
    only_incident_days = BooleanField(_l("Only days with incidents"), description=help_of("only_incident_days"))
    subscribing = BooleanField(_l("Visitors may subscribe"), description=help_of("subscribing"))
    skip_verification = BooleanField(
        _l("Believe addresses without confirmation"), description=help_of("skip_verification")
    )
    show_zone = BooleanField(_l("Show the time zone"), description=help_of("show_zone"))
    show_support = BooleanField(_l("Name Daymark at the foot"), description=help_of("show_support"))
    dashboard_link = BooleanField(_l("Link to the dashboard for everyone"), description=help_of("dashboard_link"))
    search_engines = BooleanField(_l("Search engines may list the page"), description=help_of("search_engines"))

    @classmethod
    def opened(cls) -> Self:
        """What is set; what the environment fixes is that, whatever was sent."""
        form = super().opened()
        if form.fixed:
            form.app_url.data = current_app.config["APP_URL"]
        return form

    @classmethod
    def known(cls) -> dict[str, Any]:
        """With the address that is in force."""
        return {**super().known(), "app_url": current_app.config["APP_URL"]}

    @property
    def fixed(self) -> frozenset[str]:
        """The fields that the environment has decided."""
        return frozenset({"app_url"} if "APP_URL" in current_app.config["FROM_ENVIRONMENT"] else ())

    @property
    def settings(self) -> Mapping[str, Any]:
        """What goes into the database."""
        return self.values("app_url")

    @property
    def environment(self) -> dict[str, str]:
        """What is to be written to `.env`: the address, when it is another."""
        address = (self.app_url.data or "").rstrip("/")
        return {} if self.fixed or address == current_app.config["APP_URL"] else {"APP_URL": address}
