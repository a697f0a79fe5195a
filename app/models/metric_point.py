"""Metric points. They are data, not events; only their correction is one."""

from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, make_transient_to_detached, mapped_column
from sqlalchemy.orm.exc import ObjectDeletedError

from app.errors import Invalid, NotFound
from app.extensions import db
from app.i18n import _
from app.lib import clock
from app.models.base import Model, UtcDateTime, hold_row
from app.models.event import Event, EventName
from app.models.metric_rollup import MetricRollup
from app.models.mixins import Actor
from app.models.setting import Setting

HALF_MINUTE = 30
GRACE = timedelta(minutes=1)  # clocks differ
LARGEST = 1e15  # beyond that a float is not exact to the unit, and sums of it would not be either


class MetricPoint(Model):
    """One value at one time, to the half minute; `counter` says how often it was sent in a row.

    Made by `Metric.add_point`."""

    __tablename__ = "metric_points"
    __table_args__ = (
        sa.Index("ix_metric_points_metric_at", "metric_id", "at", "id"),
        sa.Index("ix_metric_points_at", "at"),
    )

    metric_id: Mapped[int] = mapped_column(sa.ForeignKey("metrics.id", ondelete="CASCADE"))
    value: Mapped[float] = mapped_column(sa.Double)
    counter: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    def edit(self, *, actor: Actor | None, value: float | None = None, at: datetime | None = None) -> None:
        """Correct its value, its time or both. Raises Invalid as `Metric.add_point` does."""
        self._hold()
        value = self.value if value is None else number(value)
        at = self.at if at is None else half_minute(at)
        zone, before = Setting.zone(), self.at
        if self._is_countable(before):
            self.value, self.at = value, at
            db.session.flush()
            MetricRollup.recount(self.metric_id, before, _table, zone)
        else:
            MetricRollup.take_back(self.metric_id, before, self.value, zone, self.counter)
            self.value, self.at = value, at
            db.session.flush()
        if not self._is_countable(at):
            MetricRollup.add(self.metric_id, at, value, zone, self.counter)
        elif at != before:
            MetricRollup.recount(self.metric_id, at, _table, zone)
        Event.record(EventName.METRIC_POINT_EDITED, self, actor, metric_id=self.metric_id, value=value)

    def delete(self, *, actor: Actor | None) -> None:
        """Take it back."""
        self._hold()
        Event.record(EventName.METRIC_POINT_DELETED, self, actor, metric_id=self.metric_id, value=self.value)
        zone = Setting.zone()
        db.session.delete(self)
        db.session.flush()
        if self._is_countable(self.at):
            MetricRollup.recount(self.metric_id, self.at, _table, zone)
        else:
            MetricRollup.take_back(self.metric_id, self.at, self.value, zone, self.counter)

    @classmethod
    def insert(cls, metric_id: int, value: float, at: datetime) -> "MetricPoint":
        """A new point. Its roll-ups are the caller's."""
        if db.engine.dialect.name in ("mysql", "mariadb"):
            # They lock the new row before its metric; whoever corrects a point does it the other way round.
            _lock(metric_id, read=True)
        now = clock.now()
        row = {"metric_id": metric_id, "value": value, "counter": 1, "at": at, "created_at": now, "updated_at": now}
        # Points come by the thousand, and a unit of work takes three times as long as the INSERT that it sends.
        made = db.session.connection().execute(_INSERT, row)
        point = cls(id=made.inserted_primary_key[0], **row)  # type: ignore[index]
        make_transient_to_detached(point)
        db.session.add(point)
        return point

    @classmethod
    def repeat(cls, metric_id: int, value: float, since: datetime, until: datetime) -> "MetricPoint | None":
        """The newest point from `since` to `until`, counted once more if it says `value`. None if it does not."""
        connection = db.session.connection()
        newest = connection.execute(_NEWEST, {"of": metric_id, "since": since, "until": until}).first()
        if newest is None or newest.value != value:
            return None
        _lock(metric_id, read=True)
        found = {"this": newest.id, "said": value, "then": newest.at, "now": clock.now()}
        if not connection.execute(_REPEAT, found).rowcount:  # corrected or deleted meanwhile
            return None
        return db.session.get(cls, newest.id, populate_existing=True)

    def _hold(self) -> None:
        """Keep points from being added to the metric until the commit: its roll-ups are counted again."""
        try:
            _lock(self.metric_id)
        except ObjectDeletedError:
            raise NotFound(_("This was deleted meanwhile.")) from None
        hold_row(self)

    @staticmethod
    def _is_countable(at: datetime) -> bool:
        return at >= pruned_before()

    @classmethod
    def of(cls, metric_id: int) -> sa.Select["MetricPoint"]:
        """The points of a metric, newest first."""
        return sa.select(cls).where(cls.metric_id == metric_id).order_by(cls.at.desc(), cls.id.desc())

    @classmethod
    def prune(cls, most: int = 5000) -> int:
        """Delete up to `most` points that are older than the setting says; how many those were."""
        old = sa.select(cls.id).where(cls.at < pruned_before()).limit(most)
        ids = list(db.session.scalars(old))
        if ids:
            db.session.execute(sa.delete(cls).where(cls.id.in_(ids)), execution_options={"synchronize_session": False})
        return len(ids)


def pruned_before() -> datetime:
    """From when on all points are there: the start of a day, so that a day is there as a whole or not at all."""
    zone = Setting.zone()
    return clock.start_of_day(clock.today(zone) - timedelta(days=Setting.get("metric_days")), zone)


def number(value: Any) -> float:
    """`value`, if it is a number that can be added up. Raises Invalid."""
    try:
        usable = isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
    except OverflowError:
        usable = False
    if not usable:
        raise Invalid(value=_("The value must be a number."))
    if abs(value) > LARGEST:
        raise Invalid(value=_("The value must lie between -10^15 and 10^15."))
    return float(value)


def half_minute(at: datetime) -> datetime:
    """`at` to the nearest half minute, halves away from zero. Raises Invalid for the future and for before 1970."""
    if at > clock.now() + GRACE:
        raise Invalid(at=_("The time must not lie in the future."))
    if at.timestamp() < 0:
        raise Invalid(at=_("The time must not lie before 1970."))
    return datetime.fromtimestamp((at.timestamp() + HALF_MINUTE / 2) // HALF_MINUTE * HALF_MINUTE, UTC)


def _lock(metric_id: int, read: bool = False) -> None:
    if db.engine.dialect.name == "sqlite":  # there is only one writer anyway
        return
    metrics = db.metadata.tables["metrics"]
    db.session.execute(sa.select(metrics.c.id).where(metrics.c.id == metric_id).with_for_update(read=read))


_table: sa.Table = MetricPoint.__table__
# Made once: building a statement costs more than asking.
_INSERT = sa.insert(_table)
_NEWEST = (
    sa.select(_table.c.id, _table.c.value, _table.c.at)
    .where(
        _table.c.metric_id == sa.bindparam("of"),
        _table.c.at >= sa.bindparam("since"),
        _table.c.at <= sa.bindparam("until"),
    )
    .order_by(_table.c.at.desc(), _table.c.id.desc())
    .limit(1)
)
_REPEAT = (
    sa.update(_table)
    .where(
        _table.c.id == sa.bindparam("this"), _table.c.value == sa.bindparam("said"), _table.c.at == sa.bindparam("then")
    )
    .values(counter=_table.c.counter + 1, updated_at=sa.bindparam("now"))
)
