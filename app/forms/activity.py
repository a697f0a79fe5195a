"""Which part of the audit trail to look at. Sent in the address, so it needs no token."""

from datetime import datetime, time, timedelta
from typing import Any

from wtforms import SelectField
from wtforms.validators import Optional, ValidationError

from app.forms.base import Form
from app.forms.fields import DayField
from app.i18n import _, _l
from app.models.activity import Activity
from app.reader import reader_zone
from app.serializers.activity import KINDS


class ActivityForm(Form):
    """Who, what and when; nothing chosen is everything."""

    class Meta:
        csrf = False

    actor = SelectField(_l("Who"), default="")
    kind = SelectField(_l("What"), default="")
    since = DayField(_l("From"), validators=[Optional()])
    until = DayField(_l("To"), validators=[Optional()])

    @classmethod
    def asked(cls, args: Any) -> "ActivityForm":
        """The form as the address says."""
        form = cls(args)
        form.actor.choices = [("", _("Everyone")), ("clock", _("The clock, commands and visitors")), *Activity.actors()]
        if form.actor.data and form.actor.data not in dict(form.actor.choices):
            form.actor.choices.append((form.actor.data, _("Someone who is gone")))
        form.kind.choices = [("", _("Everything")), *((kind, words[1]) for kind, words in KINDS.items())]
        return form

    def validate_until(self, field: DayField) -> None:
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError(_("The end lies before the beginning."))

    def wanted(self) -> dict[str, Any]:
        """What `Activity.listed` takes: days are those of the reader's zone, the last one included."""
        zone = reader_zone()
        return {
            "actor": self.actor.data or "",
            "kind": self.kind.data or "",
            "since": datetime.combine(self.since.data, time(), zone) if self.since.data else None,
            "until": datetime.combine(self.until.data + timedelta(days=1), time(), zone) if self.until.data else None,
        }

    def address(self) -> dict[str, str]:
        """The same as part of an address."""
        return {field.name: field._value() if field.type == "DayField" else field.data for field in self if field.data}
