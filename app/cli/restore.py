"""`flask restore`: what `flask backup` wrote, into an empty database of any kind."""

import json
import logging
import sys
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from dotenv import dotenv_values
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import downgrade, upgrade

import config
from app.cli.answers import Refused, forget_pages, passphrase, says_why
from app.cli.backup import VARIABLE, asks_for_passphrase, key_mark
from app.extensions import db
from app.lib import envfile, revisions, setup_code, supervisor
from app.lib.backup_file import Reader, Unusable
from app.lib.passphrase import unlock
from app.models import snapshot

# What belongs to the page; all else in .env belongs to a machine.
OF_THE_PAGE = frozenset({"APP_URL", "CACHE_DRIVER", "SESSION_DRIVER", "QUEUE_DRIVER", "METRICS_TOKEN"})
OF_THE_PAGE |= {"MAIL_DRIVER", "MAIL_HOST", "MAIL_PORT", "MAIL_ENCRYPTION", "MAIL_USERNAME", "MAIL_PASSWORD"}
OF_THE_PAGE |= {"MAIL_ADDRESS", "MAIL_NAME", "API_RATE_LIMIT", "API_READ_LIMIT"}


@click.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@asks_for_passphrase
@click.option("--json", "as_json", is_flag=True, help="Print what came back as JSON on standard output.")
@with_appcontext
@says_why
def restore_command(
    file: Path, passphrase_file: Path | None, given: str | None, without_key: bool, as_json: bool
) -> None:
    """Read FILE, which bin/flask backup wrote, into the database that is configured, which has to be empty.

    It may be of another kind than the one before. APP_KEY goes to .env, and so do the other lines of the .env of then
    that nothing sets here and that belong to the page (APP_URL, MAIL_*, API_*, drivers), not to the machine. A file
    that is cut, altered or of a newer Daymark is refused before anything is touched.

    Exit codes: 0 done, 1 refused, 2 bad input.
    """
    try:
        reader = Reader(file)
        reader.check_tables()
    except Unusable as problem:
        raise Refused(f"{file}: {problem}") from None
    except OSError as error:
        raise Refused(f"{file}: {error.strerror}") from None
    _refuse_newer(file, reader.manifest)
    key = None if without_key else _key(file, reader, passphrase_file, given)
    _refuse_filled()
    count = _fill(reader, key)
    forget_pages()
    setup_code.forget(current_app.config["INSTANCE"])
    if as_json:
        told = {"rows": count, "tables": len(reader.tables), "revision": revisions.HEAD, "key": key is not None}
        click.echo(json.dumps(told))
    click.echo(f"Restored: {count} rows of {len(reader.tables)} tables.", err=True)
    if key is None and reader.manifest["key_mark"] != key_mark():
        click.echo(
            "APP_KEY is another than then: sessions are over, and encrypted settings have to be entered anew", err=True
        )
    socket = config.run_folder(current_app.config["INSTANCE"]) / "supervisor.sock"
    if socket.exists() and not supervisor.reload(f"unix://{socket}"):
        click.echo("Restart Daymark, so that all of it takes effect.", err=True)


def _refuse_newer(file: Path, manifest: dict[str, Any]) -> None:
    known = {script.revision for script in ScriptDirectory(str(config.ROOT / "migrations")).walk_revisions()}
    if manifest["revision"] not in known:
        raise Refused(f"{file}: was made by a newer Daymark, {manifest['daymark']}; update this one first")


def _refuse_filled() -> None:
    with snapshot.of_now() as connection:
        if name := snapshot.filled(connection):
            raise Refused(f"the database is not empty, table {name} holds something; name an empty one in DATABASE_URL")


def _key(file: Path, reader: Reader, passphrase_file: Path | None, given: str | None) -> dict[str, Any] | None:
    """The key and .env of then, or None where they were left out."""
    if reader.manifest["key"] is None:
        return None
    opened = unlock(passphrase(passphrase_file, given, VARIABLE), reader.manifest["key"])
    if opened is None:
        raise Refused(f"{file}: that is not its passphrase (--without-key restores the rows alone)")
    key: dict[str, Any] = json.loads(opened)
    if key["sums"] != {name: table["sha256"] for name, table in reader.tables.items()}:
        raise Refused(f"{file}: is damaged: the key in it belongs to other rows")
    if key["app_key"] != current_app.config["SECRET_KEY"] and "APP_KEY" in current_app.config["FROM_ENVIRONMENT"]:
        raise Refused("APP_KEY is set in the environment, to another than then; unset it there, or use --without-key")
    return key


def _fill(reader: Reader, key: dict[str, Any] | None) -> int:
    """All or nothing, but for the tables themselves: migrated to where they were then, filled, and migrated on."""
    logging.getLogger("alembic.runtime.migration").setLevel(logging.WARNING)
    db.session.rollback()
    _migrate_to(reader.manifest["revision"])
    count = 0
    with db.engine.begin() as connection:
        there = {table.name: table for table in snapshot.tables(connection)}
        if snapshot.filled(connection):
            raise Refused("the database is not empty any more")
        names = [name for name in there if name in reader.tables]
        connection.execute(sa.delete(there[snapshot.SETTINGS]))
        with snapshot.patient(connection), click.progressbar(names, label="Restoring", file=sys.stderr) as bar:
            for name in bar:
                count += snapshot.put(connection, there[name], reader.tables[name]["columns"], reader.rows(name))
        snapshot.count_on(connection)
        if key is not None:
            _take_over(key)
    upgrade()
    return count


def _migrate_to(revision: str) -> None:
    """Tables as they were then; those of today, empty as they are, may be taken back."""
    with db.engine.connect() as connection:
        now = MigrationContext.configure(connection).get_current_revision()
    if now is not None and now > revision:  # revisions are numbered
        downgrade(revision=revision)
    else:
        upgrade(revision=revision)


def _take_over(key: dict[str, Any]) -> None:
    file, set_here = current_app.config["ENV_FILE"], current_app.config["FROM_ENVIRONMENT"]
    try:
        if key["app_key"] != current_app.config["SECRET_KEY"]:
            # As it is written: quoting would take the base64: of some keys for a way to write a value.
            plain = not {"'", "\\"}.intersection(key["app_key"])
            value = f"'{key['app_key']}'" if plain else envfile.quote("APP_KEY", key["app_key"])
            envfile.take_over(file, f"APP_KEY={value}", lambda name: True)
        there = dotenv_values(file, interpolate=False) if file.exists() else {}
        envfile.take_over(
            file,
            key["env"],
            lambda name: name in OF_THE_PAGE and name not in set_here and not there.get(name),
        )
    except OSError as error:
        raise Refused(f"{file} cannot be written: {error.strerror}; make it writable, or use --without-key") from None
