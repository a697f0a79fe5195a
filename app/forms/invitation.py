"""An invitation, and what somebody who follows it says of themselves."""

from typing import Any

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice

from app.forms.base import Form
from app.forms.member import RoleField
from app.forms.user import email_field, password_field, username_field
from app.forms.zones import zone_choices
from app.i18n import LANGUAGES, _l, preferred_language
from app.models.enums import Role
from app.models.setting import Setting


def language_field(label: Any, empty: Any) -> SelectField:
    """One of the languages, or none: then it is as `empty` says."""
    choices = [SelectChoice("", empty), *(SelectChoice(code, name) for code, name in LANGUAGES.items())]
    return SelectField(label, choices=choices, default="")


class InvitationForm(Form):
    """Whom to invite, and as what."""

    email = email_field()
    role = RoleField(default=Role.EDITOR.value)
    locale = language_field(_l("Language of the mail"), _l("As the page"))


class SignUpForm(Form):
    """A name and a password; the address is the one that was invited, whatever a browser sends."""

    email = StringField(_l("E-mail address"))
    username = username_field()
    password = password_field()
    locale = SelectField(_l("Language"), choices=[SelectChoice(*pair) for pair in LANGUAGES.items()])
    timezone = SelectField(_l("Time zone"))

    @classmethod
    def of(cls, email: str, locale: str) -> "SignUpForm":
        """The form for the invited address, in the language that the reader's browser asks for, else `locale`."""
        known = {"locale": preferred_language(locale or Setting.get("language")), "timezone": Setting.get("timezone")}
        form = cls(data=known)
        form.timezone.choices = zone_choices()
        form.email.data = email
        return form
