"""Sending mails to members: one at a time, tried again as notices are, and their codes forgotten once they are out."""

import logging
import smtplib

from app import mailer, member_mail
from app.extensions import db
from app.models.member_mail import MemberMail

log = logging.getLogger(__name__)


def deliver(mail_ids: list[int]) -> None:
    """Send these mails. Whatever is done, taken by another worker or not due any more is passed over."""
    for mail in db.session.scalars(MemberMail.with_event(mail_ids)).all():
        claimed = mail.claim()
        db.session.commit()
        if claimed:
            _deliver_one(mail)
            db.session.commit()


def _deliver_one(mail: MemberMail) -> None:
    if mail.sealed_code and not mail.code:
        log.error("mail %s cannot be written: its code was sealed with another APP_KEY", mail.id)
        mail.drop("sealed with another APP_KEY")
        return
    try:
        message = member_mail.address(member_mail.compose(mail), mail)
        db.session.commit()  # nobody waits for SQLite's write lock while a mail server thinks
        with mailer.connection() as post:
            post.send(message)
        mail.sent()
    except smtplib.SMTPRecipientsRefused as error:
        _take_answer(mail, *next(iter(error.recipients.values())))
    except smtplib.SMTPDataError as error:
        _take_answer(mail, error.smtp_code, error.smtp_error)
    except smtplib.SMTPSenderRefused as error:
        answer = mailer.answer(error.smtp_code, error.smtp_error)
        log.error("mail server takes no mail from us: %s; check MAIL_ADDRESS or Settings, Mail", answer)
        mail.retry(answer)
    except (OSError, smtplib.SMTPException) as error:
        log.error("mail server away: %s; check Settings, Mail, and MAIL_* of the environment", error)
        mail.retry(str(error))
    except (KeyError, ValueError) as error:
        # A message that cannot be written, or of an event that only a newer release knows; it holds up no other.
        log.warning("mail %s cannot be written: %s", mail.id, error)
        mail.refuse(str(error))


def _take_answer(mail: MemberMail, code: int, text: bytes | str) -> None:
    answer = mailer.answer(code, text)
    log.warning("mail %s not taken: %s", mail.id, answer)
    if code >= 500:
        mail.refuse(answer)
    else:
        mail.retry(answer)
