"""Sending notices: a batch over one connection, a commit per message."""

import logging
import smtplib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from app import mailer
from app.extensions import db
from app.i18n import in_language
from app.models.component import Component
from app.models.enums import ComponentStatus, MaintenanceState
from app.models.event import Event, EventName
from app.models.incident import Incident
from app.models.incident_update import IncidentUpdate
from app.models.maintenance import Maintenance
from app.models.maintenance_update import MaintenanceUpdate
from app.models.notice import Notice
from app.models.setting import Setting

log = logging.getLogger(__name__)


def deliver(notice_ids: list[int]) -> None:
    """Send these notices. Whatever is done, taken by another worker or not due any more is passed over."""
    letters = _written(notice_ids)
    Setting.all()  # at hand from now on
    db.session.commit()  # on SQLite, all who write would wait until the mail server has greeted us
    try:
        with mailer.connection() as post:
            for id, letter in letters.items():
                if not _deliver_one(post, id, letter):
                    return
    except smtplib.SMTPSenderRefused as error:
        db.session.rollback()
        _postpone(letters, mailer.answer(error.smtp_code, error.smtp_error))
    except (OSError, smtplib.SMTPException) as error:
        log.error("mail server away: %s; check Settings, Mail, and MAIL_* of the environment", error)
        db.session.rollback()
        _postpone(letters, str(error))


def _written(notice_ids: list[int]) -> dict[int, mailer.Letter | None]:
    """The letter for each notice. Those who read of the same event in the same language share one."""
    versions: dict[tuple[int, str], mailer.Letter | None] = {}
    letters = {}
    for notice in db.session.scalars(Notice.with_reader(notice_ids)):
        event, language = notice.event, notice.subscriber.language
        if (event.id, language) not in versions:
            with in_language(language):
                versions[event.id, language] = compose(event)
        letters[notice.id] = versions[event.id, language]
    return letters


def _deliver_one(post: mailer.Connection, id: int, letter: mailer.Letter | None) -> bool:
    """Send one; False when the connection is of no more use. Raises SMTPSenderRefused when it takes nobody's mail."""
    try:
        notice = db.session.scalar(Notice.with_reader([id]))
        message = _addressed(notice, letter) if notice is not None and notice.claim() else None
        db.session.commit()  # as above, until it has taken the mail
        return notice is None or message is None or _send(post, notice, message)
    except (ObjectDeletedError, StaleDataError):
        db.session.rollback()  # its reader was deleted meanwhile, and the notice with them
        return True


def _send(post: mailer.Connection, notice: Notice, message: mailer.Message) -> bool:
    usable = True
    try:
        post.send(message)
        notice.sent()
    except smtplib.SMTPRecipientsRefused as error:
        _take_answer(notice, *next(iter(error.recipients.values())))
    except smtplib.SMTPDataError as error:
        _take_answer(notice, error.smtp_code, error.smtp_error, of_reader=False)
    except smtplib.SMTPSenderRefused as error:
        # Ours is the address that it does not like; it would say the same for each of the others.
        answer = mailer.answer(error.smtp_code, error.smtp_error)
        log.error("mail server takes no mail from us: %s; check MAIL_ADDRESS or Settings, Mail", answer)
        notice.retry(answer)
        db.session.commit()
        raise
    except (OSError, smtplib.SMTPException) as error:
        notice.retry(str(error))
        usable = False
    except ValueError as error:
        _refuse_unwritable(notice, error)
    db.session.commit()
    return usable


def _addressed(notice: Notice, letter: mailer.Letter | None) -> mailer.Message | None:
    """What is to be sent; None when there is nothing."""
    if letter is None or not notice.is_wanted:
        notice.drop("nothing left to tell")
        return None
    try:
        return mailer.address(letter, notice)
    except ValueError as error:
        _refuse_unwritable(notice, error)
        return None


def _refuse_unwritable(notice: Notice, error: ValueError) -> None:
    # A message that cannot be written for this address; trying again would stop the batch each time.
    log.warning("notice %s cannot be written: %s", notice.id, error)
    notice.refuse(str(error))


def _take_answer(notice: Notice, code: int, text: bytes | str, *, of_reader: bool = True) -> None:
    answer = mailer.answer(code, text)
    log.warning("notice %s not taken: %s", notice.id, answer)
    if code >= 500:
        notice.refuse(answer, of_reader=of_reader)
    else:
        notice.retry(answer)


def _postpone(notice_ids: Iterable[int], error: str) -> None:
    for notice in db.session.scalars(Notice.with_reader(notice_ids)).all():
        if notice.claim():
            notice.retry(error)
    db.session.commit()


def compose(event: Event) -> mailer.Letter | None:
    """The letter that tells of `event`, or None when its subject is gone or not for everyone any more."""
    kind = event.kind
    if kind is EventName.SUBSCRIBER_SUBSCRIBED:
        return mailer.subscriber_verify()
    if kind is EventName.SUBSCRIBER_MANAGE_ASKED:
        return mailer.subscriber_manage()
    if kind is EventName.COMPONENT_STATUS_CHANGED:
        component = event.subject(Component)
        if component is None or not component.is_announceable:
            return None
        old, new = ComponentStatus(event.data["old"]), ComponentStatus(event.data["new"])
        return mailer.component_status_changed(component, old, new)
    if event.subject_type == Maintenance.__name__:
        return compose_maintenance(event)
    incident = event.subject(Incident)
    if incident is None or not incident.is_announceable:
        return None
    if kind is EventName.INCIDENT_REPORTED:
        return mailer.incident_reported(incident)
    update = event.update_told(IncidentUpdate, "incident_id")
    return mailer.incident_updated(update) if update is not None else None


def compose_maintenance(event: Event) -> mailer.Letter | None:
    """The letter that tells of planned work, or None when that is no news any more."""
    kind, maintenance = event.kind, event.subject(Maintenance)
    if maintenance is None or not maintenance.is_announceable:
        return None
    if kind is EventName.MAINTENANCE_CANCELLED:
        return mailer.maintenance_cancelled(maintenance)
    if maintenance.state is MaintenanceState.CANCELLED:
        return None
    if kind is EventName.MAINTENANCE_PLANNED:
        return mailer.maintenance_planned(maintenance)
    if kind is EventName.MAINTENANCE_MOVED:
        start, end = (datetime.fromisoformat(moment) for moment in event.data["was"])
        return mailer.maintenance_moved(maintenance, (start, end))
    if kind is EventName.MAINTENANCE_REMINDED:
        holds = maintenance.began_at is None and event.data["starts_at"] == maintenance.starts_at.isoformat()
        return mailer.maintenance_reminded(maintenance) if holds else None
    update = event.update_told(MaintenanceUpdate, "maintenance_id")
    if kind is EventName.MAINTENANCE_FINISHED:
        return mailer.maintenance_finished(maintenance, update)
    return mailer.maintenance_updated(update) if update is not None else None
