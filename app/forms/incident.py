"""What may be said of an incident."""

from typing import Any

from wtforms import BooleanField, StringField, TextAreaField

from app.forms.fields import EnumPills, EnumSelect, ImpactsField, LocalTimeField, to_the_minute
from app.forms.meanwhile import SharedForm
from app.forms.validators import LONGEST_NAME, LONGEST_TEXT, MaxLength, NoNul, NotInFuture, Required, fold, tidy
from app.i18n import _l
from app.models.enums import IncidentStatus, Visibility
from app.models.incident import Incident

# "Reported" is what other programs say; whoever writes here has begun to look.
STATUSES = tuple(status for status in IncidentStatus if status is not IncidentStatus.REPORTED)


class IncidentEditForm(SharedForm):
    """Correct what is written of an incident."""

    name = StringField(_l("What is happening?"), filters=[fold], validators=[Required(), MaxLength(LONGEST_NAME)])
    impacts = ImpactsField(_l("Affected components"))
    message = TextAreaField(
        _l("First update"), filters=[tidy], validators=[Required(), MaxLength(LONGEST_TEXT), NoNul()]
    )
    occurred_at = LocalTimeField(_l("When did it begin?"), validators=[NotInFuture()])
    visibility = EnumSelect(_l("Who sees it"), list(Visibility), default=Visibility.EVERYONE)
    pinned = BooleanField(_l("Pin to the status page"), description=_l("It stays at the top after it is fixed."))

    @classmethod
    def of(cls, incident: Incident, **options: Any) -> "IncidentEditForm":
        """The form, filled with what is written of `incident`."""
        names = ("name", "message", "occurred_at", "visibility", "pinned")
        return cls(data={name: getattr(incident, name) for name in names}, **options)

    def changes(self, incident: Incident) -> dict[str, Any]:
        """What `edit` takes. The time only if another minute was entered: the field does not show the seconds."""
        values = self.values("impacts")
        moved = values["occurred_at"]
        if moved is None or to_the_minute(moved) == to_the_minute(incident.occurred_at):
            del values["occurred_at"]
        return values


class IncidentForm(IncidentEditForm):
    """Report an incident."""

    status = EnumPills(_l("Status"), STATUSES, default=IncidentStatus.INVESTIGATING)
    notify = BooleanField(_l("Notify subscribers"), default=True)
