"""What may be said in an incident update."""

from typing import Any

from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import ValidationError

from app.forms.base import Form
from app.forms.fields import EnumPills, ImpactsField
from app.forms.incident import STATUSES
from app.forms.meanwhile import SharedForm
from app.forms.validators import LONGEST_TEXT, MaxLength, NoNul, Required, tidy
from app.i18n import _, _l
from app.models.enums import IncidentStatus
from app.models.incident import Incident


class UpdateEditForm(SharedForm):
    """Correct an update."""

    status = EnumPills(_l("Status"), list(IncidentStatus), id="update-status")
    message = TextAreaField(
        _l("Message"), id="update-message", filters=[tidy], validators=[Required(), MaxLength(LONGEST_TEXT), NoNul()]
    )


class UpdateForm(Form):
    """Post an update. Stands on one page with the form that edits the incident, so its ids are its own."""

    status = EnumPills(_l("Status"), STATUSES, id="update-status")
    was_open = HiddenField(filters=[bool])
    new_impacts = ImpactsField(_l("Affected components"))
    message = TextAreaField(
        _l("Message"), id="update-message", filters=[tidy], validators=[MaxLength(LONGEST_TEXT), NoNul()]
    )
    notify = BooleanField(_l("Notify subscribers"), id="update-notify", default=True)

    def validate_message(self, field: Any) -> None:
        if not field.data and self.status.data is not IncidentStatus.FIXED:
            raise ValidationError(_("Please say what is new."))

    @classmethod
    def of(cls, incident: Incident, **options: Any) -> "UpdateForm":
        """The form for the next update: the status stays unless another is chosen."""
        status = incident.status if incident.status in STATUSES else None
        return cls(data={"status": status, "was_open": incident.is_open}, **options)

    def reopens(self, incident: Incident) -> bool:
        """Whether it would open again what somebody else fixed after it was loaded. Sent once more, it does."""
        was_open, self.was_open.data = self.was_open.data, False
        return bool(was_open) and not incident.is_open and self.status.data is not IncidentStatus.FIXED

    @property
    def is_wordless(self) -> bool:
        """Whether it says no more than that the incident is fixed."""
        return self.status.data is IncidentStatus.FIXED and not self.message.data

    def news(self) -> dict[str, Any]:
        """What `post_update` takes. What is fixed affects nothing any more."""
        is_fixed = self.status.data is IncidentStatus.FIXED
        return {**self.values("new_impacts", "was_open"), "impacts": {} if is_fixed else self.new_impacts.chosen}
