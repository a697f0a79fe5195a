"""A new member."""

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Regexp

from app.forms.addresses import EmailAddress, OneLine
from app.forms.base import Form
from app.forms.passwords import StrongPassword
from app.forms.validators import MaxLength, Required
from app.i18n import _l
from app.models.user import USERNAME


def trimmed(value: str | None) -> str | None:
    """A filter: no blanks around it. Line breaks stay, to be refused by name."""
    return value.strip(" ") if isinstance(value, str) else value


def username_field() -> StringField:
    """The name to sign in with."""
    rule = _l("Use letters, digits and . _ @ + - only, beginning with a letter or digit.")
    rules = [Required(_l("Choose a username.")), Regexp(USERNAME, message=rule), MaxLength(100), OneLine()]
    return StringField(_l("Username"), rules, filters=[trimmed])


def email_field() -> StringField:
    """The address to write to, which signs in as well."""
    rules = [Required(_l("Enter an e-mail address.")), EmailAddress(), MaxLength(255), OneLine()]
    return StringField(_l("E-mail address"), rules, filters=[trimmed])


def password_field() -> PasswordField:
    """A password of their own choosing."""
    rules = [InputRequired(_l("Choose a password.")), StrongPassword("username", "email", "site_name")]
    return PasswordField(_l("Password"), rules)


class MemberForm(Form):
    """Who they are and how they sign in."""

    username = username_field()
    email = email_field()
    password = password_field()
