"""What someone sends to sign in."""

from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from app.forms.base import Form
from app.forms.validators import NoNul
from app.i18n import _l


class SessionForm(Form):
    """Signing in, with a username or an e-mail address."""

    login = StringField(
        _l("Username or e-mail address"),
        [InputRequired(_l("Enter your username or e-mail address.")), Length(max=255), NoNul()],
    )
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password.")), Length(max=1000)])
    remember = BooleanField(_l("Keep me signed in on this device for 14 days"))
