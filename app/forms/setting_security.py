"""Who may see the page, how members prove who they are, and for how long it is kept what they did."""

from typing import Any

from wtforms import BooleanField
from wtforms.validators import ValidationError

from app.forms.fields import WholeField
from app.forms.setting import SettingForm, help_of
from app.i18n import _, _l

A_YEAR = 366 * 24
FEWEST_DAYS = 7  # mails hang on what happened, and are tried for a day and more


class ForEverOrAWhile:
    """For ever, or for so long that nothing is forgotten which is still being worked on."""

    def __call__(self, form: Any, field: Any) -> None:
        if 0 < (field.data or 0) < FEWEST_DAYS:
            raise ValidationError(_("Enter 0 for ever, or at least %(least)d days.", least=FEWEST_DAYS))


class SecuritySettingForm(SettingForm):
    """The page of settings."""

    heading = _l("Security")
    panels = [
        (_l("Who may see the page"), ("members_only",)),
        (_l("Signing in"), ("require_two_factor", "session_hours")),
        (_l("What is kept"), ("event_days", "sign_in_days")),
    ]

    members_only = BooleanField(_l("Only members"), description=help_of("members_only"))
    require_two_factor = BooleanField(_l("Two-factor for everyone"), description=help_of("require_two_factor"))
    session_hours = WholeField(_l("Stay signed in for, hours"), 1, A_YEAR, description=help_of("session_hours"))
    event_days = WholeField(
        _l("Audit trail, days"), 0, 3650, validators=[ForEverOrAWhile()], description=help_of("event_days")
    )
    sign_in_days = WholeField(_l("Sign-ins, days"), 1, 3650, description=help_of("sign_in_days"))
