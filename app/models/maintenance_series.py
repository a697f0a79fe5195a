"""Work that comes again: the part of Maintenance that knows its times, its rule and its dates."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.errors import Invalid, NotFound
from app.extensions import db
from app.i18n import _
from app.lib import clock
from app.lib.recurrence import BadRule, Recurrence, normal
from app.models.base import UtcDateTime, hold_rows
from app.models.covering import Covering
from app.models.setting import Setting
from app.models.slot import Slot

LONGEST = timedelta(days=366)
FARTHEST = timedelta(days=3660)


class Recurring(Covering):
    """Times, and for a series the rule: RFC 5545, told in the zone that the page had when it was planned."""

    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    publish_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rule: Mapped[str] = mapped_column(sa.String(255), default="")
    zone: Mapped[str] = mapped_column(sa.String(64), default="UTC")
    checked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    series_id: Mapped[int | None] = mapped_column(sa.ForeignKey("maintenances.id", ondelete="CASCADE"))
    series_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def hold(self) -> None:
        """Two who do something with it, or with its series, at one time take turns: to be called before anything is
        decided, and before components are held. Raises NotFound when it is gone."""
        cls: Any = type(self)
        ids = (self.id, self.series_id)  # type: ignore[attr-defined]
        if self not in hold_rows(cls, (id for id in ids if id is not None)):
            raise NotFound(_("This was deleted meanwhile."))

    @property
    def is_series(self) -> bool:
        return bool(self.rule)

    @property
    def length(self) -> timedelta:
        """How long the work is planned to take."""
        return self.ends_at - self.starts_at

    @property
    def recurrence(self) -> Recurrence:
        """The rule with where it begins. Only a series has one."""
        return Recurrence(self.rule, self.starts_at, ZoneInfo(self.zone))

    def next_dates(
        self, count: int = 5, after: datetime | None = None, touched: Iterable[tuple[int, datetime]] | None = None
    ) -> list[Slot]:
        """The next dates that begin after `after` (now unless given) and that nobody has touched; none when it is
        cancelled. For work without a rule, itself, while it has not begun. `touched` is read unless given."""
        moment = after or clock.now()
        if self._over_at is not None:
            return []
        if not self.is_series:
            waits = self.began_at is None and self.starts_at > moment
            return [Slot(self, self.starts_at, self.ends_at)] if waits and count else []  # type: ignore[arg-type]
        known = self.touched([self], moment) if touched is None else touched
        return list(islice(self._untouched(moment, known), count))

    def _untouched(self, after: datetime, touched: Iterable[tuple[int, datetime]]) -> Iterator[Slot]:
        known = {at for series_id, at in touched if series_id == self.id}  # type: ignore[attr-defined]
        for at in self.recurrence.after(after):
            if at not in known:
                yield Slot(self, at, at + self.length, at)  # type: ignore[arg-type]

    @classmethod
    def next_of_each(cls: Any, series: Iterable[Any], after: datetime) -> list[Slot]:
        """Of each of these series that are open the next date that nobody has touched, in one query for all."""
        series = list(series)
        touched = cls.touched(series, after)
        return [slot for row in series for slot in islice(row._untouched(after, touched), 1)]

    @classmethod
    def touched(cls: Any, series: Iterable[Any] | None, after: datetime) -> list[tuple[int, datetime]]:
        """Series and date of each date after `after` that has become a maintenance of its own, in one query; of these
        series, or of all."""
        select = sa.select(cls.series_id, cls.series_at).where(cls.series_id.is_not(None), cls.series_at > after)
        if series is not None:
            ids = [row.id for row in series]
            if not ids:
                return []
            select = select.where(cls.series_id.in_(ids))
        return [(series_id, at) for series_id, at in db.session.execute(select)]

    def _check_times(self) -> None:
        """Raise Invalid for times that cannot be meant; the start of a series becomes its first date."""
        now = clock.now()
        if self.ends_at <= self.starts_at:
            raise Invalid(ends_at=_("The end must be after the start."))
        if self.length > LONGEST:
            raise Invalid(ends_at=_("Work may last a year at most."))
        if self.starts_at > now + FARTHEST:
            raise Invalid(starts_at=_("The start may be ten years ahead at most."))
        if self.publish_at is not None and self.publish_at > self.starts_at:
            raise Invalid(publish_at=_("It must be shown before the work starts."))
        if self.is_series:
            self._check_rule()

    def _check_rule(self) -> None:
        length = self.length
        self.starts_at = self.starts_at.replace(microsecond=0)  # rules know no parts of a second
        try:
            self.rule = normal(self.rule, ZoneInfo(self.zone))
            if len(self.rule) > 255:
                raise BadRule("unreadable")
            self.recurrence.check(length)
            last = max(clock.now() - length, self.starts_at - timedelta(microseconds=1))
            if next(self.recurrence.after(last), None) is None:
                raise BadRule("never")
        except BadRule as error:
            raise Invalid(rule=_RULES[error.why]()) from None
        first = next(self.recurrence.after(self.starts_at, included=True))
        self.starts_at, self.ends_at = first, first + length


_RULES = {
    "unreadable": lambda: _("Enter a rule by days, weeks, months or years, such as FREQ=WEEKLY;BYDAY=TU."),
    "never": lambda: _("With this rule there is no date to come."),
    "often": lambda: _("With this rule the next date would begin before the work is over."),
}


def page_zone() -> str:
    """The name of the zone in which a new series tells its times."""
    return str(Setting.zone().key)
