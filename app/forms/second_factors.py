"""Setting up, renewing and giving up second factors. Each asks for the present password."""

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from app.forms.base import Form
from app.forms.proof import ProvenForm
from app.forms.validators import MaxLength, NoNul, Required, fold
from app.i18n import _l


class TotpForm(ProvenForm):
    """A first code of the app."""

    code = StringField(
        _l("Code that the app shows now"),
        [InputRequired(_l("Enter the six digits that the app shows.")), Length(max=20), NoNul()],
    )


def key_name_field() -> StringField:
    """What a member calls a passkey."""
    rules = [Required(_l("Give it a name.")), MaxLength(100), NoNul()]
    return StringField(_l("Name"), rules, filters=[fold], description=_l("Such as Phone, or Blue key."))


class PasskeyForm(ProvenForm):
    """A new passkey."""

    name = key_name_field()


class PasskeyNameForm(Form):
    """Another name for a passkey."""

    name = key_name_field()
