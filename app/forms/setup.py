"""What the wizard and `flask setup` take: three steps in one form."""

from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from app.forms.addresses import PageAddress
from app.forms.mail import SMTP, MailForm, line
from app.forms.user import email_field, password_field, username_field
from app.forms.validators import Required
from app.forms.zones import zone_choices
from app.i18n import LANGUAGES, _l, preferred_language

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


class SetupForm(MailForm):
    """Everything that a fresh installation needs to know."""

    cache_driver = SelectField(_l("Page cache"), choices=CACHES)
    session_driver = SelectField(_l("Sessions"), choices=SESSIONS)

    site_name = line(_l("Name of your service"), Required(_l("Enter the name that visitors know.")), limit=100)
    app_url = line(_l("Address of the status page"), PageAddress())
    timezone = SelectField(_l("Time zone"))
    language = SelectField(_l("Language"), choices=[SelectChoice(*pair) for pair in LANGUAGES.items()])
    show_support = BooleanField(_l("Show support for Daymark with a line at the foot of the page"))

    username = username_field()
    email = email_field()
    password = password_field()

    def __init__(self, formdata: Any, config: Mapping[str, Any], **options: Any) -> None:
        self.config = config
        self.kept_password = config["MAIL_PASSWORD"] or ""
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

    def wrong_until(self, step: str) -> dict[str, str]:
        """The first error of each field in the steps up to and with `step`."""
        self.validate()
        asked = [name for name in STEPS if list(STEPS).index(name) <= list(STEPS).index(step)]
        return self.first_errors(field for name in asked for field in STEPS[name])

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
