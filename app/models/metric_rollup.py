"""Roll-ups of metric points by minute, hour and day, kept in step with the points themselves."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.lib import clock
from app.models.base import Choice
from app.models.enums import RollupUnit

# Charts read minutes a day back at most; the rest is for corrections, which are counted again from them.
MINUTES_KEPT = timedelta(days=8)


class MetricRollup(db.Model):  # type: ignore[name-defined]
    """What the points of one minute, hour or day come to. `minute` is its start, in minutes since 1970: charts add up
    several in the database, and all four can do that with integers."""

    __tablename__ = "metric_rollups"

    metric_id: Mapped[int] = mapped_column(sa.ForeignKey("metrics.id", ondelete="CASCADE"), primary_key=True)
    unit: Mapped[RollupUnit] = mapped_column(Choice(RollupUnit), primary_key=True, autoincrement=False)
    minute: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    total: Mapped[float] = mapped_column(sa.Double)
    count: Mapped[int]
    least: Mapped[float] = mapped_column(sa.Double)
    most: Mapped[float] = mapped_column(sa.Double)

    @classmethod
    def add(cls, metric_id: int, at: datetime, value: float, zone: ZoneInfo, times: int = 1) -> None:
        """Count `value`, `times` over, in the minute, hour and day of `at`. Safe beside others who do the same."""
        sums = {"metric_id": metric_id, "total": value * times, "count": times, "least": value, "most": value}
        connection = db.session.connection()
        rows = [
            {**sums, "unit": unit, "minute": start} for unit, start in zip(RollupUnit, starts(at, zone), strict=True)
        ]
        # In this order, so that nobody holds a day and waits for a minute.
        if connection.dialect.name == "postgresql":
            connection.execute(_COUNTING_AT_ONCE, {f"{k}_{i}": row[k] for i, row in enumerate(rows) for k in row})
        else:
            connection.execute(_COUNTING[connection.dialect.name], rows)

    @classmethod
    def take_back(cls, metric_id: int, at: datetime, value: float, zone: ZoneInfo, times: int) -> None:
        """Subtract a point from roll-ups whose other points have been pruned and cannot be counted again."""
        for unit, minute in zip(RollupUnit, starts(at, zone), strict=True):
            here = _one(metric_id, unit, minute)
            less = {"total": _table.c.total - value * times, "count": _table.c.count - times}
            db.session.execute(sa.update(_table).where(*here).values(less))
            db.session.execute(sa.delete(_table).where(*here, _table.c.count <= 0))

    @classmethod
    def recount(cls, metric_id: int, at: datetime, points: sa.Table, zone: ZoneInfo) -> None:
        """Work out the minute, hour and day of `at` again, from `points` or from minutes that have just been."""
        kept_since = _minute(clock.now() - MINUTES_KEPT) + 24 * 60
        for unit, start in zip(RollupUnit, starts(at, zone), strict=True):
            if unit is RollupUnit.DAY:
                end = _minute(clock.start_of_day(at.astimezone(zone).date() + timedelta(days=1), zone))
            else:
                end = start + (60 if unit is RollupUnit.HOUR else 1)
            db.session.execute(sa.delete(_table).where(*_one(metric_id, unit, start)))
            if unit is RollupUnit.MINUTE or start < kept_since:
                sums = _of_points(points, metric_id, start, end)
            else:
                sums = _of_minutes(metric_id, start, end)
            key = (sa.literal(number, sa.Integer) for number in (metric_id, int(unit), start))
            # INSERT … SELECT, because MySQL's SELECT alone may read from before the lock.
            names = [column.name for column in _table.c]
            db.session.execute(
                sa.insert(_table).from_select(names, sums.with_only_columns(*key, *sums.selected_columns))
            )

    @classmethod
    def rebuild_days(cls, metric_id: int, zone: ZoneInfo) -> None:
        """Write the days of a metric again from its hours, after the page's zone has changed. The caller holds the
        metric, as a correction does: a point that came in between would be in none of them."""
        mine = _table.c.metric_id == metric_id
        hours = sa.select(_table).where(mine, _table.c.unit == RollupUnit.HOUR).order_by(_table.c.minute)
        days: dict[int, dict[str, float]] = {}
        for _metric_id, _unit, minute, total, count, least, most in db.session.execute(hours):
            day = starts(moment(minute), zone)[2]
            sums = days.setdefault(day, {"total": 0.0, "count": 0, "least": least, "most": most})
            sums.update(
                total=sums["total"] + total,
                count=sums["count"] + count,
                least=min(sums["least"], least),
                most=max(sums["most"], most),
            )
        db.session.execute(sa.delete(_table).where(mine, _table.c.unit == RollupUnit.DAY))
        keys = {"metric_id": metric_id, "unit": RollupUnit.DAY}
        rows = [{**keys, "minute": day, **sums} for day, sums in days.items()]
        if rows:
            db.session.execute(sa.insert(_table), rows)

    @classmethod
    def prune(cls, metric_id: int) -> int:
        """Delete the oldest day of minutes that no chart needs; how many rows that were."""
        mine = (_table.c.metric_id == metric_id, _table.c.unit == RollupUnit.MINUTE)
        oldest = db.session.scalar(sa.select(sa.func.min(_table.c.minute)).where(*mine))
        last = _minute(clock.now() - MINUTES_KEPT)
        if oldest is None or oldest >= last:
            return 0
        gone = sa.delete(_table).where(*mine, _table.c.minute < min(oldest + 24 * 60, last))
        return int(db.session.execute(gone).rowcount)  # type: ignore[attr-defined]


def starts(at: datetime, zone: ZoneInfo) -> tuple[int, int, int]:
    """When the minute, the hour and the day of `zone` that hold `at` begin, in minutes since 1970."""
    minute = _minute(at)
    return minute, minute - minute % 60, _minute(clock.start_of_day(at.astimezone(zone).date(), zone))


def moment(minute: int) -> datetime:
    """The time that lies `minute` minutes after the beginning of 1970."""
    return datetime.fromtimestamp(minute * 60, UTC)


def _minute(at: datetime) -> int:
    return int(at.timestamp() // 60)


_table: sa.Table = MetricRollup.__table__


def _one(metric_id: int, unit: RollupUnit, minute: int) -> tuple[sa.ColumnElement[bool], ...]:
    return _table.c.metric_id == metric_id, _table.c.unit == unit, _table.c.minute == minute


def _rows(count: int) -> sa.CompoundSelect[Any]:
    """That many rows whose columns are parameters, such as `total_0`."""
    rows = ([sa.bindparam(f"{c.name}_{row}", type_=c.type) for c in _table.c] for row in range(count))
    return sa.union_all(*(sa.select(*row) for row in rows))


def _counting(dialect: str, rows: Any = None) -> Any:
    """A row, or all of `rows`, added to what is there."""
    insert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}.get(dialect, mysql.insert)(_table)
    if rows is not None:
        insert = insert.from_select([column.name for column in _table.c], rows)
    is_mysql = isinstance(insert, mysql.Insert)
    new = insert.inserted if is_mysql else insert.excluded
    sums = {
        "total": _table.c.total + new.total,
        "count": _table.c.count + new["count"],
        "least": sa.case((_table.c.least > new.least, new.least), else_=_table.c.least),
        "most": sa.case((_table.c.most < new.most, new.most), else_=_table.c.most),
    }
    if is_mysql:
        return insert.on_duplicate_key_update(sums)
    return insert.on_conflict_do_update(index_elements=list(_table.primary_key), set_=sums)


# Made once: building a statement costs more than SQLite takes to do it.
_COUNTING = {dialect: _counting(dialect) for dialect in ("sqlite", "mysql", "mariadb")}
# PostgreSQL's driver sends many rows one by one, and a point waits for each.
_COUNTING_AT_ONCE = _counting("postgresql", _rows(len(RollupUnit)))


def _of_points(points: sa.Table, metric_id: int, start: int, end: int) -> sa.Select[tuple[float, int, float, float]]:
    c = points.c
    return (
        sa.select(sa.func.sum(c.value * c.counter), sa.func.sum(c.counter), sa.func.min(c.value), sa.func.max(c.value))
        .where(c.metric_id == metric_id, c.at >= moment(start), c.at < moment(end))
        .group_by(c.metric_id)
    )


def _of_minutes(metric_id: int, start: int, end: int) -> sa.Select[tuple[float, int, float, float]]:
    # Of an alias: a table that is written to may not be read under the same name everywhere.
    c = _table.alias("minutes").c
    return (
        sa.select(sa.func.sum(c.total), sa.func.sum(c.count), sa.func.min(c.least), sa.func.max(c.most))
        .where(c.metric_id == metric_id, c.unit == RollupUnit.MINUTE, c.minute >= start, c.minute < end)
        .group_by(c.metric_id)
    )
