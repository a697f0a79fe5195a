"""What a member is."""

from typing import Any

from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.forms.base import Form
from app.i18n import _, _l
from app.models.enums import Role
from app.models.mixins import Actor
from app.permissions import covers


class RoleField(RadioField):
    """One of the roles that somebody may give. `offer` says who; `help_of` has what each may do."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label or _l("Role"), choices=[], coerce=str, validate_choice=False, **kwargs)

    def offer(self, giver: Actor) -> None:
        """Let the reader choose among what `giver` may give, the least first."""
        given = [each for each in reversed(Role) if covers(giver, each.value)]
        self.choices = [SelectChoice(each.value, each.label) for each in given]

    def pre_validate(self, form: Any) -> None:
        if self.data not in [choice.value for choice in self.choices]:
            raise ValidationError(_("Choose one of the roles."))

    @property
    def role(self) -> Role:
        """The role that was chosen."""
        return Role(self.data)

    def help_of(self, value: str) -> str:
        """What the role may do, in a few words."""
        return Role(value).help


class RoleForm(Form):
    """Another role for a member; for oneself only with `sure`."""

    role = RoleField()
    sure = BooleanField(_l("I want to change my own role"))
    asks_whether_sure = False

    def validate_sure(self, field: Any) -> None:
        if self.asks_whether_sure and not field.data and self.role.data != self.role.object_data:
            raise ValidationError(_("You lose what the other role may not do. Tick the box if you mean it."))
