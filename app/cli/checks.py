"""What `flask doctor` looks at. Each check yields what it found; none changes anything."""

import os
import shutil
import smtplib
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import redis
import sqlalchemy as sa
from flask import current_app
from sqlalchemy.exc import DBAPIError

from app import mailer
from app.cli.answers import place, reason
from app.extensions import READ, db
from app.jobs.state import Machinery
from app.lib import clock, revisions
from app.lib.proxies import LOCAL_NAMES
from app.models import FirstRun, sealed
from app.models.mail_way import MailWay
from app.models.read_copy import ReadCopy
from app.models.schema import Schema
from app.models.setting import Setting

MOST_SKEW = 2.0  # seconds; a code of an authenticator app may be half a minute old, a job's lease a few minutes
LEAST_DISK = 500_000_000  # bytes
EVERYONE = 0  # the length of the prefix of a network that holds every address
NOW = {"postgresql": "SELECT extract(epoch FROM clock_timestamp())"}
# UNIX_TIMESTAMP(NOW()) would not know which of the two hours it is when summer time ends.
SINCE_1970 = "SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) / 1000000"
NOW |= dict.fromkeys(("mysql", "mariadb"), SINCE_1970)


@dataclass(frozen=True)
class Finding:
    """One line. `state` is ok, note (works, but look at it) or wrong; `do` says what mends it."""

    name: str
    state: str
    text: str
    do: str = ""

    @property
    def line(self) -> str:
        """For people."""
        return f"{self.state:<6}{self.name:<12}{self.text}{'; ' + self.do if self.do else ''}"


def look() -> Iterator[Finding]:
    """Everything, in the order in which to mend it."""
    for check in CHECKS:
        yield from check()


def database() -> Iterator[Finding]:
    """Whether it answers, has all migrations, and has been set up."""
    if why := Schema.silence():
        text = f"{place()} cannot be used: {reason(why)}"
        yield Finding("database", "wrong", text, "check DB_* or DATABASE_URL and that it runs")
        return
    yield Finding("database", "ok", f"{place()} answers")
    found = Schema.revision()
    if Schema.is_behind():
        text = f"{found or 'none'} ran last, {revisions.HEAD} is the newest"
        yield Finding("migrations", "wrong", text, "run bin/flask update, or bin/flask db upgrade")
        return
    ahead = Schema.newer() is not None
    yield Finding("migrations", "note" if ahead else "ok", f"{found} ran last", "update this machine" if ahead else "")
    if FirstRun.needed():
        yield Finding("set-up", "note", "nobody has set this page up yet", "open it, or run bin/flask setup")
    elif since := Setting.get("down_since"):
        yield Finding("page", "note", f"has been down since {since}", "open it with bin/flask up")


def read_copy() -> Iterator[Finding]:
    """Whether the copy of the database, if there is one, answers and follows it."""
    if not ReadCopy.is_named() or not _is_usable():
        return
    place = db.engines[READ].url.render_as_string(hide_password=True)
    try:
        behind = ReadCopy.newest_of_database() - ReadCopy.newest()
    except DBAPIError:
        text = f"{place} does not answer, so the database answers guests"
        yield Finding("read copy", "wrong", text, "check DATABASE_READ_URL and that it runs")
        return
    if behind > 0:
        lag = current_app.config["DATABASE_READ_LAG"]
        text = f"{place} does not have the last {behind} events yet"
        yield Finding("read copy", "note", text, f"look again; it should have them within {lag} s, DATABASE_READ_LAG")
    else:
        yield Finding("read copy", "ok", f"{place} has all that the database has")


def key() -> Iterator[Finding]:
    """Whether what is encrypted in the database can be read with APP_KEY. How good it is, config.py looked at."""
    if not _is_usable():
        yield Finding("key", "note", "APP_KEY is set; whether it is the one of before, the database would tell")
        return
    lost = sealed.unreadable()
    if lost:
        text = f"APP_KEY is not the one that encrypted {', '.join(lost)}"
        yield Finding("key", "wrong", text, "set APP_KEY to the one of before, from your backup, or enter those anew")
    else:
        yield Finding("key", "ok", "APP_KEY reads what is encrypted")


def queue() -> Iterator[Finding]:
    """Redis, and who works with it."""
    state = Machinery.look()
    if state is None:
        url = urlsplit(current_app.config["REDIS_URL"])
        text = f"{url.hostname or unquote(url.path)} cannot be used: {_redis_says()}"
        mend = "start Daymark" if current_app.config["REDIS_EMBEDDED"] else "check REDIS_URL and that it runs"
        yield Finding("redis", "wrong", text, mend)
        yield Finding("workers", "note", "whether they live, Redis would tell")
        yield Finding("clock", "note", "whether it ticks, Redis would tell")
        return
    yield Finding("redis", "ok", f"{state.redis} answers")
    mend = "start Daymark, or look at it with supervisorctl status"
    if state.workers:
        yield Finding("workers", "ok", f"{state.workers} alive")
    else:
        yield Finding("workers", "wrong", "none is alive, so no mail goes out", mend)
    if state.clock_ticks:
        yield Finding("clock", "ok", "ticks")
    else:
        seen = f"last seen at {state.clock_seen:%Y-%m-%d %H:%M:%S} UTC" if state.clock_seen else "none was seen"
        yield Finding("clock", "wrong", f"{seen}, so nothing begins or ends by itself", mend)
    failed = sum(one.failed for one in state.queues)
    if failed:
        yield Finding("jobs", "note", f"{failed} failed within a week", "the log of the worker says why")


def _redis_says() -> str:
    """Why not: it may be there and not know our password."""
    try:
        current_app.extensions["daymark.redis"].ping()
    except redis.RedisError as error:
        return str(error).rstrip(".")
    return "it did not answer"


def mail() -> Iterator[Finding]:
    """Whether the mail server lets us in. Nothing is sent."""
    if not _is_usable():
        yield Finding("mail", "note", "how mails are sent is told by the database")
        return
    way = MailWay.in_force()
    db.session.commit()  # on SQLite, all who write would wait until the mail server has answered
    if not way.sends:
        yield Finding("mail", "note", "mails are written to files, nobody gets them", "set up SMTP in Settings, Mail")
        return
    try:
        with mailer.connection() as post:
            if post.host is not None:
                post.host.ehlo_or_helo_if_needed()
            yield Finding("mail", "ok", f"{way.host}, port {way.port}, lets us in")
    except (OSError, smtplib.SMTPException) as error:
        text = f"{way.host}, port {way.port}: {error}"
        yield Finding("mail", "wrong", text, "check MAIL_* or Settings, Mail, and send a test mail there")


def disk() -> Iterator[Finding]:
    """Space where the instance is."""
    folder = current_app.config["INSTANCE"]
    try:
        usage = shutil.disk_usage(folder)
    except OSError as error:
        yield Finding("disk", "wrong", f"{folder}: {error.strerror}", "make the folder, or set INSTANCE")
        return
    scarce = usage.free < LEAST_DISK
    text = f"{usage.free / 1e9:.1f} GB of {usage.total / 1e9:.1f} GB are free in {folder}"
    yield Finding("disk", "wrong" if scarce else "ok", text, "make room" if scarce else "")


def permissions() -> Iterator[Finding]:
    """Whether we may write where we must, and others may not read what is secret."""
    folder, file = current_app.config["INSTANCE"], current_app.config["ENV_FILE"]
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Finding("instance", "wrong", f"{folder} cannot be written", f"chown it to who runs Daymark: {folder}")
    else:
        yield _secrecy("instance", folder, "700")
    if not file.is_file():
        yield Finding(".env", "ok", f"there is none at {file}")
    elif not os.access(file, os.R_OK):
        yield Finding(".env", "wrong", f"{file} cannot be read", f"chown it to who runs Daymark: {file}")
    else:
        yield _secrecy(".env", file, "600")


def _secrecy(name: str, path: Path, mode: str) -> Finding:
    found = path.stat()
    if found.st_mode & 0o007:
        return Finding(name, "wrong", f"everyone on this machine can reach into {path}", f"chmod {mode} {path}")
    if found.st_mode & 0o070:
        return Finding(name, "note", f"everyone in its group can reach into {path}", f"chmod {mode} {path}")
    if found.st_uid != os.geteuid():
        return Finding(name, "note", f"{path} belongs to somebody else", "run this as who runs Daymark")
    return Finding(name, "ok", f"{path} is ours alone")


def skew() -> Iterator[Finding]:
    """Whether the clocks of this machine, the database and Redis agree."""
    for name, ask in (("database", _database_clock), ("Redis", _redis_clock)):
        before = clock.now().timestamp()
        theirs = ask()
        if theirs is None:
            continue
        off = abs(theirs - (before + clock.now().timestamp()) / 2)
        wrong = off > MOST_SKEW + (clock.now().timestamp() - before) / 2
        text = f"the clock of {name} and ours are {off:.1f} s apart"
        yield Finding("time", "wrong" if wrong else "ok", text, "set them by NTP, on both machines" if wrong else "")


def _database_clock() -> float | None:
    command = NOW.get(db.engine.dialect.name)
    try:
        return float(db.session.scalar(sa.text(command))) if command else None
    except DBAPIError:
        db.session.rollback()
        return None


def _redis_clock() -> float | None:
    try:
        seconds, micros = current_app.extensions["daymark.redis"].time()
    except redis.RedisError:
        return None
    return float(seconds + micros / 1e6)


def address() -> Iterator[Finding]:
    """Whether APP_URL leads here, and whose word is taken for the address of a visitor."""
    url, proxies = urlsplit(current_app.config["APP_URL"]), current_app.config["TRUSTED_PROXIES"]
    on_socket = current_app.config["BIND"]
    if url.hostname in (*LOCAL_NAMES, "::1"):
        yield Finding("address", "note", f"links in mails lead to {url.geturl()}", "set APP_URL to what visitors open")
    elif url.scheme != "https":
        yield Finding(
            "address", "note", f"{url.geturl()} is not encrypted", "have nginx speak HTTPS, set APP_URL to it"
        )
    else:
        yield Finding("address", "ok", f"visitors open {url.geturl()}")
    if any(network.prefixlen == EVERYONE for network in proxies):
        text = "TRUSTED_PROXIES believes everyone: visitors can claim to come from anywhere"
        yield Finding("proxy", "wrong", text, "set it to the address of your proxy, such as 127.0.0.1")
    elif url.scheme == "https" and not proxies and not on_socket:
        text = (
            "APP_URL is https, so a proxy stands before us, and TRUSTED_PROXIES names none: all visitors look like one"
        )
        yield Finding("proxy", "wrong", text, "set it to the address of your proxy, such as 127.0.0.1")
    elif on_socket and _is_open_to_others(folder := Path(on_socket.removeprefix("unix:")).parent):
        text = f"everyone on this machine may write to {on_socket}, and is believed as a proxy is"
        yield Finding("proxy", "note", text, f"chmod o= {folder}, and have nginx in its group")
    else:
        named = ", ".join([*map(str, proxies), *([f"who writes to {on_socket}"] if on_socket else [])]) or "no proxy"
        yield Finding("proxy", "ok", f"we believe {named}")


def _is_open_to_others(folder: Path) -> bool:
    return folder.is_dir() and bool(folder.stat().st_mode & stat.S_IXOTH)


def _is_usable() -> bool:
    return Schema.answers() and not Schema.is_behind()


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    database,
    read_copy,
    key,
    queue,
    mail,
    disk,
    permissions,
    skew,
    address,
)
