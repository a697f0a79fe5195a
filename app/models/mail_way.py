"""How mails leave, worked out in one place: by the environment, what the dashboard says, `.env`, or as it is unless
anything is said, in this order and for each value by itself."""

from dataclasses import dataclass
from typing import Any, Self

from flask import current_app

from app.lib.text import one_line
from app.models.declared import mail
from app.models.setting import Setting

NAMES = tuple(mail.SETTINGS)
NONE = "null"  # what `.env` calls a value that is not there, and a setting, too


@dataclass(frozen=True)
class MailWay:
    """A way out for mails. `driver` is log or smtp; `encryption` tls (STARTTLS), ssl or null; the rest is what
    a mail server wants to know, and whom mails come from."""

    driver: str
    host: str
    port: int
    encryption: str
    username: str
    password: str
    address: str
    name: str

    @classmethod
    def in_force(cls) -> Self:
        """The way that a mail takes that is sent now."""
        return cls(**{name.removeprefix("mail_"): _value(name) for name in NAMES})

    @property
    def sends(self) -> bool:
        """Whether mails reach anybody; otherwise they are written to files."""
        return self.driver == "smtp"

    @property
    def sender(self) -> tuple[str, str]:
        """Name and address that mails come from."""
        return self.name or one_line(Setting.get("site_name")), self.address


def is_fixed(name: str) -> bool:
    """Whether the environment decides on the setting `name`, so that nobody can change it in the dashboard."""
    return name.upper() in current_app.config["FROM_ENVIRONMENT"]


def otherwise(name: str) -> Any:
    """What holds as long as the setting `name` says nothing: as in `.env`, or as Daymark does by itself."""
    return current_app.config[name.upper()] or ""


def _value(name: str) -> Any:
    said = "" if is_fixed(name) else Setting.secret(name) if mail.SETTINGS[name].is_secret else Setting.get(name)
    if said == NONE and name != "mail_encryption":
        return ""
    return said or otherwise(name)
