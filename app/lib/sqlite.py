"""SQLite as a server's database: write-ahead log, patience, foreign keys, case, and writers that queue up at BEGIN."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event


def tune(engine: Engine, reading: Callable[[], bool], patience: float = 5.0) -> None:
    """Set up every connection of `engine`. `reading()` tells whether the transaction about to begin only reads.

    A writer takes its lock with BEGIN IMMEDIATE: one that began by reading could not wait for another writer,
    SQLite refuses it at once ("database is locked", https://sqlite.org/lang_transaction.html section 2.2).
    """

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        # SQLite's own lower() knows A to Z only, so a search for ÄRGER would not find ärger as it does elsewhere.
        connection.create_function("lower", 1, _lower, deterministic=True)
        connection.isolation_level = None  # the driver's own implicit BEGIN is always deferred
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN" if reading() else "BEGIN IMMEDIATE")


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
