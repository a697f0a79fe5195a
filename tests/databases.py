"""The database of a test process: SQLite, or the server that TEST_DATABASE_URL names; emptied before each test."""

import os
import secrets
from pathlib import Path

import sqlalchemy as sa

import config
from app.extensions import db
from app.lib import clock

# Restarting a sequence by TRUNCATE costs a quarter of a second for these tables, by setval two milliseconds.
COUNTED = {
    "postgresql": """
        SELECT setval((quote_ident(schemaname) || '.' || quote_ident(sequencename))::regclass, 1, false)
        FROM pg_sequences WHERE schemaname = current_schema() AND last_value IS NOT NULL
    """,
    "mariadb": """
        SELECT table_name FROM information_schema.tables
        WHERE table_schema = DATABASE() AND auto_increment > 1
    """,
}
COUNTED["mysql"] = COUNTED["mariadb"]
EXISTS = {
    "postgresql": "SELECT 1 FROM pg_database WHERE datname = :name",
    "mariadb": "SELECT 1 FROM information_schema.schemata WHERE schema_name = :name",
}
EXISTS["mysql"] = EXISTS["mariadb"]


def server() -> str:
    """The address that TEST_DATABASE_URL names, with the driver that Daymark uses; "" for SQLite."""
    given = os.environ.get("TEST_DATABASE_URL", "")
    if not given or given.startswith("sqlite"):
        return given
    read = config.load({"APP_KEY": secrets.token_urlsafe(48), "DATABASE_URL": given, "ENV_FILE": "/dev/null"})
    return str(read["SQLALCHEMY_DATABASE_URI"])


def address(folder: Path) -> str:
    """Where this process keeps its rows. Workers side by side have a database each: `daymark_gw0` beside `daymark`.

    The user must be allowed to create it; an empty one that is there already will do.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    given = server()
    if not given or given.startswith("sqlite"):
        return given or f"sqlite:///{folder}/test.sqlite"
    if not worker:
        return given
    url = sa.make_url(given)
    name = f"{url.database}_{worker}"
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        if not connection.scalar(sa.text(EXISTS[engine.dialect.name]), {"name": name}):
            connection.exec_driver_sql(f"CREATE DATABASE {engine.dialect.identifier_preparer.quote(name)}")
    return url.set(database=name).render_as_string(hide_password=False)


def empty() -> None:
    """Delete every row; ids begin at 1 again, on every database."""
    kind = db.engine.dialect.name
    tables = [table.name for table in reversed(db.metadata.sorted_tables)]
    connection = db.session.connection()
    # One question tells which few of them hold anything.
    asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in tables)
    filled = set(connection.exec_driver_sql(asked).scalars())
    for name in [name for name in tables if name in filled]:
        connection.exec_driver_sql(f"DELETE FROM {name}")
    if kind == "mysql":  # it would say for a day what it last said
        connection.exec_driver_sql("SET SESSION information_schema_stats_expiry = 0")
    counted = db.session.scalars(sa.text(COUNTED[kind])).all() if kind in COUNTED else []
    if kind in ("mariadb", "mysql"):
        for name in counted:
            db.session.execute(sa.text(f"ALTER TABLE {name} AUTO_INCREMENT = 1"))
    db.session.commit()


def rows(*models: type) -> dict[sa.Table, list[dict]]:
    """All rows of these tables, for `put`."""
    found = {}
    for table in [model.__table__ for model in models]:
        select = sa.select(table).order_by(table.c.id)
        found[table] = [dict(row) for row in db.session.execute(select).mappings()]
    db.session.commit()
    return found


def put(known: dict[sa.Table, list[dict]]) -> None:
    """Rows of empty tables again, made now; the database counts their ids as it did before."""
    now = clock.now()
    connection = db.session.connection()
    for table, wanted in known.items():
        made_now = {name: now for name in ("created_at", "updated_at") if name in table.c}
        without_id = [{name: value for name, value in row.items() if name != "id"} for row in wanted]
        for row in without_id:
            if row.get("name") == "installed_at":
                row["value"] = now.isoformat()
        connection.execute(table.insert(), [{**row, **made_now} for row in without_id])
    db.session.commit()
