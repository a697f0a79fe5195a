"""Subscribers that a member adds."""

from typing import Any, NamedTuple

from wtforms import BooleanField, TextAreaField
from wtforms.validators import ValidationError

from app.errors import Invalid
from app.forms.base import Form
from app.forms.validators import Required, tidy
from app.i18n import _, _l, ngettext
from app.models.subscriber import normal_email

MOST_AT_ONCE = 500


class WrongLine(NamedTuple):
    """A line of the list that cannot be taken, and why."""

    number: int
    text: str
    why: str


class SubscribersForm(Form):
    """One address per line. All are taken or none, so that nobody has to work out which were."""

    addresses = TextAreaField(_l("E-mail addresses"), filters=[tidy], validators=[Required()])
    verified = BooleanField(
        _l("They have agreed already"),
        description=_l("They get news at once. Otherwise each is sent a link to confirm first."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.wrong_lines: list[WrongLine] = []
        self.emails: list[str] = []
        super().__init__(*args, **kwargs)

    def validate_addresses(self, field: Any) -> None:
        lines = field.data.split("\n")
        if len(lines) > MOST_AT_ONCE:
            raise ValidationError(
                _("Add at most %(most)d at once; these are %(count)d lines.", most=MOST_AT_ONCE, count=len(lines))
            )
        for number, line in enumerate(lines, start=1):
            self._read(number, line.strip())
        self._complain()

    def _read(self, number: int, text: str) -> None:
        if not text:
            return
        try:
            email = normal_email(text)
            self.emails += [email] if email not in self.emails else []
        except Invalid as invalid:
            self.wrong_lines.append(WrongLine(number, text, invalid.message))

    def _complain(self) -> None:
        if self.wrong_lines:
            raise ValidationError(
                ngettext(
                    "One line cannot be taken; nobody has been added yet.",
                    "%(num)d lines cannot be taken; nobody has been added yet.",
                    len(self.wrong_lines),
                )
            )

    def take_line(self, email: str, invalid: Invalid) -> None:
        """Put a verb's refusal of one address to its line."""
        lines = [line.strip() for line in self.addresses.data.split("\n")]
        number = next((n for n, line in enumerate(lines, start=1) if line.lower() == email), 0)
        self.wrong_lines.append(WrongLine(number, email, invalid.message))
        try:
            self._complain()
        except ValidationError as error:
            self.addresses.errors = [str(error)]
