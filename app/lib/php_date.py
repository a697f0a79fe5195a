"""Dates as PHP and Twig format them, so that templates written for Cachet say the same here."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

DEFAULT = "F j, Y H:i"
# In English, as in Twig: strftime's names depend on the server.
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_LAST_SECOND = 253402300799


def _ordinal(day: int) -> str:
    return "th" if day // 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _offset(moment: datetime, colon: str) -> str:
    minutes = int((moment.utcoffset() or UTC.utcoffset(None)).total_seconds() // 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{colon}{abs(minutes) % 60:02}"


_LETTERS: dict[str, Callable[[datetime], str]] = {
    "d": lambda t: f"{t.day:02}",
    "j": lambda t: str(t.day),
    "D": lambda t: _DAYS[t.weekday()][:3],
    "l": lambda t: _DAYS[t.weekday()],
    "N": lambda t: str(t.isoweekday()),
    "w": lambda t: str(t.isoweekday() % 7),
    "S": lambda t: _ordinal(t.day),
    "m": lambda t: f"{t.month:02}",
    "n": lambda t: str(t.month),
    "M": lambda t: _MONTHS[t.month - 1][:3],
    "F": lambda t: _MONTHS[t.month - 1],
    "Y": lambda t: f"{t.year:04}",
    "y": lambda t: f"{t.year % 100:02}",
    "a": lambda t: "am" if t.hour < 12 else "pm",
    "A": lambda t: "AM" if t.hour < 12 else "PM",
    "g": lambda t: str(t.hour % 12 or 12),
    "h": lambda t: f"{t.hour % 12 or 12:02}",
    "G": lambda t: str(t.hour),
    "H": lambda t: f"{t.hour:02}",
    "i": lambda t: f"{t.minute:02}",
    "s": lambda t: f"{t.second:02}",
    "e": lambda t: str(t.tzinfo),
    "T": lambda t: t.tzname() or "",
    "P": lambda t: _offset(t, ":"),
    "O": lambda t: _offset(t, ""),
    "U": lambda t: str(int(t.timestamp())),
    "c": lambda t: t.isoformat(timespec="seconds"),
}


def php_date(moment: datetime, pattern: str) -> str:
    """`moment` by PHP's letters. A backslash keeps the next character; what is no letter of ours stays."""
    said, characters = [], iter(pattern)
    for character in characters:
        if character == "\\":
            said.append(next(characters, ""))
        else:
            said.append(_LETTERS[character](moment) if character in _LETTERS else character)
    return "".join(said)


def read_moment(value: object, now: datetime, zone: tzinfo) -> datetime:
    """A time in `zone`, from a datetime, "now", a Unix time or ISO 8601. Raises ValueError for anything else."""
    if isinstance(value, datetime):
        return value.astimezone(zone)
    text = str(value).strip()
    if text.lower() == "now":
        return now.astimezone(zone)
    if text.lstrip("-").isdecimal() and len(text) > 8:
        seconds = int(text[:20])
        if not 0 <= seconds <= _LAST_SECOND:
            raise ValueError(text)
        return datetime.fromtimestamp(seconds, zone)
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(zone)
    except OverflowError:
        raise ValueError(text) from None
