"""A new API token."""

from typing import Any

from wtforms import SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.forms.base import Form
from app.forms.validators import MaxLength, Required, fold
from app.i18n import _, _l
from app.permissions import TOKEN_ABILITIES

ABILITY_WORDS = {
    "components.manage": _l("Change components and groups"),
    "incidents.manage": _l("Report and update incidents"),
    "maintenances.manage": _l("Plan and run maintenance"),
    "metric_points.manage": _l("Send metric points"),
    "metrics.manage": _l("Change metrics"),
    "subscribers.manage": _l("Read and change subscribers"),
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
        description=_l("Without any of these it can read what you can see, and nothing more."),
    )

    def validate_abilities(self, field: Any) -> None:
        if set(field.data or ()) - set(TOKEN_ABILITIES):
            raise ValidationError(_("Choose among the abilities listed."))
