"""What may be said of a component."""

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.forms.base import Form
from app.forms.fields import EnumSelect
from app.forms.meanwhile import SharedForm
from app.forms.validators import LONGEST_LINK, LONGEST_NAME, HttpUrl, MaxLength, NoNul, Required, fold, tidy
from app.i18n import _, _l
from app.lib.text import slug
from app.models.component import Component, ComponentGroup
from app.models.enums import ComponentStatus, Visibility

LONGEST_DESCRIPTION = 2_000
LONGEST_TAG = 100
LONGEST_TAGS = 1_000
NO_GROUP = 0
STATUS_OPTIONS = [(int(status), status.label) for status in ComponentStatus]


class ComponentForm(SharedForm):
    """Create or edit a component. `status_was` is the status that the reader saw: only a changed one is said."""

    # The status looks after itself: `status_was` says whether another one was chosen.
    UNWATCHED = frozenset({"notify", "status"})

    name = StringField(_l("Name"), filters=[fold], validators=[Required(), MaxLength(LONGEST_NAME)])
    description = TextAreaField(
        _l("Description"),
        filters=[tidy],
        validators=[MaxLength(LONGEST_DESCRIPTION), NoNul()],
        description=_l("Visitors see it beside the name."),
    )
    link = StringField(
        _l("Link"),
        filters=[fold],
        validators=[MaxLength(LONGEST_LINK), HttpUrl()],
        description=_l("Where the name leads, if anywhere."),
    )
    group_id = SelectField(
        _l("Group"), coerce=lambda raw: int(raw) if str(raw).isdecimal() else -1, validate_choice=False
    )
    status = EnumSelect(_l("Status"), list(ComponentStatus), default=ComponentStatus.OPERATIONAL)
    status_was = HiddenField()
    notify = BooleanField(_l("Tell subscribers if the status changes"))
    tags = StringField(
        _l("Tags"),
        filters=[fold],
        validators=[MaxLength(LONGEST_TAGS)],
        description=_l("Separated by commas. API clients can filter by them."),
    )
    enabled = BooleanField(
        _l("Enabled"), default=True, description=_l("A disabled component is not shown and does not count.")
    )
    show_uptime = BooleanField(
        _l("Show its 90 days"),
        default=True,
        description=_l("A bar for each day, and its uptime. Without them it does not count for its group’s uptime."),
    )
    visibility = EnumSelect(_l("Who sees it"), list(Visibility), default=Visibility.EVERYONE)

    @classmethod
    def of(cls, component: Component, **options: Any) -> "ComponentForm":
        """The form, filled with what `component` is."""
        kept = ("name", "description", "link", "status", "enabled", "show_uptime", "visibility")
        values: dict[str, Any] = {name: getattr(component, name) for name in kept}
        return cls(
            data={
                **values,
                "group_id": component.group_id or NO_GROUP,
                "status_was": str(int(component.status)),
                "tags": ", ".join(tag.name for tag in component.tags),
            },
            **options,
        )

    def offer_groups(self, groups: Iterable[ComponentGroup]) -> None:
        """The groups that it may stand in."""
        self.group_id.choices = [
            SelectChoice(NO_GROUP, _("No group")),
            *(SelectChoice(group.id, group.name) for group in groups),
        ]

    def validate_group_id(self, field: Any) -> None:
        if field.data is None:
            field.data = NO_GROUP
        if field.data not in [choice.value for choice in field.choices]:
            raise ValidationError(_("This group does not exist any more. Choose another."))

    def validate_tags(self, field: Any) -> None:
        for name in self.tag_names:
            if len(name) > LONGEST_TAG:
                raise ValidationError(_("Each tag has at most %(limit)d characters.", limit=LONGEST_TAG))
            if not slug(name):
                raise ValidationError(_("“%(name)s” needs a letter from a to z or a digit to be a tag.", name=name))

    @property
    def tag_names(self) -> list[str]:
        return [name.strip() for name in (self.tags.data or "").split(",") if name.strip()]

    @property
    def says_status(self) -> bool:
        """Whether the reader chose another status than the one that they saw."""
        return self.status.data is not None and str(int(self.status.data)) != self.status_was.data

    def fields_of_component(self) -> dict[str, Any]:
        """What `create` and `edit` take, without the status."""
        values = self.values("status", "status_was", "notify")
        return {**values, "group_id": self.group_id.data or None, "tags": self.tag_names}


class BulkStatusForm(Form):
    """One status for several components, from the list."""

    ids = SelectMultipleField(_l("Components"), coerce=int)
    status = EnumSelect(_l("Status"), list(ComponentStatus))
    notify = BooleanField(_l("Tell subscribers"))

    def offer(self, components: Iterable[Component]) -> None:
        """The components that there are."""
        self.known = {component.id: component for component in components}
        self.ids.choices = [SelectChoice(component.id, component.name) for component in self.known.values()]

    def validate_ids(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Choose at least one component."))

    @property
    def chosen(self) -> list[Component]:
        return [self.known[number] for number in dict.fromkeys(self.ids.data or ())]


class StatusForm(Form):
    """A component's status alone, from a quick select."""

    status = EnumSelect(_l("Status"), list(ComponentStatus))
