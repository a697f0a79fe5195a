"""What may be said of planned work."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from wtforms import BooleanField, HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.errors import Invalid
from app.forms.base import Form
from app.forms.fields import EnumSelect, LocalTimeField, to_the_minute
from app.forms.meanwhile import SharedForm
from app.forms.recurrence import RecurrenceForm, rule_fields
from app.forms.validators import LONGEST_NAME, LONGEST_TEXT, MaxLength, NoNul, Required, fold, tidy
from app.i18n import _, _l
from app.models.component import Component
from app.models.enums import Visibility
from app.models.maintenance import Maintenance

TIMES = ("starts_at", "ends_at", "publish_at")
RECURRENCE = ("repeat", "every", "weekdays", "monthly_by", "ends", "until", "count")


class ComponentsField(SelectMultipleField):
    """Components by their ids."""

    def pre_validate(self, form: Any) -> None:
        known = {choice.value for choice in self.choices or ()}
        if set(self.data or ()) - known:
            raise ValidationError(_("One of these components does not exist any more. Please look through the list."))


class TimesForm(Form):
    """From when to when."""

    starts_at = LocalTimeField(_l("Begins"))
    ends_at = LocalTimeField(_l("Ends"))

    def validate_starts_at(self, field: Any) -> None:
        if field.data is None and not field.errors:
            raise ValidationError(_("Please fill this in."))

    def validate_ends_at(self, field: Any) -> None:
        self.validate_starts_at(field)
        start = self.starts_at.data
        if field.data is not None and start is not None and field.data <= start:
            raise ValidationError(_("The end must lie after the beginning."))


class MaintenanceForm(TimesForm, RecurrenceForm):
    """Plan work, or change what is written of it."""

    name = StringField(_l("What will be done?"), filters=[fold], validators=[Required(), MaxLength(LONGEST_NAME)])
    message = TextAreaField(_l("Message"), filters=[tidy], validators=[MaxLength(LONGEST_TEXT), NoNul()])
    components = ComponentsField(_l("Affected components"), coerce=int)
    visibility = EnumSelect(_l("Who sees it"), list(Visibility), default=Visibility.EVERYONE)
    publish_at = LocalTimeField(_l("Announce at"))
    auto_begin = BooleanField(_l("Begin by the clock"), default=True)
    auto_finish = BooleanField(_l("Finish by the clock"), default=True)
    notify = BooleanField(_l("Notify subscribers"), default=True)
    seen = HiddenField()
    present = ""

    @classmethod
    def of(cls, maintenance: Maintenance, **options: Any) -> "MaintenanceForm":
        """The form, filled with what is written of `maintenance`."""
        names = ("name", "message", "visibility", "auto_begin", "auto_finish", "notify", *TIMES)
        values = {name: getattr(maintenance, name) for name in names}
        values["components"] = list(maintenance.component_ids)
        values["seen"] = present = _mark(values, maintenance.rule)
        if maintenance.rule:
            values |= rule_fields(maintenance.rule) or {"repeat": "other"}
        form = cls(data=values, **options)
        form.offer_rule(maintenance.rule)
        form.present = present
        return form

    def is_current(self) -> bool:
        """Whether nobody else has changed it since the reader's page was loaded. If somebody has, the form says so, and
        sent once more it stands."""
        sent, self.seen.data = self.seen.data, self.present
        if not sent or sent == self.present:
            return True
        self.form_errors.append(
            _("Somebody changed this while you were typing. Look at it in another tab, or save again to replace that.")
        )
        return False

    def offer(self, components: Sequence[Component]) -> None:
        """Let the reader choose among these."""
        self.offered = {component.id: component for component in components}
        self.components.choices = [SelectChoice(component.id, component.name) for component in components]

    def validate_publish_at(self, field: Any) -> None:
        start = self.starts_at.data
        if field.data is not None and start is not None and field.data > start:
            raise ValidationError(_("It must be announced before it begins."))

    def take(self, invalid: Invalid) -> None:
        """What is wrong with the rule stands at the choice that made it."""
        fields = {"repeat" if name == "rule" else name: sentence for name, sentence in invalid.fields.items()}
        super().take(Invalid(invalid.message, **fields))

    def plan(self) -> dict[str, Any]:
        """What `Maintenance.plan` takes."""
        return self.values("components", "seen", *RECURRENCE) | {"components": self._chosen, "rule": self.rule()}

    def changes(self, maintenance: Maintenance) -> dict[str, Any]:
        """What `edit` takes. Times only if another minute was entered: the fields do not show the seconds."""
        values = self.plan()
        for name in TIMES:
            if _same_minute(values[name], getattr(maintenance, name)):
                del values[name]
        if maintenance.series_id is not None:
            del values["rule"]
        return values

    @property
    def _chosen(self) -> list[Component]:
        return [self.offered[id] for id in self.components.data or () if id in self.offered]


class MoveForm(TimesForm):
    """Another time for the same work."""

    notify = BooleanField(_l("Notify subscribers"), default=True)

    @classmethod
    def of(cls, starts_at: datetime, ends_at: datetime, **options: Any) -> "MoveForm":
        return cls(data={"starts_at": starts_at, "ends_at": ends_at}, **options)

    def times(self, starts_at: datetime, ends_at: datetime) -> dict[str, datetime]:
        """The times for `move`; one left at its minute stays at its second."""
        start, end = self.starts_at.data, self.ends_at.data
        return {
            "starts_at": starts_at if start is None or _same_minute(start, starts_at) else start,
            "ends_at": ends_at if end is None or _same_minute(end, ends_at) else end,
        }


class MaintenanceUpdateForm(Form):
    """Say how the work goes."""

    message = TextAreaField(_l("Message"), filters=[tidy], validators=[Required(), MaxLength(LONGEST_TEXT), NoNul()])
    notify = BooleanField(_l("Notify subscribers"), default=True)


class MaintenanceUpdateEditForm(SharedForm):
    """Correct what was said."""

    message = TextAreaField(_l("Message"), filters=[tidy], validators=[Required(), MaxLength(LONGEST_TEXT), NoNul()])


class FinishForm(Form):
    """Last words when the work is done."""

    message = TextAreaField(_l("Message"), filters=[tidy], validators=[MaxLength(LONGEST_TEXT), NoNul()])
    notify = BooleanField(_l("Notify subscribers"), default=True)


QUICK_MOVES = {"30": timedelta(minutes=30), "60": timedelta(hours=1), "1440": timedelta(days=1)}


def _mark(values: dict[str, Any], rule: str) -> str:
    """A short mark of what is written; anything else that is written has another."""
    written = [rule, *(str(values[name]) for name in sorted(values))]
    return sha256("\0".join(written).encode()).hexdigest()[:16]


def _same_minute(entered: datetime | None, present: datetime | None) -> bool:
    if entered is None or present is None:
        return entered is present
    return to_the_minute(entered) == to_the_minute(present)
