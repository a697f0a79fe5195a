"""A member's new e-mail address: it counts once somebody who reads its mails has said so."""

from datetime import timedelta

from app.errors import Invalid
from app.i18n import _
from app.models.event import Event, EventName
from app.models.mailed_code import MailedCode, Purpose
from app.models.member_mail import MemberMail
from app.models.subscriber import normal_email
from app.models.user import User

GOOD_FOR = timedelta(days=1)
MOST_AN_HOUR = 5


class NewAddress:
    """The two steps to another address: asking, which mails a code to it, and confirming with that code."""

    @staticmethod
    def ask(user: User, email: str) -> None:
        """Mail a code to the new address of `user`. Raises Invalid for one that is taken, or theirs already."""
        email = normal_email(email)
        if email == user.email:
            raise Invalid(email=_("This is your address already."))
        if User.holding(email) not in (None, user):
            raise Invalid(email=_("This e-mail address is taken."))
        if MailedCode.asked_lately(user, Purpose.EMAIL) >= MOST_AN_HOUR:
            raise Invalid(email=_("You have asked for several mails within an hour. Please wait a little."))
        code = MailedCode.issue(user, Purpose.EMAIL, good_for=GOOD_FOR, email=email)
        event = Event.record(EventName.USER_EMAIL_ASKED, user, user, name=user.username, email=email)
        MemberMail.ask(event, to=email, locale=user.locale, code=code)

    @staticmethod
    def find(code: str) -> MailedCode | None:
        """The code with its member, or None when it can no longer be used."""
        return MailedCode.find(Purpose.EMAIL, code)

    @staticmethod
    def confirm(code: MailedCode) -> bool:
        """Let the new address count, and tell the old one. False when it was confirmed or taken meanwhile. A link to a
        new password that went to the old address is void."""
        user, email, before = code.user, code.data["email"], code.user.email
        if User.holding(email) not in (None, user) or not code.use():
            return False
        user.email = email
        MailedCode.void(user)
        event = Event.record(
            EventName.USER_EMAIL_CHANGED, user, user, name=user.username, changed={"email": [before, email]}
        )
        MemberMail.ask(event, to=before, locale=user.locale)
        return True

    @staticmethod
    def awaited(user: User) -> str | None:
        """The address that `user` asked for last and has not confirmed yet."""
        code = MailedCode.awaited(user, Purpose.EMAIL)
        return code.data["email"] if code is not None else None
