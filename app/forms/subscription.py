"""What someone may send us about their own subscription. Neither form has a token, which would take a cookie: see
app/controllers/public/subscriptions.py."""

from wtforms import RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice

from app.forms.base import Form
from app.forms.validators import MaxLength, Required
from app.i18n import LANGUAGES, _l


class SubscribeForm(Form):
    """Asking for news. `topic` is a trap: people do not see it, programs that fill in every field do."""

    class Meta:
        csrf = False

    email = StringField(_l("E-mail address"), [Required(_l("Enter your e-mail address.")), MaxLength(255)])
    topic = StringField(_l("Leave this empty"))

    @property
    def is_from_a_robot(self) -> bool:
        return bool(self.topic.data)


class SubscriptionForm(Form):
    """What to hear of. `components` takes its choices from what guests may see."""

    class Meta:
        csrf = False

    scope = RadioField(
        _l("Tell me about"),
        [Required(_l("Choose one of the two."))],
        choices=[("everything", _l("Everything")), ("chosen", _l("Only what I choose"))],
    )
    components = SelectMultipleField(_l("Components"), coerce=int, choices=())
    locale = SelectField(_l("Language of the mails"), choices=[SelectChoice(*pair) for pair in LANGUAGES.items()])

    @property
    def wants_everything(self) -> bool:
        return bool(self.scope.data == "everything")
