"""Runs migrations on the application's own database connection."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection, inspect

database = current_app.extensions["migrate"].db


def run() -> None:
    with database.engine.connect() as connection, keeping_what_hangs_on_rows(connection):
        prepare_for_every_alphabet(connection)
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()


def prepare_for_every_alphabet(connection: Connection) -> None:
    """MariaDB and MySQL make tables in the character set of the database: where that is another one than ours, nobody
    could write Japanese or an emoji."""
    if connection.dialect.name in ("mariadb", "mysql"):
        is_other = connection.exec_driver_sql("SELECT @@character_set_database").scalar() != "utf8mb4"
        if is_other and not inspect(connection).get_table_names():
            connection.exec_driver_sql("ALTER DATABASE CHARACTER SET utf8mb4")
        connection.commit()  # of a transaction that it finds, Alembic would leave the end to us


@contextmanager
def keeping_what_hangs_on_rows(connection: Connection) -> Iterator[None]:
    """SQLite makes a table anew to drop a column: with the old one, foreign keys would delete what points at its rows
    (https://sqlite.org/lang_altertable.html section 7). They cannot be switched within a transaction."""
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.connection.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        # Nobody else gets this connection: within a transaction it could not be switched back, and would not say so.
        connection.invalidate()


run()
