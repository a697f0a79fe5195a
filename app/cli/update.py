"""`flask install` and `flask update`: everything between unpacking a release and serving it."""

import logging
import sys
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import click
from alembic.migration import MigrationContext
from flask import current_app
from flask.cli import with_appcontext

import config
from app.cli import backup, checks
from app.cli.answers import Refused, forget_pages, passphrase, says_why
from app.cli.migrating import migrate
from app.extensions import db
from app.lib import clock, supervisor
from app.lib.release import VERSION

KEPT = 5  # backups of updates
STAMP = Path(sys.prefix) / ".installed-requirements.txt"  # written by bin/install when packages change
# What nobody can expect before Daymark has been started.
RUNNING = frozenset({"redis", "workers", "clock", "jobs", "time"})


@click.command("install")
@with_appcontext
@says_why
def install_command() -> None:
    """Prepare a fresh installation: key, tables, empty page cache; then look whether all is well. Again if you like.

    bin/flask has written APP_KEY to .env already, if there was none anywhere. Afterwards start Daymark and open it, or
    run bin/flask setup. Exit codes: 0 done, 1 something is in the way.
    """
    migrate()
    forget_pages()
    wrong = False
    for finding in checks.look():
        if finding.name not in RUNNING or (finding.name == "redis" and not current_app.config["REDIS_EMBEDDED"]):
            wrong = wrong or finding.state == "wrong"
            click.echo(finding.line)
    db.session.rollback()
    if wrong:
        raise Refused("installed, but not everything is well; see above")
    click.echo("Installed. Start Daymark with bin/run, or by its service, and open it.", err=True)


@click.command("update")
@click.option(
    "--backup",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to; in INSTANCE/backups unless given.",
)
@click.option("--no-backup", is_flag=True, help="Make none: there is one, or another machine made it.")
@backup.asks_for_passphrase
@with_appcontext
@says_why
def update_command(
    file: Path | None, no_backup: bool, passphrase_file: Path | None, given: str | None, without_key: bool
) -> None:
    """Bring a new release into service, once its files are in place: backup, migrate, clear the page cache, reload.

    Visitors notice nothing: what runs finishes its work, and is replaced. The backup holds the key only if a passphrase
    is given, as for bin/flask backup; the newest five in INSTANCE/backups are kept. Should the backup or a migration
    fail, nothing is reloaded. Exit codes: 0 done, 1 refused, 2 bad input.
    """
    if not no_backup and _has_tables():
        is_named = passphrase_file is not None or given
        secret = (
            "" if without_key or not is_named else passphrase(passphrase_file, given, backup.VARIABLE, confirm=True)
        )
        target = file or _next_backup()
        told = backup.write(target, secret)
        click.echo(f"Backup: {target}, {told['rows']} rows", err=True)
    migrate()
    forget_pages()
    _say_reloaded()


def _has_tables() -> bool:
    with db.engine.connect() as connection:
        logging.getLogger("alembic.runtime.migration").setLevel(logging.WARNING)
        return MigrationContext.configure(connection).get_current_revision() is not None


def _next_backup() -> Path:
    folder = current_app.config["INSTANCE"] / "backups"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        for old in _old_backups(folder):
            old.unlink()
    except OSError as error:
        raise Refused(f"{error.filename}: {error.strerror}") from None
    return Path(folder / f"before-{VERSION}-{clock.now().astimezone(UTC):%Y%m%dT%H%M%S%fZ}")


def _old_backups(folder: Path) -> Iterator[Path]:
    """Those that make room for the next one."""
    yield from sorted(folder.glob("before-*"), key=lambda path: path.stat().st_mtime, reverse=True)[KEPT - 1 :]


def _say_reloaded() -> None:
    socket = config.run_folder(current_app.config["INSTANCE"]) / "supervisor.sock"
    if not socket.exists():
        click.echo(f"Daymark {VERSION} is ready; it does not run here. Start it.", err=True)
    elif supervisor.reload(f"unix://{socket}", STAMP.stat().st_mtime if STAMP.exists() else 0):
        click.echo(f"Daymark {VERSION} takes over now.", err=True)
    else:
        raise Refused(f"Daymark {VERSION} is ready, but could not be reloaded; restart it")
