"""Archive: the rows that go with a row when it is deleted, copied out as JSON and put back in again.

The foreign keys say which: what is deleted by cascade goes along, what is only cut loose is tied again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.assigning import told
from app.models.base import UtcDateTime

AT_ONCE = 500  # rows in one piece, and values in one question
# Of what comes by the million only the newest is kept; charts read the roll-ups, which are kept whole.
MOST = {"metric_points": 10_000}
# Mails that were waiting must not be sent because something came back.
LEFT_OUT = frozenset({"notices", "deleted_rows"})


@dataclass
class Piece:
    """Rows of one table. Those that were only `cut_loose` hold their id and the column that named what is gone."""

    table: sa.Table
    rows: list[dict[str, Any]]
    cut_loose: bool = False


@dataclass
class Restored:
    """What putting back found: the new ids of rows whose own was taken meanwhile, by something made after `gone_at`.
    SQLite gives the id of what was deleted to the next."""

    gone_at: datetime
    ids: dict[tuple[str, int], int] = field(default_factory=dict)


def gather(table: sa.Table, row_id: int) -> Iterator[Piece]:
    """The row of `table` and all that its deletion takes along, parents first."""
    waiting: list[tuple[sa.Table, sa.ColumnElement[bool]]] = [(table, table.c.id == row_id)]
    while waiting:
        source, which = waiting.pop(0)
        for rows in _pieces(source, which):
            yield Piece(source, [_plain(row) for row in rows])
            if "id" not in source.c:
                continue
            ids = [row["id"] for row in rows]
            for key in _pointing_at(source):
                if key.ondelete == "CASCADE":
                    waiting.append((key.parent.table, key.parent.in_(ids)))
                elif key.ondelete == "SET NULL" and "id" in key.parent.table.c:
                    yield from _loose(key.parent, ids)


def rows_of(table: sa.Table, which: sa.ColumnElement[bool]) -> list[Piece]:
    """These rows, without what hangs on them."""
    return [Piece(table, [_plain(row) for row in rows]) for rows in _pieces(table, which)]


def put_back(pieces: Sequence[Piece], gone_at: datetime) -> Restored:
    """Insert what was deleted at `gone_at` again, in its order. What it hung on and is gone by now is left out, or left
    empty where that may be; a row whose id was taken gets another. Raises IntegrityError where something unique was
    taken."""
    done = Restored(gone_at)
    for piece in pieces:
        if piece.cut_loose:
            _tie(piece, done)
        elif rows := _fitting(piece, done):
            _insert(piece.table, rows, done)
    return done


def _pieces(table: sa.Table, which: sa.ColumnElement[bool]) -> Iterator[list[dict[str, Any]]]:
    select = sa.select(table).where(which)
    if "id" in table.c:
        select = select.order_by(table.c.id.desc())
    found = db.session.execute(select.limit(MOST.get(table.name))).mappings().partitions(AT_ONCE)
    for rows in found:
        yield [dict(row) for row in rows]


def _pointing_at(table: sa.Table) -> list[sa.ForeignKey]:
    found = (key for other in db.metadata.sorted_tables for key in other.foreign_keys)
    return [key for key in found if key.column.table is table and key.parent.table.name not in LEFT_OUT]


def _loose(column: sa.Column[Any], ids: list[int]) -> Iterator[Piece]:
    table = column.table
    select = sa.select(table.c.id, column).where(column.in_(ids))
    for rows in db.session.execute(select).mappings().partitions(AT_ONCE):
        yield Piece(table, [dict(row) for row in rows], cut_loose=True)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """As JSON knows it."""
    return {name: told(value) for name, value in row.items()}


def _as_column(column: sa.Column[Any], value: Any) -> Any:
    if value is not None and isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if value is not None and isinstance(column.type, sa.Date):
        return date.fromisoformat(value)
    return value


def _tie(piece: Piece, done: Restored) -> None:
    """Where nothing else was put in its place meanwhile."""
    for row in piece.rows:
        name, target = next((name, value) for name, value in row.items() if name != "id")
        column = piece.table.c[name]
        parent = next(iter(column.foreign_keys)).column.table.name
        value = done.ids.get((parent, target), target)
        same = (piece.table.c.id == row["id"], piece.table.c.created_at <= done.gone_at)
        update = sa.update(piece.table).where(*same, column.is_(None))
        db.session.execute(update.values({name: value}))


def _fitting(piece: Piece, done: Restored) -> list[dict[str, Any]]:
    """The rows whose parents are there, with the parents' new ids."""
    rows = [{name: _as_column(piece.table.c[name], value) for name, value in row.items()} for row in piece.rows]
    for key in piece.table.foreign_keys:
        name, parent = key.parent.name, key.column.table
        for row in rows:
            row[name] = done.ids.get((parent.name, row[name]), row[name])
        there = _existing(
            parent, {row[name] for row in rows if row[name] is not None}, parent.c.created_at <= done.gone_at
        )
        if key.parent.nullable and key.ondelete == "SET NULL":
            for row in rows:
                row[name] = row[name] if row[name] in there else None
        else:
            rows = [row for row in rows if row[name] is None or row[name] in there]
    return rows


def _existing(table: sa.Table, ids: set[Any], *which: sa.ColumnElement[bool]) -> set[Any]:
    wanted = sorted(ids)
    found: set[Any] = set()
    for start in range(0, len(wanted), AT_ONCE):
        some = table.c.id.in_(wanted[start : start + AT_ONCE])
        found.update(db.session.scalars(sa.select(table.c.id).where(some, *which)))
    return found


def _insert(table: sa.Table, rows: list[dict[str, Any]], done: Restored) -> None:
    taken = _existing(table, {row["id"] for row in rows}) if "id" in table.c else set()
    # From the first that was taken on: rows are told in the order of their ids, and keep it.
    as_before = [row for row in rows if not taken or row["id"] < min(taken)]
    if as_before:
        db.session.execute(sa.insert(table), as_before)
    for row in sorted((row for row in rows if taken and row["id"] >= min(taken)), key=itemgetter("id")):
        made = db.session.execute(sa.insert(table).values({k: v for k, v in row.items() if k != "id"}))
        done.ids[table.name, row["id"]] = made.inserted_primary_key[0]  # type: ignore[attr-defined]
