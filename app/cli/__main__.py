"""`bin/flask`: the command line, with what is wrong in the configuration said in one line instead of a trace.

Flask's own launcher would load `.env` into the environment, where config.py takes it for fixed from outside.
"""

import signal
import sys
from typing import Any, NoReturn

import click
from flask import Flask
from flask.cli import FlaskGroup
from sqlalchemy.exc import DBAPIError

from app import create_app
from app.cli.answers import reason
from app.cli.boot import CannotStart, Misconfigured
from app.cli.version import version_command
from app.lib.release import VERSION
from config import ConfigError


def _application() -> Flask:
    try:
        return create_app()
    except ConfigError as error:
        raise Misconfigured(str(error)) from None
    except OSError as error:
        raise CannotStart(f"cannot use {error.filename}: {error.strerror}") from None


def _end(_signal: int, _frame: Any) -> NoReturn:
    """What a command has begun is put away, as at Ctrl-C."""
    sys.exit(128 + signal.SIGTERM)


def _say_version(context: click.Context, _option: click.Parameter, is_asked: bool) -> None:
    if is_asked:
        click.echo(f"Daymark {VERSION}")
        context.exit()


signal.signal(signal.SIGTERM, _end)
group = FlaskGroup(
    create_app=_application, load_dotenv=False, add_version_option=False, help="Daymark's commands, for who runs it."
)
version = click.Option(
    ["--version"], is_flag=True, expose_value=False, is_eager=True, callback=_say_version, help="Which Daymark this is."
)
group.params = [version]  # not Flask's: there is one application here, and one way to configure it
group.add_command(version_command)  # also where nothing else would start
try:
    group.main(prog_name="bin/flask")
except DBAPIError as error:  # of commands that are not ours
    click.echo(f"Daymark: cannot use the database: {reason(error)}", err=True)
    sys.exit(1)
