"""Dates by a rule of RFC 5545: wall-clock times in a zone, worked out when somebody asks."""

import re
from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

LOOK_AHEAD = timedelta(days=3660)  # a rule without a date for this long counts as one that never fires
LOOKED_AT = 500  # how many dates are looked at for two that overlap
LAST_TRY = 9989  # leaves LOOK_AHEAD before the year 9999, where dateutil gives up the search for a date

_DAY = r"(?:MO|TU|WE|TH|FR|SA|SU)"
_SIGNED = r"[+-]?\d{1,3}"
_PARTS = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": r"[1-9]\d{0,3}",
    "COUNT": r"[1-9]\d{0,3}",
    "UNTIL": r"\d{8}(?:T\d{6}Z?)?",
    "BYDAY": rf"(?:[+-]?\d{{1,2}})?{_DAY}(?:,(?:[+-]?\d{{1,2}})?{_DAY})*",
    "BYMONTHDAY": rf"{_SIGNED}(?:,{_SIGNED})*",
    "BYMONTH": r"\d{1,2}(?:,\d{1,2})*",
    "BYSETPOS": rf"{_SIGNED}(?:,{_SIGNED})*",
    "WKST": _DAY,
}
_LIMITS = {"BYMONTHDAY": 31, "BYMONTH": 12, "BYSETPOS": 366}


class BadRule(ValueError):
    """A rule that cannot be used; `why` is `unreadable`, `never` or `often`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Recurrence:
    """The dates of `rule` from `start` on, told in `zone`.

    Every date has the wall-clock time of `start`; one that falls into the gap of spring is later by the gap, one that
    the autumn brings twice is the first.
    """

    rule: str
    start: datetime
    zone: ZoneInfo

    def after(self, moment: datetime, *, included: bool = False) -> Iterator[datetime]:
        """The dates after `moment`, oldest first, aware, in UTC. May go on without end."""
        # A day earlier, since wall clocks do not run with the instants; what is too early is left out here.
        local = moment.astimezone(self.zone).replace(tzinfo=None) - timedelta(days=1)
        last = re.search(r"UNTIL=([^;]+)", self.rule)
        until = _moment(last[1]) if last else None
        for found in _dates(_without(self.rule, "UNTIL"), self._first).xafter(local, inc=True):
            try:
                instant = found.replace(tzinfo=self.zone).astimezone(UTC)
            except OverflowError:  # the last evening of the year 9999
                return
            if until is not None and instant > until:
                return
            if instant > moment or (included and instant == moment):
                yield instant

    def check(self, length: timedelta) -> None:
        """Raise BadRule when no date comes within ten years, or one begins before the one before it is over."""
        soon = self._tried + LOOK_AHEAD
        if not any(found <= soon for found in islice(_dates(_without(self.rule, "UNTIL", "COUNT"), self._tried), 1)):
            raise BadRule("never")
        dates = list(islice(self.after(self.start, included=True), LOOKED_AT))
        if not dates:
            raise BadRule("never")
        if any(later - earlier < length for earlier, later in pairwise(dates)):
            raise BadRule("often")

    @property
    def _first(self) -> datetime:
        return self.start.astimezone(self.zone).replace(tzinfo=None, microsecond=0)

    @property
    def _tried(self) -> datetime:
        """The start, moved to a year near the end of dateutil's time that has the same calendar: calendars come
        again after 28 years, and so a rule without dates is found out soon, not after eight thousand years."""
        first = self._first
        likes = (y for y in range(LAST_TRY, LAST_TRY - 28, -1) if _same_calendar(y, first.year))
        return first.replace(year=next(likes, LAST_TRY))


def normal(text: str, zone: ZoneInfo) -> str:
    """`text` as it is kept: upper case, without the property's name, UNTIL in UTC. Raises BadRule("unreadable") for
    anything but days, weeks, months and years with the usual parts."""
    text = text.strip().upper().removeprefix("RRULE:")
    pairs = [part.partition("=") for part in text.rstrip(";").split(";")]
    parts = {name.strip(): value.strip() for name, _equals, value in pairs}
    if len(parts) != len(pairs) or not all(
        re.fullmatch(_PARTS.get(name, r"$."), parts[name], re.ASCII) for name in parts
    ):
        raise BadRule("unreadable")
    for name, limit in _LIMITS.items():
        if not all(1 <= abs(int(number)) <= limit for number in parts.get(name, "1").split(",")):
            raise BadRule("unreadable")
    _check_together(parts)
    if "UNTIL" in parts:
        parts["UNTIL"] = _until(parts["UNTIL"], zone)
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _check_together(parts: dict[str, str]) -> None:
    """What RFC 5545, 3.3.10 forbids side by side."""
    frequency, days = parts.get("FREQ"), parts.get("BYDAY", "")
    numbers = re.findall(r"\d+", days)
    weeks = 5 if frequency == "MONTHLY" or "BYMONTH" in parts else 53
    wrong = (
        frequency is None
        or ("COUNT" in parts and "UNTIL" in parts)
        or (bool(numbers) and frequency in ("DAILY", "WEEKLY"))
        or any(not 1 <= int(number) <= weeks for number in numbers)
        or ("BYMONTHDAY" in parts and frequency == "WEEKLY")
        or ("BYSETPOS" in parts and not parts.keys() & {"BYDAY", "BYMONTHDAY", "BYMONTH"})
    )
    if wrong:
        raise BadRule("unreadable")


def _until(value: str, zone: ZoneInfo) -> str:
    """The last moment in UTC: a bare date means all of that day, a time without Z is one of the zone."""
    try:
        if value.endswith("Z"):
            moment = _moment(value)
        else:
            full = value if "T" in value else f"{value}T235959"
            moment = datetime.strptime(full, "%Y%m%dT%H%M%S").replace(tzinfo=zone)
        # Four digits even for the year 1, which strftime does not give everywhere.
        last = moment.astimezone(UTC)
        return f"{last.year:04}{last:%m%dT%H%M%SZ}"
    except (ValueError, OverflowError):
        raise BadRule("unreadable") from None


def _moment(until: str) -> datetime:
    return datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _without(rule: str, *names: str) -> str:
    return ";".join(part for part in rule.split(";") if part.partition("=")[0] not in names)


def _same_calendar(year: int, other: int) -> bool:
    return (year % 4, isleap(year), date(year, 1, 1).weekday()) == (
        other % 4,
        isleap(other),
        date(other, 1, 1).weekday(),
    )


@lru_cache(maxsize=128)  # dateutil begins at the first date each time; it keeps those that it has found
def _dates(rule: str, first: datetime) -> rrule:
    dates = rrulestr(rule, dtstart=first, cache=True)
    assert isinstance(dates, rrule)
    return dates
