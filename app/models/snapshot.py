"""All rows of all tables, out of one database and into another of any kind, a few hundred at a time."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.extensions import db
from app.models.base import UtcDateTime
from app.models.setting import Setting

BATCH = 500  # rows
SETTINGS = Setting.__tablename__
# What makes the rest of the transaction see this moment. PostgreSQL does by its isolation level alone.
BEGIN = {
    "sqlite": "BEGIN",
    "mysql": "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    "mariadb": "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
}
ISOLATION = {"postgresql": "REPEATABLE READ", "mysql": "REPEATABLE READ", "mariadb": "REPEATABLE READ"}
# Rows may come before those that they name; all are there at the end.
PATIENT = {
    "sqlite": "PRAGMA defer_foreign_keys = ON",
    "mysql": "SET foreign_key_checks = 0",
    "mariadb": "SET foreign_key_checks = 0",
}
STRICT = {"mysql": "SET foreign_key_checks = 1", "mariadb": "SET foreign_key_checks = 1"}


@contextmanager
def of_now() -> Iterator[sa.Connection]:
    """A connection that sees the database as it is at this moment, whatever is written meanwhile; nobody waits for it.

    Not one of the application's: on SQLite those begin as writers do, which would keep all others waiting.
    """
    options: dict[str, Any] = {"connect_args": current_app.config["SQLALCHEMY_ENGINE_OPTIONS"].get("connect_args", {})}
    kind = db.engine.dialect.name
    if kind in ISOLATION:
        options["isolation_level"] = ISOLATION[kind]
    engine = sa.create_engine(db.engine.url, poolclass=sa.NullPool, **options)
    try:
        with engine.connect() as connection:
            if kind in BEGIN:
                connection.exec_driver_sql(BEGIN[kind])
            yield connection
    finally:
        engine.dispose()


def tables(connection: sa.Connection) -> list[sa.Table]:
    """Our tables as they are in this database, which may be of an earlier release; what others name comes first."""
    inspector = sa.inspect(connection)
    there = set(inspector.get_table_names())
    return [_as_it_is(table, inspector) for table in db.metadata.sorted_tables if table.name in there]


def _as_it_is(known: sa.Table, inspector: sa.Inspector) -> sa.Table:
    columns = [
        # Not all databases tell a truth value from a number, and none tells whose times these are: our types do.
        sa.Column(found["name"], known.c[found["name"]].type if found["name"] in known.c else found["type"])
        for found in inspector.get_columns(known.name)
    ]
    return sa.Table(known.name, sa.MetaData(), *columns)


def filled(connection: sa.Connection) -> str | None:
    """The name of a table that holds something, or None where nothing is in the way.

    Settings of a page that nobody has set up are not: its jobs note there by themselves how far they are.
    """
    holding = [table.name for table in tables(connection) if _holds_any(connection, table)]
    return None if holding == [SETTINGS] else next(iter(holding), None)


def _holds_any(connection: sa.Connection, table: sa.Table) -> bool:
    return connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None


def rows(connection: sa.Connection, table: sa.Table) -> Iterator[str]:
    """Each row as a JSON array, by its key; rows that name another of the same table come last."""
    known = db.metadata.tables[table.name]
    order = [table.c[key.parent.name].is_not(None) for key in known.foreign_keys if key.column.table is known]
    select = sa.select(table).order_by(*order, *(table.c[key.name] for key in known.primary_key))
    options = {"stream_results": True, "yield_per": BATCH}
    for row in connection.execute(select, execution_options=options):
        yield json.dumps(list(row), default=_plain, separators=(",", ":"))


def put(connection: sa.Connection, table: sa.Table, columns: list[str], found: Iterable[list[Any]]) -> int:
    """Insert the rows, ids and times as they were; answers how many."""
    readers = [(name, _reader(table.c[name].type)) for name in columns]
    waiting, count = iter(found), 0
    while batch := list(islice(waiting, BATCH)):
        values = [
            {name: None if value is None else read(value) for (name, read), value in zip(readers, row, strict=True)}
            for row in batch
        ]
        connection.execute(sa.insert(table), values)
        count += len(batch)
    return count


def wipe(connection: sa.Connection) -> int:
    """Delete every row, and have ids begin anew where the database lets them; answers how many went."""
    with patient(connection):
        count = sum(connection.execute(sa.delete(table)).rowcount for table in reversed(tables(connection)))
    count_on(connection)
    return count


@contextmanager
def patient(connection: sa.Connection) -> Iterator[None]:
    """Within it, rows may come before those that they name, and go after them."""
    if command := PATIENT.get(connection.dialect.name):
        connection.exec_driver_sql(command)
    try:
        yield
    except BaseException:
        if connection.dialect.name in STRICT:
            connection.invalidate()  # nobody else is to be given a connection that looks at no foreign keys
        raise
    if command := STRICT.get(connection.dialect.name):
        connection.exec_driver_sql(command)


def count_on(connection: sa.Connection) -> None:
    """Have ids go on from the highest that is there."""
    if connection.dialect.name == "postgresql":
        for table in (table for table in tables(connection) if "id" in table.c):
            sequence = sa.func.pg_get_serial_sequence(table.name, "id")
            highest = sa.select(sa.func.max(table.c.id)).scalar_subquery()
            connection.execute(sa.select(sa.func.setval(sequence, sa.func.coalesce(highest, 1), highest.is_not(None))))


def _plain(value: Any) -> str:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(value).decode()
    return str(value)


def _reader(kind: sa.types.TypeEngine[Any]) -> Callable[[Any], Any]:
    """What makes of a value in JSON one that the database takes."""
    if isinstance(kind, (UtcDateTime, sa.DateTime)):
        return datetime.fromisoformat
    if isinstance(kind, sa.Date):
        return date.fromisoformat
    if isinstance(kind, sa.LargeBinary):
        return base64.b64decode
    if isinstance(kind, sa.Boolean):
        return bool
    if isinstance(kind, sa.Numeric) and kind.asdecimal:
        return Decimal
    return lambda value: value
