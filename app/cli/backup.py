"""`flask backup`: everything in one file, while Daymark runs."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from alembic.migration import MigrationContext
from flask import current_app
from flask.cli import with_appcontext

from app.cli.answers import Refused, passphrase, says_why
from app.lib import clock
from app.lib.backup_file import Writer
from app.lib.passphrase import lock
from app.lib.release import VERSION
from app.lib.signing import mark
from app.models import snapshot

VARIABLE = "BACKUP_PASSPHRASE"


def asks_for_passphrase(command: Callable[..., Any]) -> Callable[..., Any]:
    """The ways to hand a command the passphrase of a backup."""
    file = click.Path(dir_okay=False, path_type=Path)
    for option in (
        click.option("--without-key", is_flag=True, help="Leave APP_KEY and .env alone."),
        click.option("--passphrase", "given", envvar=VARIABLE, show_envvar=True, help="Rather by the variable."),
        click.option("--passphrase-file", type=file, help="Read the passphrase from the first line of this file."),
    ):
        command = option(command)
    return command


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@asks_for_passphrase
@click.option("--json", "as_json", is_flag=True, help="Print what is in it as JSON on standard output.")
@with_appcontext
@says_why
def backup_command(
    file: Path, passphrase_file: Path | None, given: str | None, without_key: bool, as_json: bool
) -> None:
    """Write everything to FILE: all tables, pictures among them, and, encrypted with a passphrase, APP_KEY and .env.

    Daymark may run meanwhile; the file tells one moment. bin/flask restore reads it back into a database of any kind.
    Keep the passphrase elsewhere: without it the key is lost. Exit codes: 0 done, 1 refused, 2 bad input.
    """
    secret = "" if without_key else passphrase(passphrase_file, given, VARIABLE, confirm=True)
    told = write(file, secret)
    if as_json:
        click.echo(json.dumps(told))
    key = "the key is not in it" if without_key else "with the key"
    click.echo(f"Written: {file}, {told['rows']} rows of {told['tables']} tables, {key}.", err=True)


def write(file: Path, secret: str) -> dict[str, Any]:
    """Back up to `file`, with the key where there is a passphrase. Raises Refused; answers what was written."""
    logging.getLogger("alembic.runtime.migration").setLevel(logging.WARNING)
    try:
        if file.exists():
            raise Refused(f"{file}: is there already")
        with Writer(file) as writer, snapshot.of_now() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
            if revision is None:
                raise Refused("there is nothing to back up, the database is empty")
            for table in snapshot.tables(connection):
                writer.table(table.name, table.c.keys(), snapshot.rows(connection, table))
            writer.finish(
                {
                    "daymark": VERSION,
                    "revision": revision,
                    "database": connection.dialect.name,
                    "made_at": clock.now().isoformat(),
                    "key_mark": key_mark(),
                    "key": _key(secret, writer.tables) if secret else None,
                }
            )
    except OSError as error:
        raise Refused(f"{file}: {error.strerror}") from None  # not the name that it has until it is whole
    return {
        "file": str(file),
        "bytes": file.stat().st_size,
        "revision": revision,
        "tables": len(writer.tables),
        "rows": sum(table["rows"] for table in writer.tables.values()),
        "key": bool(secret),
    }


def key_mark() -> str:
    """Tells whether two backups, or a backup and an installation, have the same APP_KEY, and nothing else of it."""
    return mark(current_app.config["SECRET_KEY"], "backup", 0)


def _key(secret: str, tables: dict[str, Any]) -> str:
    # The sums go with it: whoever has no passphrase cannot put other rows beside this key.
    env = current_app.config["ENV_FILE"]
    text = env.read_text(encoding="utf-8") if env.is_file() else ""
    sums = {name: table["sha256"] for name, table in tables.items()}
    return lock(secret, json.dumps({"app_key": current_app.config["SECRET_KEY"], "env": text, "sums": sums}))
