"""A new API token."""

from datetime import timedelta
from typing import Any

from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.forms.base import Form
from app.forms.validators import MaxLength, Required, fold
from app.i18n import _, _l
from app.lib import clock
from app.permissions import TOKEN_ABILITIES

ABILITY_WORDS = {
    "api.read": _l("Read what members see"),
    "components.manage": _l("Change components and groups"),
    "incidents.manage": _l("Report and update incidents"),
    "maintenances.manage": _l("Plan and run maintenance"),
    "metric_points.manage": _l("Send metric points"),
    "metrics.manage": _l("Change metrics"),
    "subscribers.manage": _l("Read and change subscribers"),
}


LIVES = {
    "": _l("Never"),
    "7": _l("In 7 days"),
    "30": _l("In 30 days"),
    "90": _l("In 90 days"),
    "365": _l("In a year"),
}


class ApiTokenForm(Form):
    """Name it after the program that will use it, and allow no more than that needs."""

    name = StringField(
        _l("Name"),
        filters=[fold],
        validators=[Required(), MaxLength(100)],
        description=_l("The program that will use it, so that you know later what you end."),
    )
    abilities = SelectMultipleField(
        _l("It may"),
        choices=[SelectChoice(ability, ABILITY_WORDS[ability]) for ability in TOKEN_ABILITIES],
        widget=ListWidget(),
        option_widget=CheckboxInput(),
        validate_choice=False,
        description=_l("Without any of these it can read what everyone can, and nothing more."),
    )
    life = SelectField(
        _l("It ends"),
        choices=[SelectChoice(days, words) for days, words in LIVES.items()],
        default="",
        description=_l("Programs that use it are refused from then on. You can revoke it at any time."),
    )

    def validate_abilities(self, field: Any) -> None:
        if set(field.data or ()) - set(TOKEN_ABILITIES):
            raise ValidationError(_("Choose among the abilities listed."))

    def values(self, *without: str) -> dict[str, Any]:
        """What was sent, with the end as a time."""
        end = clock.now() + timedelta(days=int(self.life.data)) if self.life.data else None
        return {**super().values("life", *without), "expires_at": end}
