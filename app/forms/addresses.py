"""Rules for the addresses of people, machines and the page itself; and that nothing smuggles in a second line."""

import re
import unicodedata
from typing import Any
from urllib.parse import SplitResult, urlsplit

from wtforms import ValidationError

from app.errors import Invalid
from app.i18n import _
from app.models.subscriber import normal_email

HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
PATH = re.compile(r"[\w./~%+-]*")


class OneLine:
    """No line break or other control character: the value ends up in a header or a line of `.env`."""

    def __call__(self, form: Any, field: Any) -> None:
        if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in field.data or ""):
            raise ValidationError(_("This holds a line break or another control character. Please remove it."))


class EmailAddress:
    """An e-mail address that a mail server would take."""

    def __call__(self, form: Any, field: Any) -> None:
        try:
            normal_email(field.data or "")
        except Invalid as invalid:
            raise ValidationError(invalid.fields["email"]) from None


class HostName:
    """The name or number of a machine, without scheme and port."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.data and not HOST.fullmatch(field.data):
            raise ValidationError(_("Enter only a name or an address, such as smtp.example.com."))


class PageAddress:
    """Where the page is found: a web address as config.py takes it for APP_URL."""

    def __call__(self, form: Any, field: Any) -> None:
        if not is_page_address(field.data or ""):
            raise ValidationError(_("Enter the whole address, such as https://status.example.com."))


def is_page_address(text: str) -> bool:
    """Whether links can be built on `text`."""
    return not why_no_page_address(text)


def why_no_page_address(text: str) -> str:
    """The rule of a page's address that `text` breaks, as a sentence; "" when links can be built on it."""
    if not text.startswith(("http://", "https://")):
        return _("The address must begin with http:// or https://, as in https://status.example.com.")
    try:
        parts = urlsplit(text)
    except ValueError:  # brackets that do not close
        parts = urlsplit("")
    if not _has_usable_port(parts):
        return _("The port is not a number from 1 to 65535.")
    if parts.username is not None or parts.password is not None:
        return _("The address must not hold a username or a password: everything before the @ has to go.")
    if parts.query or parts.fragment or text.endswith(("?", "#")):
        return _("The address must not go on with ? or #.")
    if not HOST.fullmatch(parts.hostname or ""):
        return _("The address has no name of a machine, such as status.example.com, after the two slashes.")
    if not PATH.fullmatch(parts.path):
        return _("The address may hold letters, digits and ./~%+-_ after the name, and no blanks.")
    return ""


def _has_usable_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False
