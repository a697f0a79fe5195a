"""The present password: proof that nobody else sits before the browser."""

from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from app.forms.base import Form
from app.i18n import _, _l
from app.models.user import User


class ProvenForm(Form):
    """The present password alone."""

    present = PasswordField(
        _l("Present password"), [InputRequired(_l("Enter your present password.")), Length(max=1000)]
    )

    def is_proof(self, member: User) -> bool:
        """Whether the present password was sent; the form says so otherwise."""
        if member.has_password(self.present.data or ""):
            return True
        self.present.errors = [_("This is not your present password.")]
        return False
