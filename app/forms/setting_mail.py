"""How mails leave, changed in the dashboard."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Self

from werkzeug.datastructures import MultiDict

from app.forms.mail import SMTP, MailForm
from app.forms.meanwhile import SharedForm
from app.forms.setting import help_of
from app.i18n import _, _l
from app.models.declared import mail
from app.models.mail_way import NAMES, NONE, MailWay, is_fixed, otherwise

# Of these, none is a value like any other.
MAY_BE_NONE = ("mail_username", "mail_name")


class MailSettingForm(MailForm, SharedForm):
    """The page of settings. What is as `.env` says is not stored, so that a change there counts."""

    heading = _l("Mail")
    help_of = staticmethod(help_of)
    UNWATCHED = frozenset({"mail_password", "test_to"})

    def __init__(self, formdata: Any = None, **options: Any) -> None:
        self.before = MailWay.in_force()
        self.kept_password = self.before.password
        self.fixed = frozenset(name for name in NAMES if is_fixed(name))
        super().__init__(formdata, **options)

    @classmethod
    def opened(cls, test_to: str = "") -> Self:
        """The form with what is in force; the password is never sent to a browser."""
        known = {f"mail_{name}": value for name, value in asdict(MailWay.in_force()).items() if name != "password"}
        data = {**known, "mail_port": known["mail_port"] or None, "test_to": test_to}
        return cls(data=data).beside(cls(data=data))

    @classmethod
    def sent(cls, values: Mapping[str, str]) -> Self:
        """The form with what was entered. What the environment fixes is taken from there, whatever was sent."""
        data = MultiDict(values.items())
        for name in NAMES:
            if is_fixed(name):
                data[name] = str(otherwise(name))
        return cls(data).beside(cls.opened())

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, and that the password which is kept goes nowhere but where it was meant for."""
        super().validate(extra_validators)
        if self.sends_mail and self._password_would_stray():
            if "mail_password" in self.fixed:
                self.mail_host.errors = [
                    _("The password is set in the environment and belongs to its server. Set the server there, too.")
                ]
            else:
                self.mail_password.errors = [_("Enter the password again: where it goes has changed.")]
        return not self.errors

    def _password_would_stray(self) -> bool:
        # Who may change the server need not know the password; sent to a server of theirs, they would.
        before, now = self.before, self.way
        is_kept = now.password and (not self.mail_password.data or "mail_password" in self.fixed)
        opened = now.encryption == NONE and before.encryption != NONE
        moved = (now.host.lower(), now.username) != (before.host.lower(), before.username)
        return bool(is_kept and (moved or opened) and "mail_host" not in self.fixed)

    def stored(self) -> dict[str, Any]:
        """What to store, by setting."""
        names = [name for name in NAMES if name not in self.fixed and (self.sends_mail or name not in SMTP)]
        if not self.mail_password.data and "mail_password" in names:
            names.remove("mail_password")
        return {name: self._stored(name) for name in names}

    def _stored(self, name: str) -> Any:
        value, nothing = self[name].data, mail.SETTINGS[name].default
        if (value or "") == otherwise(name):
            return nothing
        return value or (NONE if name in MAY_BE_NONE else nothing)
