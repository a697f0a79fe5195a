"""How mails are to leave: the part that the wizard and the page of settings have in common."""

from collections.abc import Iterable
from typing import Any

from wtforms import IntegerField, PasswordField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from app.forms.addresses import EmailAddress, HostName, OneLine
from app.forms.base import Form
from app.forms.user import trimmed
from app.forms.validators import MaxLength
from app.i18n import _, _l
from app.models.mail_way import MailWay

MAILERS = [
    SelectChoice("log", _l("Write mails to files for now")),
    SelectChoice("smtp", _l("Send through a mail server (SMTP)")),
]
ENCRYPTIONS = [
    SelectChoice("tls", _l("STARTTLS")),
    SelectChoice("ssl", _l("TLS from the start")),
    SelectChoice("null", _l("None")),
]
SMTP = ("mail_host", "mail_port", "mail_encryption", "mail_username", "mail_password")


def line(label: Any, *rules: Any, limit: int = 255, **options: Any) -> StringField:
    """A field for one line of text, without blanks around it."""
    return StringField(label, [*rules, MaxLength(limit), OneLine()], filters=[trimmed], **options)


class MailForm(Form):
    """A way out for mails, as it is typed. `fixed` are the fields on which the environment decides."""

    mail_driver = RadioField(_l("Mail"), choices=MAILERS)
    mail_host = line(_l("Mail server"), HostName())
    mail_port = IntegerField(_l("Port"), [Optional(), NumberRange(1, 65535, _l("Enter a number from 1 to 65535."))])
    mail_encryption = SelectField(_l("Encryption"), choices=ENCRYPTIONS)
    mail_username = line(_l("Username"))
    mail_password = PasswordField(_l("Password"), [MaxLength(255), OneLine()])
    mail_address = line(_l("From address"), Optional(), EmailAddress())
    mail_name = line(_l("From name"), limit=100)
    test_to = line(_l("Send a test mail to"))

    fixed: frozenset[str] = frozenset()
    kept_password = ""

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, and what only makes sense together."""
        super().validate(extra_validators)
        if self.sends_mail:
            self._need_a_way_to_send()
        else:
            # Nothing is made of them, so nothing in them can be wrong.
            for name in SMTP:
                self[name].errors = []
        # What the environment fixes cannot be mended here, and config.py has taken it.
        for name in ("test_to", *self.fixed):
            self[name].errors = []
        return not self.errors

    def wrong_for_a_test(self) -> dict[str, str]:
        """What keeps a test mail from being sent."""
        self.validate()
        if not self.sends_mail:
            return {"mail_driver": _("Choose SMTP to send a test mail; until then mails are written to files.")}
        try:
            EmailAddress()(self, self.test_to)
        except ValueError as error:
            self.test_to.errors = [str(error)]
        return self.first_errors((*SMTP, "mail_address", "mail_name", "test_to"))

    def first_errors(self, names: Iterable[str]) -> dict[str, str]:
        """What is wrong with these fields, a sentence each."""
        return {name: str(self[name].errors[0]) for name in names if self[name].errors}

    @property
    def sends_mail(self) -> bool:
        return bool(self.mail_driver.data == "smtp")

    @property
    def keeps_password(self) -> bool:
        """Whether there is a mail password already, which an empty field leaves in force."""
        return bool(self.kept_password)

    @property
    def way(self) -> MailWay:
        """The way out that was entered."""
        username = self.mail_username.data or ""
        return MailWay(
            driver=self.mail_driver.data,
            host=self.mail_host.data or "",
            port=self.mail_port.data or 0,
            encryption=self.mail_encryption.data,
            username=username,
            password=(self.mail_password.data or self.kept_password) if username else "",
            address=self.mail_address.data or "",
            name=self.mail_name.data or "",
        )

    def _need_a_way_to_send(self) -> None:
        # A mail server may want no name and no password; but half of a sign-in is a mistake.
        half = self.mail_username.data and not self.mail_password.data and not self.keeps_password
        for field, missing, sentence in (
            (self.mail_host, not self.mail_host.data, _("Enter the server that sends your mail.")),
            (self.mail_port, self.mail_port.data is None, _("Enter a number from 1 to 65535.")),
            (self.mail_address, not self.mail_address.data, _("Enter the address that mails come from.")),
            (self.mail_password, half, _("Enter the password that goes with the username.")),
        ):
            if missing and not field.errors:
                field.errors = [sentence]
