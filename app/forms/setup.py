"""What the wizard and `flask setup` take: three steps in one form."""

from collections.abc import Iterable, Mapping
from typing import Any, Self
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, IntegerField, PasswordField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from app.forms.addresses import EmailAddress, HostName, OneLine, PageAddress
from app.forms.base import Form
from app.forms.user import email_field, password_field, trimmed, username_field
from app.forms.validators import MaxLength, Required
from app.forms.zones import zone_choices
from app.i18n import LANGUAGES, _, _l, preferred_language

CACHES = [
    SelectChoice("redis", _l("Redis or Valkey")),
    SelectChoice("file", _l("Files")),
    SelectChoice("array", _l("Memory of each process")),
    SelectChoice("null", _l("Nowhere")),
]
SESSIONS = [
    SelectChoice("cookie", _l("Signed cookies")),
    SelectChoice("redis", _l("Redis or Valkey")),
    SelectChoice("file", _l("Files")),
]
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
# The fields that stand for a variable of the same name, in capitals.
VARIABLES = ("cache_driver", "session_driver", "mail_driver", *SMTP, "mail_address", "mail_name", "app_url")
# What takes one of a few words, `null` among them.
WORDS = ("CACHE_DRIVER", "SESSION_DRIVER", "MAIL_DRIVER", "MAIL_ENCRYPTION")
DEFAULTS = {"timezone": "UTC", "show_support": True}
STEPS = {
    "environment": tuple(name for name in VARIABLES if name != "app_url"),
    "page": ("site_name", "app_url", "timezone", "language", "show_support"),
    "administrator": ("username", "email", "password"),
}


def _line(label: Any, *rules: Any, limit: int = 255, **options: Any) -> StringField:
    return StringField(label, [*rules, MaxLength(limit), OneLine()], filters=[trimmed], **options)


class SetupForm(Form):
    """Everything that a fresh installation needs to know."""

    cache_driver = SelectField(_l("Page cache"), choices=CACHES)
    session_driver = SelectField(_l("Sessions"), choices=SESSIONS)
    mail_driver = RadioField(_l("Mail"), choices=MAILERS)
    mail_host = _line(_l("Mail server"), HostName())
    mail_port = IntegerField(_l("Port"), [Optional(), NumberRange(1, 65535, _l("Enter a number from 1 to 65535."))])
    mail_encryption = SelectField(_l("Encryption"), choices=ENCRYPTIONS)
    mail_username = _line(_l("Username"))
    mail_password = PasswordField(_l("Password"), [MaxLength(255), OneLine()])
    mail_address = _line(_l("From address"), Optional(), EmailAddress())
    mail_name = _line(_l("From name"), limit=100)
    test_to = _line(_l("Send a test mail to"))

    site_name = _line(_l("Name of your service"), Required(_l("Enter the name that visitors know.")), limit=100)
    app_url = _line(_l("Address of the status page"), PageAddress())
    timezone = SelectField(_l("Time zone"))
    language = SelectField(_l("Language"), choices=[SelectChoice(*pair) for pair in LANGUAGES.items()])
    show_support = BooleanField(_l("Show support for Daymark with a line at the foot of the page"))

    username = username_field()
    email = email_field()
    password = password_field()

    def __init__(self, formdata: Any, config: Mapping[str, Any], **options: Any) -> None:
        self.config = config
        self.fixed = frozenset(name for name in VARIABLES if name.upper() in config["FROM_ENVIRONMENT"])
        super().__init__(formdata, **options)
        self.timezone.choices = zone_choices()

    @classmethod
    def opened(cls, config: Mapping[str, Any], root_url: str, **options: Any) -> Self:
        """The form before anything was entered, filled in with what is known."""
        known = _known(config)
        known["app_url"] = known["app_url"] or root_url.rstrip("/")
        return cls(None, config, data={**known, **DEFAULTS, "language": preferred_language("en")}, **options)

    @classmethod
    def sent(cls, values: Mapping[str, str], config: Mapping[str, Any], **options: Any) -> Self:
        """The form with what was entered. What the environment fixes is taken from there, whatever was sent."""
        data = MultiDict(values.items())
        for name in VARIABLES:
            if name.upper() in config["FROM_ENVIRONMENT"]:
                data[name] = _text(config[name.upper()]) or ""
        return cls(data, config, **options)

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

    def wrong_until(self, step: str) -> dict[str, str]:
        """The first error of each field in the steps up to and with `step`."""
        self.validate()
        asked = [name for name in STEPS if list(STEPS).index(name) <= list(STEPS).index(step)]
        return self._sentences(field for name in asked for field in STEPS[name])

    def wrong_for_a_test(self) -> dict[str, str]:
        """What keeps a test mail from being sent."""
        self.validate()
        if not self.sends_mail:
            return {"mail_driver": _("Choose SMTP to send a test mail; until then mails are written to files.")}
        try:
            EmailAddress()(self, self.test_to)
        except ValueError as error:
            self.test_to.errors = [str(error)]
        return self._sentences((*SMTP, "mail_address", "mail_name", "test_to"))

    @property
    def sends_mail(self) -> bool:
        return bool(self.mail_driver.data == "smtp")

    @property
    def keeps_password(self) -> bool:
        """Whether there is a mail password already, which an empty field leaves in force."""
        return bool(self.config["MAIL_PASSWORD"])

    def first_run(self) -> dict[str, Any]:
        """What goes into the database."""
        names = ("username", "email", "password", "site_name", "timezone", "language", "show_support")
        return self.values(*(name for name in self.data if name not in names))

    def environment(self) -> dict[str, str | None]:
        """What goes into `.env`, by variable; None for unset."""
        names = [name for name in VARIABLES if self.sends_mail or name not in SMTP]
        values = {name.upper(): _text(self[name].data) for name in names}
        if self.sends_mail and self.mail_username.data and not self.mail_password.data:
            del values["MAIL_PASSWORD"]
        return {**values, "APP_URL": (values["APP_URL"] or "").rstrip("/")}

    def changes(self) -> dict[str, str | None]:
        """The part of `environment()` that differs from what is in force and can be changed."""
        known = {name.upper(): _text(value) for name, value in _known(self.config).items()}
        known["APP_URL"] = self.config["APP_URL"]
        fixed = {name.upper() for name in self.fixed}
        return {n: value for n, value in self.environment().items() if n not in fixed and value != known[n]}

    def mail_settings(self) -> dict[str, Any]:
        """How to reach the mail server that was entered, for mailer.send_test."""
        username = self.mail_username.data or None
        password = self.mail_password.data or self.config["MAIL_PASSWORD"]
        return {
            "MAIL_SERVER": self.mail_host.data,
            "MAIL_PORT": self.mail_port.data,
            "MAIL_USE_TLS": self.mail_encryption.data == "tls",
            "MAIL_USE_SSL": self.mail_encryption.data == "ssl",
            "MAIL_USERNAME": username,
            "MAIL_PASSWORD": password if username else None,
            "MAIL_ADDRESS": self.mail_address.data,
            "MAIL_NAME": self.mail_name.data,
        }

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

    def _sentences(self, names: Iterable[str]) -> dict[str, str]:
        return {name: str(self[name].errors[0]) for name in names if self[name].errors}


def _text(value: Any) -> str | None:
    return None if value in (None, "") else str(value)


def _known(config: Mapping[str, Any]) -> dict[str, Any]:
    """The variables' values by field. What config.py derived from other values counts as not set."""
    known = {name: config[name.upper()] for name in VARIABLES}
    if known["mail_address"] == f"daymark@{urlsplit(known['app_url']).hostname}":
        known["mail_address"] = None
    if known["app_url"] == f"http://localhost:{config['PORT']}":
        known["app_url"] = None
    return known
