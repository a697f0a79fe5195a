"""Runs migrations on the application's own database connection."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection

database = current_app.extensions["migrate"].db


def run() -> None:
    with database.engine.connect() as connection, keeping_what_hangs_on_rows(connection):
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()


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
