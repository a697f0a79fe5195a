"""What the clock does with planned work: the part of Maintenance that keeps to its plan."""

from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.errors import Conflict, Invalid
from app.extensions import db
from app.i18n import _
from app.lib import clock
from app.models.base import UtcDateTime
from app.models.event import EventName
from app.models.maintenance_series import Recurring
from app.models.mixins import Actor
from app.models.setting import Setting

MISSED = 50  # dates of one series that one round catches up on; the next rounds do the rest


class Clocked(Recurring):
    """Beginning, finishing, announcing and reminding by the clock. Each step claims its column, so two clocks at once
    do it once."""

    auto_begin: Mapped[bool] = mapped_column(default=True)
    auto_finish: Mapped[bool] = mapped_column(default=True)
    notify: Mapped[bool] = mapped_column(default=True)
    announced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    begin: Any
    finish: Any
    occurrence: Any
    open_dates: Any
    _record: Any

    @classmethod
    def due(cls: Any, now: datetime) -> list[int]:
        """Ids of those for which the clock has, or may have, something to do."""
        soon = now + timedelta(minutes=Setting.get("maintenance_reminder"))
        waits = cls.began_at.is_(None)
        published = sa.or_(cls.publish_at.is_(None), cls.publish_at <= now)
        something = sa.or_(
            cls.rule != "",
            sa.and_(cls.announced_at.is_(None), published),
            sa.and_(waits, cls.auto_begin, cls.starts_at <= now),
            sa.and_(waits, cls.notify, cls.reminded_at.is_(None), cls.starts_at > now, cls.starts_at <= soon),
            sa.and_(cls.began_at.is_not(None), cls.auto_finish, cls.ends_at <= now),
        )
        select = sa.select(cls.id).where(cls.finished_at.is_(None), cls.cancelled_at.is_(None), something)
        return list(db.session.scalars(select.order_by(cls.starts_at, cls.id)))

    @classmethod
    def tick(cls: Any, now: datetime) -> None:
        """What the clock does every few seconds, for all of them: announce, remind, begin and finish what is due."""
        for id in cls.due(now):
            db.session.get_one(cls, id).catch_up(now)

    def catch_up(self, now: datetime) -> None:
        """Do what the plan has asked for until `now`, in its order, at the times that it gives.
        Raises NotFound when it is gone."""
        self.hold()  # what was due may have been moved, done or called off since
        if self.announced_at is None and (self.publish_at is None or self.publish_at <= now):
            self._announce(now)
        if not self.is_series:
            self._remind(now)
        self._follow_plan(now, actor=None)

    def _follow_plan(self, now: datetime, *, actor: Actor | None) -> None:
        """Begin it if it is due, finish it if it is over; both when it was missed altogether."""
        if self._over_at is not None:
            return
        if self.is_series:
            self._take_out_dates(now)
            return
        try:
            if self.began_at is None and self.auto_begin and self.starts_at <= now:
                self.begin(actor=actor, at=self.starts_at)
            if self.began_at is not None and self.auto_finish and self.ends_at <= now:
                self.finish(actor=actor, at=self.ends_at, notify=False)
        except Conflict:
            db.session.expire(self)  # somebody else was faster by an instant

    def _announce(self, now: datetime) -> None:
        if self._claim("announced_at", now):
            fresh = self.is_series or self.ends_at > now
            self._record(EventName.MAINTENANCE_PLANNED, None, notify=self.notify and fresh)

    def _remind(self, now: datetime) -> None:
        """Tell subscribers once that it begins soon, unless they were told of that time later than this."""
        if self._is_reminder_due(self.starts_at, now) and self._claim("reminded_at", now):
            self._record(EventName.MAINTENANCE_REMINDED, None, notify=True, starts_at=self.starts_at.isoformat())

    def _is_reminder_due(self, starts_at: datetime, now: datetime) -> bool:
        minutes = Setting.get("maintenance_reminder")
        from_then = starts_at - timedelta(minutes=minutes)
        waits = self.began_at is None and self.reminded_at is None and self.announced_at is not None
        told_before = waits and self.announced_at is not None and self.announced_at <= from_then
        return bool(minutes and self.notify and told_before and from_then <= now < starts_at)

    def _take_out_dates(self, now: datetime) -> None:
        """Begin the dates that are due, and remind of the next one: each becomes a maintenance of its own."""
        since = self.checked_until or self.created_at - self.length  # type: ignore[attr-defined]
        due = [at for at in islice(self.recurrence.after(since, included=False), MISSED) if at <= now]
        for at in due:
            # Of a date that a member begins by hand nobody knows, once it is over, whether it took place.
            if self.auto_begin or at + self.length > now:
                self.occurrence(at).catch_up(now)
        self.checked_until = due[-1] if len(due) == MISSED else now
        for slot in self.next_dates(1, after=now):
            if self._is_reminder_due(slot.starts_at, now):
                self.occurrence(slot.starts_at).catch_up(now)
        if next(self.recurrence.after(self.checked_until), None) is None and len(due) < MISSED:
            self.finished_at = now  # its last date has begun

    def _retime(self, changes: dict[str, Any]) -> bool:
        """Take other times or another rule. True when anything changed."""
        changed = {name: value for name, value in changes.items() if getattr(self, name) != value}
        if not changed:
            return False
        if self._over_at is not None and not self.is_series:
            raise Invalid(**{next(iter(changed)): _("This maintenance is over.")})
        if self.began_at is not None and "starts_at" in changed:
            if changed.pop("starts_at").replace(second=0, microsecond=0) != self.starts_at.replace(
                second=0, microsecond=0
            ):
                raise Invalid(starts_at=_("It has begun already."))
            if not changed:
                return False
        was_series, before = self.is_series, self.starts_at
        if was_series and changed.get("rule") == "" and not {"starts_at"} & changed.keys():
            self._become_next_date()
        dates = list(db.session.scalars(self.open_dates())) if was_series else []
        for name, value in changed.items():
            setattr(self, name, value)
        self._check_times()
        self.sequence: int = (self.sequence or 0) + 1
        if self.starts_at != before:
            self.reminded_at = None
        if self.is_series:
            self._carry_over(dates)
        return True

    def _become_next_date(self) -> None:
        for slot in self.next_dates(1):
            self.starts_at, self.ends_at = slot.starts_at, slot.ends_at

    def _carry_over(self, dates: list[Any]) -> None:
        """After another rule or time: what is past stays as it was, and a date that was touched and has not passed
        still stands for its day, so that it does not come a second time."""
        now = clock.now()
        self.finished_at = None
        self.checked_until = max(self.checked_until or now - self.length, now - self.length)
        zone = ZoneInfo(self.zone)
        for date in dates:
            day = date.series_at.astimezone(zone).date()
            midnight = clock.start_of_day(day, zone)
            at = next(self.recurrence.after(midnight, included=True), None)
            if at is not None and at.astimezone(zone).date() == day:
                date.series_at = at

    def _claim(self, column: str, at: datetime) -> bool:
        """Set a time that is not set yet, for the running transaction; False when another worker was faster."""
        cls: Any = type(self)
        db.session.flush()
        unset = [getattr(cls, name).is_(None) for name in {column, "finished_at", "cancelled_at"}]
        claim = sa.update(cls).where(cls.id == self.id, *unset)  # type: ignore[attr-defined]
        taken = db.session.execute(claim.values({column: at}), execution_options={"synchronize_session": False})
        db.session.refresh(self, ["began_at", "finished_at", "cancelled_at", column])
        return taken.rowcount == 1  # type: ignore[attr-defined]
