"""What may be said of a component group."""

from wtforms import StringField

from app.forms.fields import EnumSelect
from app.forms.meanwhile import SharedForm
from app.forms.validators import LONGEST_NAME, MaxLength, Required, fold
from app.i18n import _l
from app.models.enums import Collapse, Visibility


class ComponentGroupForm(SharedForm):
    """Create or edit a group."""

    name = StringField(_l("Name"), filters=[fold], validators=[Required(), MaxLength(LONGEST_NAME)])
    collapse = EnumSelect(_l("On the status page"), list(Collapse), default=Collapse.NEVER)
    visibility = EnumSelect(
        _l("Who sees it"),
        list(Visibility),
        default=Visibility.EVERYONE,
        description=_l("Guests see a component only if they may see its group."),
    )
