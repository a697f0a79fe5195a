"""Every mail: one function and one folder of templates each, with the same name.

A letter is rendered once per event and language, in the language that is on (`i18n.in_language`); what differs from
reader to reader (their links) is filled in by `address`.
"""

import secrets
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from email import charset, policy
from email.mime.base import MIMEBase
from functools import partial
from pathlib import Path
from typing import Any

from flask import current_app, render_template
from flask_mail import Connection as MailConnection
from flask_mail import Message

from app.extensions import mail
from app.lib import signing
from app.lib.text import one_line
from app.links import page_host, page_url
from app.models.component import Component
from app.models.enums import ComponentStatus, IncidentStatus
from app.models.incident import Incident
from app.models.incident_update import IncidentUpdate
from app.models.mail_way import MailWay
from app.models.maintenance import Maintenance
from app.models.maintenance_update import MaintenanceUpdate
from app.models.notice import Notice
from app.models.setting import Setting

TIMEOUT = 20  # seconds for any answer of the mail server
TEST_WITHIN = 20  # seconds for all of a test mail: nginx gives whoever waits for the page 30

LINE = 998  # bytes in a line that mail servers must take (RFC 5321); some refuse more
PACKED = charset.Charset("utf-8")
PACKED.body_encoding = charset.QP

# Stand in the rendered text for what is each reader's own; made anew in each process, so that no author can write them.
MANAGE, UNSUBSCRIBE, VERIFY = (f"@@{secrets.token_hex(12)}@@" for _link in range(3))


@dataclass(frozen=True)
class Letter:
    """A mail before it is addressed. `thread` names what it belongs to, so that mail readers group it."""

    subject: str
    text: str
    html: str
    thread: str


class Mail(Message):
    """A message whose lines mail servers take and whose addresses in headers mail programs can read."""

    def __init__(self, *, sender: tuple[str, str], **kwargs: Any) -> None:
        super().__init__(sender=sender, **kwargs)
        # Flask-Mail makes one text of it, and reads that as two addresses where there is a comma in the name.
        self.sender = sender

    def _message(self) -> MIMEBase:
        message = super()._message()
        parts: Any = message.get_payload()
        if message.get_content_type() == "multipart/mixed" and len(parts) == 1:
            # Nothing is attached; a lone "mixed" makes some mail programs show a paper clip.
            message.set_type("multipart/alternative")
            message.set_payload(parts[0].get_payload())
        # Folded at 78, a long link becomes encoded words, which nobody decodes in List-Unsubscribe.
        message.policy = policy.SMTP.clone(max_line_length=LINE)
        for part in message.walk():
            body = b"" if part.is_multipart() else part.get_payload(decode=True)
            if isinstance(body, bytes) and max(map(len, body.split(b"\n"))) >= LINE:
                del part["Content-Transfer-Encoding"]
                part.set_payload(body.decode(), PACKED)
        return message


class Connection(MailConnection):
    """An open connection to the mail server, with time limits; on the way out a dead one is no error."""

    def configure_host(self) -> smtplib.SMTP:
        try:
            return self._opened()
        except UnicodeEncodeError:
            # From None: the error holds the password.
            raise smtplib.SMTPException("username and password can only be sent in ASCII, without ü or €") from None
        except UnicodeError:
            raise smtplib.SMTPException(f"{self.mail.server} is not the name of a server") from None

    def _opened(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.mail.use_ssl:
            host: smtplib.SMTP = smtplib.SMTP_SSL(self.mail.server, self.mail.port, timeout=TIMEOUT, context=context)
        else:
            host = smtplib.SMTP(self.mail.server, self.mail.port, timeout=TIMEOUT)
        if self.mail.use_tls:
            host.starttls(context=context)
        if self.mail.username:
            host.login(self.mail.username, self.mail.password or "")
        return host

    def __exit__(self, *error: Any) -> None:
        with suppress(OSError, smtplib.SMTPException):
            super().__exit__(*error)


class Folder(Connection):
    """Where mails go until SMTP is set up: one file each, named by its Message-ID, so a repeat is the same file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> "Folder":
        self.path.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *error: Any) -> None:
        return None

    def send(self, message: Message, envelope_from: Any = None) -> None:
        name = "".join(c if c.isalnum() or c in ".-" else "_" for c in message.msgId.strip("<>"))
        # Whoever reads the folder meanwhile finds no half of a mail.
        half = self.path / f".{name}.part"
        half.write_bytes(message.as_bytes())
        half.replace(self.path / f"{name}.eml")


@contextmanager
def connection() -> Iterator[Connection]:
    """The way out for mails that is in force. Raises OSError or SMTPException when the server cannot be reached."""
    way = MailWay.in_force()
    with _connection(way) if way.sends else Folder(current_app.config["INSTANCE"] / "mail") as post:
        yield post


def _connection(way: MailWay) -> Connection:
    names = {
        "MAIL_SERVER": way.host,
        "MAIL_PORT": way.port,
        "MAIL_USE_TLS": way.encryption == "tls",
        "MAIL_USE_SSL": way.encryption == "ssl",
        "MAIL_USERNAME": way.username,
        "MAIL_PASSWORD": way.password,
    }
    return Connection(mail.init_mail(names))  # type: ignore[arg-type]


def address(letter: Letter, notice: Notice) -> Message:
    """The letter for one reader, with their links, the headers for one-click unsubscription (RFC 8058) and an id
    that follows from the notice: should it ever be sent twice, mail readers can tell."""
    reader, host = notice.subscriber, page_host()
    code = reader.code("manage")
    own = {
        MANAGE: page_url("public.manage", code=code),
        UNSUBSCRIBE: page_url("public.unsubscribe", code=code),
        VERIFY: page_url("public.verify", code=reader.code("verify")),
    }
    mark = signing.mark(current_app.config["SECRET_KEY"], "message-id", notice.id)
    text, html = letter.text, letter.html
    for token, link in own.items():
        text, html = text.replace(token, link), html.replace(token, link)
    message = Mail(subject=letter.subject, recipients=[reader.email], body=text, html=html, sender=sender())
    message.msgId = f"<notice-{notice.id}-{mark}@{host}>"
    message.extra_headers = {
        "List-Id": f"<status.{host}>",
        "List-Unsubscribe": f"<{own[UNSUBSCRIBE]}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "References": f"<{letter.thread}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    return message


def sender() -> tuple[str, str]:
    """Name and address that mails come from."""
    return MailWay.in_force().sender


def incident_reported(incident: Incident) -> Letter:
    return _letter("incident_reported", f"incident-{incident.id}", incident=incident, impacts=_public_impacts(incident))


def incident_updated(update: IncidentUpdate) -> Letter:
    incident = update.incident
    return _letter(
        "incident_updated",
        f"incident-{incident.id}",
        incident=incident,
        update=update,
        impacts=_public_impacts(incident),
        is_over=update.status is IncidentStatus.FIXED,
    )


def _public_impacts(incident: Incident) -> list[tuple[Component, ComponentStatus]]:
    """The components that subscribers may know of, with what they suffer; once it is over, with how they are now."""
    shown = [(component, status) for component, status in incident.worst_impacts.items() if component.is_announceable]
    return shown if incident.is_open else [(component, component.status) for component, _status in shown]


def component_status_changed(component: Component, old: ComponentStatus, new: ComponentStatus) -> Letter:
    return _letter("component_status_changed", f"component-{component.id}", component=component, old=old, new=new)


def maintenance_planned(maintenance: Maintenance) -> Letter:
    dates = maintenance.next_dates(3) if maintenance.is_series else []
    return _of_maintenance("maintenance_planned", maintenance, dates=dates)


def maintenance_moved(maintenance: Maintenance, was: tuple[datetime, datetime]) -> Letter:
    return _of_maintenance("maintenance_moved", maintenance, was=was)


def maintenance_reminded(maintenance: Maintenance) -> Letter:
    return _of_maintenance("maintenance_reminded", maintenance)


def maintenance_updated(update: MaintenanceUpdate) -> Letter:
    return _of_maintenance("maintenance_updated", update.maintenance, update=update)


def maintenance_finished(maintenance: Maintenance, update: MaintenanceUpdate | None = None) -> Letter:
    return _of_maintenance("maintenance_finished", maintenance, update=update)


def maintenance_cancelled(maintenance: Maintenance) -> Letter:
    return _of_maintenance("maintenance_cancelled", maintenance)


def _of_maintenance(name: str, maintenance: Maintenance, **context: Any) -> Letter:
    """A letter of its thread, naming the components that subscribers may know of."""
    known = [component for component in maintenance.components if component.is_announceable]
    return _letter(name, f"maintenance-{maintenance.id}", maintenance=maintenance, components=known, **context)


def subscriber_verify() -> Letter:
    return _letter("subscriber_verify", "subscription")


def subscriber_manage() -> Letter:
    return _letter("subscriber_manage", "subscription")


def send_test(to: str, way: MailWay) -> str:
    """Send a test mail by a way that need not be in force. Returns "" or the server's own words for why not."""
    letter = _letter("test", "test")
    message = Mail(subject=letter.subject, recipients=[to], body=letter.text, html=letter.html, sender=way.sender)
    try:
        _within(TEST_WITHIN, partial(_hand_over, way, message))
    except smtplib.SMTPRecipientsRefused as error:
        return "; ".join(answer(code, text) for code, text in error.recipients.values())
    except smtplib.SMTPResponseException as error:
        return answer(error.smtp_code, error.smtp_error)
    except socket.gaierror as error:
        return f"{way.host}: {error.strerror}"
    except (OSError, smtplib.SMTPException) as error:
        return str(error) or "timed out"
    return ""


def _hand_over(way: MailWay, message: Message) -> None:
    with _connection(way) as host:
        host.send(message)


def _within(seconds: float, task: Callable[[], None]) -> None:
    """Wait for `task` so long at most, however many addresses and answers it waits for. Raises TimeoutError."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(copy_context().run, task)
    pool.shutdown(wait=False)
    future.result(seconds)


def answer(code: int, text: bytes | str) -> str:
    """What a mail server said."""
    return f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"


def _letter(name: str, thread: str, **context: Any) -> Letter:
    common = {
        "site_name": Setting.get("site_name"),
        "home_url": page_url("public.index"),
        "manage_url": MANAGE,
        "unsubscribe_url": UNSUBSCRIBE,
        "verify_url": VERIFY,
        "page_url": page_url,
    }
    subject, text, html = (
        render_template(f"mail/{name}/{part}", **common, **context) for part in ("subject.txt", "body.txt", "body.html")
    )
    return Letter(subject=one_line(subject)[:200], text=text.strip() + "\n", html=html, thread=thread)
