"""Sending notices: a batch over one connection, a commit per message."""

import logging
import smtplib
from collections.abc import Iterable
from datetime import datetime

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
    notices = db.session.scalars(Notice.with_reader(notice_ids)).all()
    letters: dict[tuple[int, str], mailer.Letter | None] = {}
    for notice in notices:
        if (written := _version(notice)) not in letters:
            with in_language(written[1]):
                letters[written] = compose(notice.event)
    Setting.all()  # at hand from now on
    db.session.commit()  # on SQLite, all who write would wait until the mail server has greeted us
    try:
        with mailer.connection() as post:
            for notice in notices:
                if not _deliver_one(post, notice, letters[_version(notice)]):
                    return
    except (OSError, smtplib.SMTPException) as error:
        log.error("mail server away: %s; check Settings, Mail, and MAIL_* of the environment", error)
        db.session.rollback()
        _postpone(notices, str(error))


def _version(notice: Notice) -> tuple[int, str]:
    """Event and language of a letter: those who read the same are sent the same."""
    return notice.event_id, notice.subscriber.language


def _deliver_one(post: mailer.Connection, notice: Notice, letter: mailer.Letter | None) -> bool:
    """Send one; False when the connection is of no more use."""
    message = _addressed(notice, letter) if notice.claim() else None
    db.session.commit()  # as above, until it has taken the mail
    if message is None:
        return True
    usable = True
    try:
        post.send(message)
        notice.sent()
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        _take_answer(notice, code, text)
    except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
        _take_answer(notice, error.smtp_code, error.smtp_error)
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


def _take_answer(notice: Notice, code: int, text: bytes | str) -> None:
    answer = f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    log.warning("notice %s not taken: %s", notice.id, answer)
    if code >= 500:
        notice.refuse(answer)
    else:
        notice.retry(answer)


def _postpone(notices: Iterable[Notice], error: str) -> None:
    for notice in notices:
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
        component = db.session.get(Component, event.subject_id)
        if component is None or not component.is_announceable:
            return None
        old, new = ComponentStatus(event.data["old"]), ComponentStatus(event.data["new"])
        return mailer.component_status_changed(component, old, new)
    if event.subject_type == Maintenance.__name__:
        return compose_maintenance(event)
    incident = db.session.get(Incident, event.subject_id)
    if incident is None or not incident.is_announceable:
        return None
    if kind is EventName.INCIDENT_REPORTED:
        return mailer.incident_reported(incident)
    update = db.session.get(IncidentUpdate, event.data["update_id"])
    return mailer.incident_updated(update) if update is not None else None


def compose_maintenance(event: Event) -> mailer.Letter | None:
    """The letter that tells of planned work, or None when that is no news any more."""
    kind, maintenance = event.kind, db.session.get(Maintenance, event.subject_id)
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
    update = db.session.get(MaintenanceUpdate, event.data.get("update_id", 0))
    if kind is EventName.MAINTENANCE_FINISHED:
        return mailer.maintenance_finished(maintenance, update)
    return mailer.maintenance_updated(update) if update is not None else None
