"""The one clock: nothing else asks what time it is, so a test can set it."""

from datetime import UTC, date, datetime, time, timedelta
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
