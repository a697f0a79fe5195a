"""How commands answer: what a program may read goes to standard output, all the rest to standard error."""

import logging
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit

import click
from flask import current_app
from sqlalchemy.exc import DBAPIError

from app import page_cache
from app.errors import Invalid, Problem
from app.extensions import db
from app.lib.passphrase import SHORTEST


class Refused(click.ClickException):
    """What was asked cannot be done now."""

    exit_code = 1

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the reason as bin/run prints its own."""
        click.echo(f"Daymark: {self.message}", err=True)


class Misused(Refused):
    """What was asked can never be done."""

    exit_code = 2


def says_why(command: Callable[..., None]) -> Callable[..., None]:
    """Turn what can go wrong into a line that says it, and an exit code: 1 for refused, 2 for bad input."""

    @wraps(command)
    def answered(*args: Any, **kwargs: Any) -> None:
        try:
            with _log_on_stderr():
                command(*args, **kwargs)
        except Invalid as invalid:
            db.session.rollback()
            lines = [f"--{name.replace('_', '-')}: {text}" for name, text in invalid.fields.items()]
            raise Misused("\nDaymark: ".join(lines) or invalid.message) from None
        except Problem as problem:
            raise Refused(problem.message) from None
        except DBAPIError as error:
            raise Refused(unusable(error)) from None

    return answered


def unusable(error: DBAPIError) -> str:
    """Which database cannot be used, and why."""
    return f"cannot use the database {place()}: {reason(error)}"


def place() -> str:
    """The address of the database, without its password."""
    return db.engine.url.render_as_string(hide_password=True)


def reason(error: DBAPIError) -> str:
    """What the database said, in a line."""
    return str(error.orig or error).strip().splitlines()[0]


def forget_pages() -> None:
    """Have processes drop the pages that they keep. A Redis on a socket that is not there starts with them, later."""
    url = urlsplit(current_app.config["REDIS_URL"])
    if url.scheme != "unix" or Path(unquote(url.path)).exists():
        page_cache.bump()


def can_ask() -> bool:
    """Whether somebody sits at a terminal. Standard input may also be closed, and then there is none at all."""
    return sys.stdin is not None and sys.stdin.isatty()


def password(given: str | None, from_stdin: bool, variable: str) -> str:
    """The password, from wherever it is not seen: a variable, standard input, or the keyboard."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n") if sys.stdin is not None else ""
    if given:
        return given
    if can_ask():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    raise Misused(f"there is no password: set {variable}, or use --password-stdin")


def passphrase(file: Path | None, given: str | None, variable: str, confirm: bool = False) -> str:
    """The passphrase of a backup: the first line of a file, a variable, or the keyboard. Refused where it is short."""
    if file is not None:
        try:
            with file.open(encoding="utf-8") as opened:
                found = opened.readline().rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise Refused(f"{file}: {getattr(error, 'strerror', None) or 'is no text'}") from None
    elif given:
        found = given
    elif can_ask():
        found = str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True))
    else:
        raise Misused(f"there is no passphrase: use --passphrase-file, set {variable}, or use --without-key")
    if confirm and len(found) < SHORTEST:
        raise Misused(f"the passphrase is too short, use {SHORTEST} characters or more")
    return found


def made_up_password() -> str:
    """A password that nobody needs to remember for long."""
    return secrets.token_urlsafe(15)


@contextmanager
def _log_on_stderr() -> Iterator[None]:
    handlers = [
        handler
        for handler in logging.getLogger().handlers
        if isinstance(handler, logging.StreamHandler) and handler.name == "daymark"
    ]
    before = [handler.setStream(sys.stderr) for handler in handlers]
    try:
        yield
    finally:
        for handler, stream in zip(handlers, before, strict=True):
            if stream is not None:
                handler.setStream(stream)
