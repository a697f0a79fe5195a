"""How moments and stretches of time are told: in the reader's zone and language, in the operator's order."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_timedelta

from app.i18n import get_locale
from app.lib import clock
from app.lib.told_dates import clock_words, date_words
from app.models.enums import MetricView
from app.models.series import Series
from app.models.setting import Setting
from app.reader import reader_zone

Unit = Literal["day", "hour", "minute"]


def is_recent(moment: datetime) -> bool:
    """Whether it was within the last day."""
    return clock.now() - moment < timedelta(days=1)


def to_the_second(moment: datetime | date) -> datetime | date:
    """As the attribute of a `time` element takes it."""
    # HTML knows thousandths of a second at most.
    return moment.replace(microsecond=0) if isinstance(moment, datetime) else moment


def long_time(moment: datetime) -> str:
    """Date and time in the reader's zone, with the zone's name: `21 Nov 2026, 12:00 UTC`."""
    local = moment.astimezone(reader_zone())
    return f"{_date(local, 'dated')}, {_time(local)} {local.tzname()}"


def short_time(moment: datetime) -> str:
    """The time of day in the reader's zone."""
    return _time(moment.astimezone(reader_zone()))


def when(moment: datetime, day: date | None = None, *, with_zone: bool = False) -> str:
    """The time of day, and the date before it unless that is `day` (today when not given): `19 Aug, 20:37`."""
    zone = reader_zone()
    local, known = moment.astimezone(zone), day or clock.today(zone)
    text = f"{_time(local)} {local.tzname()}" if with_zone else _time(local)
    if local.date() == known:
        return text
    return f"{_date(local, 'short' if local.year == known.year else 'dated')}, {text}"


def day(moment: datetime | date) -> str:
    """The weekday and date in the reader's zone: `Thursday, 20 August`; with the year when it is another one."""
    local = moment.astimezone(reader_zone()).date() if isinstance(moment, datetime) else moment
    return _date(local, "whole" if local.year == clock.today(reader_zone()).year else "whole_dated")


def _date(day: date, much: str) -> str:
    day = day.date() if isinstance(day, datetime) else day
    return date_words(day, much, Setting.get("date_format"), get_locale())


def _time(moment: datetime) -> str:
    return clock_words(moment, Setting.get("time_format"), get_locale())


def stretch(start: datetime, end: datetime) -> str:
    """From when to when in the reader's zone: `Sun 23 Aug, 02:00 – 04:00 UTC`, and the second date if another."""
    zone = reader_zone()
    begin, last = start.astimezone(zone), end.astimezone(zone)
    same_year = begin.year == last.year == clock.today(zone).year
    much = "weekday" if same_year else "weekday_dated"
    until = "" if last.date() == begin.date() else f"{_date(last, much)}, "
    return f"{_date(begin, much)}, {_time(begin)} – {until}{_time(last)} {last.tzname()}"


def ahead(moment: datetime) -> str:
    """How long until then, in two units at most: `1 day 14 hr`."""
    return span(clock.now(), moment)


def ago(moment: datetime) -> str:
    """How long since, in one unit: `21 hours ago`."""
    return format_timedelta(
        moment - clock.now(), add_direction=True, granularity="second", threshold=1.2, locale=get_locale()
    )


def span(start: datetime, end: datetime) -> str:
    """How long from `start` to `end`, in two units at most: `6 h 28 min`."""
    return lasting(max((end - start).total_seconds(), 0))


def lasting(seconds: float) -> str:
    """The same of so many seconds."""
    minutes = int(seconds) // 60
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts: list[tuple[int, Unit]] = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    shown = [(n, unit) for n, unit in parts if n][:2] or [(0, "minute")]
    return " ".join(_unit(n, unit, get_locale()) for n, unit in shown)


@lru_cache(maxsize=512)
def _unit(number: int, unit: Unit, locale: Locale | None) -> str:
    seconds = {"day": 86400, "hour": 3600, "minute": 60}[unit]
    return format_timedelta(number * seconds, granularity=unit, threshold=10**6, format="short", locale=locale or "en")


def stretches(series: Series) -> list[str]:
    """When each stretch of a chart begins, in the reader's zone: `14:05`, `19 Aug, 20:00`; the date alone for days."""
    by_day = series.view is MetricView.MONTH
    return _starts(tuple(start for start, _value in series.points), by_day, *_manner(by_day))


def axis(series: Series) -> list[str]:
    """What stands below a chart at its beginning and its middle."""
    by_day = series.view in (MetricView.WEEK, MetricView.MONTH)
    marks = (series.points[0][0], series.points[len(series.points) // 2][0])
    return _starts(marks, by_day, *_manner(by_day))


def _manner(by_day: bool) -> tuple[ZoneInfo, str, str, Locale | None]:
    # A day of a chart is a day of the page, whoever reads of it.
    return (
        Setting.zone() if by_day else reader_zone(),
        Setting.get("date_format"),
        Setting.get("time_format"),
        get_locale(),
    )


@lru_cache(maxsize=64)  # metrics in the same view have the same
def _starts(
    starts: tuple[datetime, ...], by_day: bool, zone: ZoneInfo, order: str, hours: str, locale: Locale | None
) -> list[str]:
    today = starts[-1].astimezone(zone).date()
    said = []
    for local in (start.astimezone(zone) for start in starts):
        day, time = date_words(local.date(), "short", order, locale), clock_words(local, hours, locale)
        said.append(day if by_day else time if local.date() == today else f"{day}, {time}")
    return said
