"""What someone sends to sign in."""

from typing import Any

from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from app.forms.base import Form
from app.forms.user import password_field
from app.forms.validators import NoNul
from app.i18n import _, _l, ngettext
from app.models.setting import Setting
from app.models.user import User


def login_field() -> StringField:
    """Who they say they are."""
    wanted = _l("Enter your username or e-mail address.")
    return StringField(_l("Username or e-mail address"), [InputRequired(wanted), Length(max=255), NoNul()])


class SessionForm(Form):
    """Signing in, with a username or an e-mail address."""

    login = login_field()
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password.")), Length(max=1000)])
    remember = BooleanField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.remember.label.text = _("Keep me signed in on this device for %(time)s", time=_hours())


class SecondStepForm(Form):
    """A code of the authenticator app, or one of the recovery codes."""

    code = StringField(_l("Code"), [Length(max=20), NoNul()])
    recovery = StringField(_l("Recovery code"), [Length(max=50), NoNul()])

    @property
    def method(self) -> str:
        """Which of the two was sent, as sign-ins name it."""
        return "recovery" if self.recovery.data else "code"

    def refuse(self) -> None:
        """Say that it was not right, where it was entered."""
        if self.method == "recovery":
            self.recovery.errors = [_("There is no such recovery code, or it was used already.")]
        else:
            self.code.errors = [_("This code does not fit, or was used already. Wait for the next one.")]


class ForgotForm(Form):
    """Asking for a new password."""

    login = login_field()


class NewPasswordForm(Form):
    """Choosing a new password. Username and address stand here as words that make a poor one."""

    username = StringField()
    email = StringField()
    password = password_field()

    @classmethod
    def of(cls, member: User) -> "NewPasswordForm":
        form = cls()
        form.username.data, form.email.data = member.username, member.email
        form.password.label.text = _("New password")
        return form


def _hours() -> str:
    hours = Setting.get("session_hours")
    if hours % 24:
        return ngettext("%(num)d hour", "%(num)d hours", hours)
    return ngettext("%(num)d day", "%(num)d days", hours // 24)
