"""What members say of themselves."""

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from app.forms.base import Form
from app.forms.invitation import language_field
from app.forms.proof import ProvenForm
from app.forms.session import NewPasswordForm
from app.forms.user import email_field, username_field
from app.forms.zones import zone_choices
from app.i18n import _, _l
from app.models.setting import Setting
from app.models.user import User


class ProfileForm(Form):
    """Name, language and time zone."""

    username = username_field()
    locale = language_field(_l("Language"), _l("As the browser asks"))
    timezone = SelectField(_l("Time zone"), description=_l("Times in the dashboard are told in it."))

    @classmethod
    def of(cls, member: User) -> "ProfileForm":
        """The form, filled with what is known of `member`."""
        form = cls(obj=member)
        form.timezone.choices = [
            SelectChoice("", _("As the page: %(zone)s", zone=Setting.get("timezone"))),
            *zone_choices(),
        ]
        return form


class EmailForm(ProvenForm):
    """Another address."""

    email = email_field()


class PasswordForm(ProvenForm, NewPasswordForm):
    """Another password, for whoever knows the present one."""
