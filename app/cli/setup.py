"""`flask setup`: the wizard for those who have no browser at hand, such as Ansible and CI."""

from collections.abc import Callable, Mapping
from typing import Any

import click
from click.core import ParameterSource
from flask import current_app
from flask.cli import with_appcontext

import config
from app.cli.answers import Misused, Refused, password, says_why
from app.cli.migrating import migrate
from app.errors import Invalid
from app.extensions import db
from app.forms.mail import ENCRYPTIONS, MAILERS
from app.forms.setup import CACHES, SESSIONS, VARIABLES, WORDS, SetupForm
from app.i18n import LANGUAGES
from app.lib import envfile, setup_code, supervisor
from app.models import FirstRun

# Option, environment variable, what it takes, help. The option is named as the form's field.
OPTIONS: list[tuple[str, str, Any, str]] = [
    ("--site-name", "SITE_NAME", str, "Name of your service, as visitors know it.  [required]"),
    ("--username", "ADMIN_USERNAME", str, "Username of the administrator.  [required]"),
    ("--email", "ADMIN_EMAIL", str, "E-mail address of the administrator.  [required]"),
    ("--password", "ADMIN_PASSWORD", str, "Their password; rather by the variable, since all can read a command line."),
    ("--app-url", "APP_URL", str, "Address of the status page, such as https://status.example.com."),
    ("--timezone", "SITE_TIMEZONE", str, "Zone in which the page tells times; UTC if not given."),
    ("--language", "SITE_LANGUAGE", click.Choice(list(LANGUAGES)), "Language of the page and its mails."),
    ("--cache-driver", "CACHE_DRIVER", CACHES, "Where whole pages are kept."),
    ("--session-driver", "SESSION_DRIVER", SESSIONS, "Where sessions are kept."),
    ("--mail-driver", "MAIL_DRIVER", MAILERS, "log writes mails to files, smtp sends them."),
    ("--mail-host", "MAIL_HOST", str, "SMTP server."),
    ("--mail-port", "MAIL_PORT", str, "Its port."),
    ("--mail-encryption", "MAIL_ENCRYPTION", ENCRYPTIONS, "tls is STARTTLS, ssl from the start, null none."),
    ("--mail-username", "MAIL_USERNAME", str, "Who signs in to the mail server; none to send without."),
    ("--mail-password", "MAIL_PASSWORD", str, "And with which password; rather by the variable."),
    ("--mail-address", "MAIL_ADDRESS", str, "Address that mails come from."),
    ("--mail-name", "MAIL_NAME", str, "Name that mails come from."),
]


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option, variable, kind, words in reversed(OPTIONS):
        taken = click.Choice([choice.value for choice in kind]) if isinstance(kind, list) else kind
        command = click.option(option, envvar=variable, show_envvar=True, type=taken, help=words)(command)
    return command


@click.command("setup")
@_options
@click.option(
    "--show-support/--no-show-support",
    envvar="SHOW_SUPPORT",
    show_envvar=True,
    default=True,
    help="Name Daymark in the footer.",
)
@click.option("--password-stdin", is_flag=True, help="Read the administrator's password from standard input.")
@with_appcontext
@says_why
def setup_command(password_stdin: bool, **given: Any) -> None:
    """Set up a fresh installation: what the wizard in the browser does.

    Migrates the database, creates the administrator and the page's settings, and writes to .env what differs from it.
    Refuses once that has been done. Exit codes: 0 done, 1 refused, 2 bad input.
    """
    migrate()
    if not FirstRun.needed():
        raise Refused("this page has been set up already")
    db.session.rollback()
    given["password"] = password(given["password"], password_stdin, "ADMIN_PASSWORD")
    form = _form(given)
    if not form.validate():
        raise Invalid(**{str(name): str(errors[0]) for name, errors in form.errors.items()})
    FirstRun.create(**form.first_run())
    written = _write(form)
    db.session.commit()
    setup_code.forget(current_app.config["INSTANCE"])
    click.echo(f"Set up: {form.site_name.data}, with {form.username.data} as administrator.", err=True)
    _reload(written)


def _form(given: Mapping[str, Any]) -> SetupForm:
    """The wizard's form, filled in with what is known and then with what was given."""
    settings = current_app.config
    context = click.get_current_context()
    for name in VARIABLES:
        typed = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if typed and name.upper() in settings["FROM_ENVIRONMENT"] and str(settings[name.upper()]) != given[name]:
            raise Misused(f"--{name.replace('_', '-')}: {name.upper()} is set in the environment, which wins")
    known = SetupForm.opened(settings, settings["APP_URL"], meta={"csrf": False}).data
    values = {**known, **{name: value for name, value in given.items() if value is not None}}
    sent = {name: "" if value is None else str(value) for name, value in values.items()}
    return SetupForm.sent(
        {**sent, "show_support": "y" if given["show_support"] else ""}, settings, meta={"csrf": False}
    )


def _write(form: SetupForm) -> bool:
    """Write `.env`: what is new, and what the environment of this command alone may hold."""
    file, changes = current_app.config["ENV_FILE"], form.changes()
    fixed = {name.upper() for name in form.fixed}
    values = {name: value for name, value in form.environment().items() if name in changes or name in fixed}
    try:
        if values:
            envfile.write(file, values, WORDS)
    except OSError as error:
        if changes:
            db.session.rollback()
            reason = f"{file} cannot be written: {error.strerror}"
            raise Refused(f"{reason}; make it writable, or set in the environment: {', '.join(changes)}") from None
        click.echo(f"{file} cannot be written; keep in the environment: {', '.join(sorted(fixed))}", err=True)
    return bool(changes)


def _reload(changed: bool) -> None:
    socket = config.run_folder(current_app.config["INSTANCE"]) / "supervisor.sock"
    if changed and socket.exists() and not supervisor.reload(f"unix://{socket}"):
        click.echo("Restart Daymark, so that the new settings take effect.", err=True)
