"""One home per rule of well-formed input. Each names the rule in a sentence that a person can act on."""

from typing import Any
from unicodedata import category

from wtforms.validators import DataRequired, StopValidation, ValidationError

from app.i18n import _, _l, ngettext
from app.lib import clock
from app.lib.text import is_web_link, one_line

# MySQL's TEXT holds 65,535 bytes, and a character may take four.
LONGEST_TEXT = 15_000
LONGEST_NAME = 255
LONGEST_LINK = 2_000
UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})  # controls, joiners and directions, blanks


def fold(value: Any) -> Any:
    """A filter: one line without control characters, so that a name can stand in a mail's header."""
    return one_line(value) if isinstance(value, str) else value


def tidy(value: Any) -> Any:
    """A filter: line breaks as they are elsewhere than on the web, no blanks around it."""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip() if isinstance(value, str) else value


class Required(DataRequired):
    """Something that can be seen must be entered: a name of joiners and directions alone is none."""

    def __init__(self, message: Any = None) -> None:
        super().__init__(message or _l("Please fill this in."))

    def __call__(self, form: Any, field: Any) -> None:
        super().__call__(form, field)
        if isinstance(field.data, str) and all(category(character) in UNSEEN for character in field.data):
            raise StopValidation(self.message)


class MaxLength:
    """At most `limit` characters."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.field_flags = {"maxlength": limit}

    def __call__(self, form: Any, field: Any) -> None:
        length = len(field.data or "")
        if length > self.limit:
            raise ValidationError(
                ngettext(
                    "Use at most %(limit)d characters; this has %(num)d.",
                    "Use at most %(limit)d characters; this has %(num)d.",
                    length,
                    limit=self.limit,
                )
            )


class NoNul:
    """No character that a database cannot keep."""

    def __call__(self, form: Any, field: Any) -> None:
        if "\0" in (field.data or ""):
            raise ValidationError(_("This holds a character that cannot be stored (NUL). Please remove it."))


class HttpUrl:
    """A web address: http or https, with a host. Anything else could run a script when it is clicked."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.data and not is_web_link(field.data):
            raise ValidationError(_("Enter a whole web address that begins with http:// or https://."))


class Origins:
    """Sites by their origins (RFC 6454): scheme, host and perhaps a port, with blanks between them; or * for all."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.data == "*":
            return
        for word in (field.data or "").split():
            if not (is_web_link(word) and word.count("/") == 2 and not set(word) & set("@?#*<>\"'`")):
                raise ValidationError(
                    _("%(word)s is not the address of a site. Enter it like https://www.example.com.", word=word)
                )


class NotInFuture:
    """A time that has come. A minute's grace, since clocks differ."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.data is not None and field.data > clock.ago(minutes=-1):
            raise ValidationError(_("This lies in the future. Enter a time that has come, or leave it empty for now."))
