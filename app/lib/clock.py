"""The one clock: nothing else asks what time it is, so a test can set it."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of `day` in `zone`, in UTC."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def today(zone: ZoneInfo) -> date:
    """Today's date in `zone`."""
    return now().astimezone(zone).date()


def ago(**span: float) -> datetime:
    """The instant that lies `span` (as for timedelta) before now."""
    return now() - timedelta(**span)


def reads_alike(sent: datetime, known: datetime, zone: tzinfo) -> bool:
    """Whether `sent` is `known` as it reads in `zone`, with or without its seconds. An hour that comes twice reads
    alike both times."""
    read, wrote = (moment.astimezone(zone).replace(tzinfo=None, fold=0, microsecond=0) for moment in (known, sent))
    return wrote in (read, read.replace(second=0))
