"""The settings page "Analytics": which program counts visitors, and where it is."""

import re
from typing import Any

from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.forms.addresses import is_page_address
from app.forms.setting import SettingForm, help_of
from app.forms.validators import MaxLength, fold
from app.i18n import _, _l

NEEDS = {
    "off": (),
    "matomo": ("matomo_address", "matomo_site"),
    "plausible": ("plausible_address", "plausible_domain"),
    "ga4": ("ga4_id",),
}


class CounterAddress:
    """Where a program is that counts: a plain https address, for its host goes into the page's policy (CSP)."""

    def __call__(self, form: Any, field: Any) -> None:
        text = field.data or ""
        if not text:
            return
        # A blank, ; or , would end a rule of the policy and begin another.
        is_plain = re.fullmatch(r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?(?:/[\w./~-]*)?", text, re.I)
        if not is_plain or not is_page_address(text):
            raise ValidationError(_("Enter the address of the program, as in https://matomo.example.com."))


class Pattern:
    """Text of a fixed form; the sentence shows one."""

    def __init__(self, pattern: str, sentence: Any) -> None:
        self.pattern, self.sentence = re.compile(pattern), sentence

    def __call__(self, form: Any, field: Any) -> None:
        if field.data and not self.pattern.fullmatch(field.data):
            raise ValidationError(self.sentence)


class AnalyticsSettingForm(SettingForm):
    """Off, or one of three programs."""

    heading = _l("Analytics")

    analytics = RadioField(
        _l("Count visitors with"),
        choices=[
            SelectChoice("off", _l("Nothing")),
            SelectChoice("matomo", "Matomo"),
            SelectChoice("plausible", "Plausible"),
            SelectChoice("ga4", "Google Analytics 4"),
        ],
        description=help_of("analytics"),
    )
    matomo_address = StringField(
        _l("Address of Matomo"),
        filters=[fold],
        validators=[MaxLength(200), CounterAddress()],
        description=help_of("matomo_address"),
    )
    matomo_site = StringField(
        _l("Site in Matomo"),
        filters=[fold],
        validators=[Pattern(r"[1-9][0-9]{0,8}", _l("Enter the site's number, as in 3."))],
        description=help_of("matomo_site"),
    )
    plausible_address = StringField(
        _l("Address of Plausible"),
        filters=[fold],
        validators=[MaxLength(200), CounterAddress()],
        description=help_of("plausible_address"),
    )
    plausible_domain = StringField(
        _l("Site in Plausible"),
        filters=[fold],
        validators=[
            Pattern(
                r"(?=.{1,200}$)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?:/[\w.-]+)?",
                _l("Enter the name as in Plausible, as in status.example.com."),
            )
        ],
        description=help_of("plausible_domain"),
    )
    ga4_id = StringField(
        _l("Measurement ID"),
        filters=[fold],
        validators=[Pattern(r"G-[A-Z0-9]{4,20}", _l("Enter the ID of the data stream, as in G-ABC1234567."))],
        description=help_of("ga4_id"),
    )

    def validate_analytics(self, field: Any) -> None:
        """The chosen program needs to know where and which."""
        for name in NEEDS.get(field.data, ()):
            if not self[name].data:
                raise ValidationError(_("Fill in “%(label)s” below, too.", label=self[name].label.text))
