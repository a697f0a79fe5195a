"""A forgotten password: asking for a mail, and choosing another one with the code in it."""

from datetime import timedelta

from app.extensions import db
from app.models.event import Event, EventName
from app.models.mailed_code import MailedCode, Purpose
from app.models.member_mail import MemberMail
from app.models.user import User

GOOD_FOR = timedelta(hours=1)
MOST_AN_HOUR = 5


class ForgottenPassword:
    """The two steps back in for who has their inbox and not their password."""

    @staticmethod
    def ask(login: str) -> None:
        """Mail a code to the member with this username or address, if there is one who may sign in."""
        user = User.by_login(login)
        # Nobody is told whether there is such a member, by the time it takes neither: for want of one the same is
        # done for an owner, and taken back.
        someone = user or db.session.scalar(User.owners().limit(1))
        if someone is None:
            return
        is_too_often = MailedCode.asked_lately(someone, Purpose.PASSWORD) >= MOST_AN_HOUR
        with db.session.begin_nested() as savepoint:
            code = MailedCode.issue(someone, Purpose.PASSWORD, good_for=GOOD_FOR)
            event = Event.record(EventName.PASSWORD_RESET_ASKED, someone, None, name=someone.username)
            MemberMail.ask(event, to=someone.email, locale=someone.locale, code=code)
            if user is None or not user.is_active or is_too_often:
                savepoint.rollback()

    @staticmethod
    def find(code: str) -> MailedCode | None:
        """The code with its member, or None when it can no longer be used."""
        return MailedCode.find(Purpose.PASSWORD, code)

    @staticmethod
    def choose(code: MailedCode, password: str) -> bool:
        """Take a new password for the code; False when it was used meanwhile."""
        if not code.use():
            return False
        code.user.change_password(password, actor=code.user)
        return True
