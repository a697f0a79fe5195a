"""Mails to members: which letter tells of which event, a function and a folder of templates each.

Unlike a letter to subscribers, each of these is one person's own, in their language, and carries a code of theirs.
"""

from collections.abc import Callable
from typing import Any

from flask import current_app, render_template
from flask_mail import Message

from app.i18n import in_language
from app.lib import signing
from app.lib.text import one_line
from app.links import page_host, page_url
from app.mailer import Letter, Mail, sender
from app.models.enums import Role
from app.models.event import EventName
from app.models.member_mail import MemberMail
from app.models.setting import Setting


def password_reset(mail: MemberMail) -> Letter:
    return letter("password_reset", mail, username=mail.event.data["name"], url=page_url("auth.reset", code=mail.code))


def password_changed(mail: MemberMail) -> Letter:
    return letter("password_changed", mail, username=mail.event.data["name"], url=page_url("auth.forgot"))


def invitation(mail: MemberMail) -> Letter:
    said = {"by": mail.event.data["by"], "role": Role(mail.event.data["role"]).label}
    return letter("invitation", mail, **said, url=page_url("signup.accept", code=mail.code))


def email_confirm(mail: MemberMail) -> Letter:
    url = page_url("auth.confirm_address", code=mail.code)
    return letter("email_confirm", mail, username=mail.event.data["name"], url=url)


def email_changed(mail: MemberMail) -> Letter:
    data = mail.event.data
    return letter("email_changed", mail, username=data["name"], email=data["changed"]["email"][1])


LETTERS: dict[EventName, Callable[[MemberMail], Letter]] = {
    EventName.INVITATION_SENT: invitation,
    EventName.INVITATION_RESENT: invitation,
    EventName.PASSWORD_RESET_ASKED: password_reset,
    EventName.USER_EMAIL_ASKED: email_confirm,
    EventName.USER_EMAIL_CHANGED: email_changed,
    EventName.USER_PASSWORD_CHANGED: password_changed,
}


def compose(mail: MemberMail) -> Letter:
    """The letter that `mail` is. Raises KeyError when none tells of such an event."""
    return LETTERS[mail.event.kind](mail)


def letter(name: str, mail: MemberMail, **context: Any) -> Letter:
    """The templates of mail/`name` in the reader's language, or the page's."""
    common = {
        "site_name": Setting.get("site_name"),
        "home_url": page_url("public.index"),
        "page_url": page_url,
        "event": mail.event,
    }
    with in_language(mail.locale or Setting.get("language")):
        subject, text, html = (
            render_template(f"mail/{name}/{part}", **common, **context)
            for part in ("subject.txt", "body.txt", "body.html")
        )
    return Letter(subject=one_line(subject)[:200], text=text.strip() + "\n", html=html, thread=f"member-{mail.id}")


def address(letter: Letter, mail: MemberMail) -> Message:
    """The letter on its way; its id follows from the row, so that a mail that is sent twice can be told."""
    mark = signing.mark(current_app.config["SECRET_KEY"], "member-mail-id", mail.id)
    message = Mail(subject=letter.subject, recipients=[mail.email], body=letter.text, html=letter.html, sender=sender())
    message.msgId = f"<member-{mail.id}-{mark}@{page_host()}>"
    message.extra_headers = {"Auto-Submitted": "auto-generated"}
    return message
