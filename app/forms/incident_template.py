"""What may be said of an incident template, and how a form is filled from one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.validators import ValidationError

from app.errors import Invalid
from app.forms.meanwhile import SharedForm
from app.forms.validators import LONGEST_NAME, LONGEST_TEXT, MaxLength, NoNul, Required, fold, tidy
from app.i18n import _, _l
from app.lib.text import one_line
from app.models.incident_template import LONGEST_SLUG, IncidentTemplate

VARIABLE = "var-"  # begins the name of the input for a variable
LONGEST_VALUE = 1_000


class IncidentTemplateForm(SharedForm):
    """Create or edit a template."""

    name = StringField(_l("Name"), filters=[fold], validators=[Required(), MaxLength(LONGEST_NAME)])
    slug = StringField(
        _l("Slug"),
        filters=[fold],
        validators=[MaxLength(LONGEST_SLUG)],
        description=_l("What programs call it. Empty means: made of the name."),
    )
    body = TextAreaField(_l("Text"), filters=[tidy], validators=[Required(), MaxLength(LONGEST_TEXT), NoNul()])

    def validate_body(self, field: Any) -> None:
        try:
            IncidentTemplate.check(field.data)
        except Invalid as invalid:
            raise ValidationError(invalid.message) from None


@dataclass(frozen=True)
class Asked:
    """A variable that only the reader knows: the name of its input, and what was entered."""

    name: str
    variable: str
    value: str
    is_list: bool

    @property
    def given(self) -> Any:
        """What the template gets."""
        parts = [part.strip() for part in self.value.split(",")]
        return [part for part in parts if part] if self.is_list else self.value


def asked_for(template: IncidentTemplate, known: Mapping[str, Any], sent: Mapping[str, str]) -> list[Asked]:
    """What `template` needs beyond `known`, with the values `sent`."""
    return [
        Asked(f"{VARIABLE}{need.name}", need.name, sent.get(VARIABLE + need.name, "")[:LONGEST_VALUE], need.is_list)
        for need in template.needs
        if need.name not in known
    ]


class Filling:
    """The part "Start from a template" of a form with a message. What it needs to know travels in that form."""

    def __init__(self, templates: Sequence[IncidentTemplate], sent: Mapping[str, str]) -> None:
        slug = one_line(sent.get("template", ""))
        self.templates = templates
        self.sent = sent
        self.chosen = next((template for template in templates if template.slug == slug), None)
        self.is_wanted = "fill" in sent
        self.filled = sent.get("filled", "")
        self.asked: list[Asked] = []
        self.error = ""
        if self.chosen is None and self.is_wanted:
            self.error = _("This template does not exist any more.") if slug else _("Choose a template.")

    def fill(self, message: str, known: Mapping[str, Any]) -> str:
        """The message with what the chosen template says: after what was typed, in the place of what it said before.
        As long as values are missing, or it fails, `message` as it is."""
        if self.chosen is None:
            return message
        self.asked = asked_for(self.chosen, known, self.sent)
        if any(asked.name not in self.sent for asked in self.asked):
            return message
        typed = "" if tidy(message) == tidy(self.filled) else tidy(message)
        values = {**known, **{asked.variable: asked.given for asked in self.asked}, "message": typed}
        try:
            said = self.chosen.render(values)
        except Invalid as invalid:
            self.error = invalid.message
            return message
        if not said:
            self.error = _("The template says nothing with these values.")
            return message
        self.filled = said if not typed or "message" in self.chosen.variables else f"{typed}\n\n{said}"
        return self.filled
