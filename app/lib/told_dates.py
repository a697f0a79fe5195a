"""Dates and times of day in words: in an order of parts that an operator chose, or as the reader's language has it."""

import re
from datetime import date, datetime
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_time, match_skeleton

ORDERS = ("language", "day", "month", "iso")
CLOCKS = ("24", "12")
# By how much is told: a short date, one with its year, both with the weekday, both with whole words.
_DAY = {
    "short": "d MMM",
    "dated": "d MMM yyyy",
    "weekday": "EEE d MMM",
    "weekday_dated": "EEE d MMM yyyy",
    "whole": "EEEE, d MMMM",
    "whole_dated": "EEEE, d MMMM yyyy",
}
_MONTH = {
    "short": "MMM d",
    "dated": "MMM d, yyyy",
    "weekday": "EEE, MMM d",
    "weekday_dated": "EEE, MMM d, yyyy",
    "whole": "EEEE, MMMM d",
    "whole_dated": "EEEE, MMMM d, yyyy",
}
# Never without its year: 11-05 may be a day in May.
_ISO = {
    **dict.fromkeys(("short", "dated"), "yyyy-MM-dd"),
    **dict.fromkeys(("weekday", "weekday_dated"), "EEE yyyy-MM-dd"),
    **dict.fromkeys(("whole", "whole_dated"), "EEEE, yyyy-MM-dd"),
}
_PATTERNS = {"day": _DAY, "month": _MONTH, "iso": _ISO}
# How Unicode's locale data names such a date.
_SKELETONS = {
    "short": "MMMd",
    "dated": "yMMMd",
    "weekday": "MMMEd",
    "weekday_dated": "yMMMEd",
    "whole": "MMMMEEEEd",
    "whole_dated": "yMMMMEEEEd",
}


@lru_cache(maxsize=4096)
def date_words(day: date, much: str, order: str, locale: Locale | None) -> str:
    """`day`, telling as `much` of it as a key of the tables above says, in one of ORDERS."""
    return format_date(day, _pattern(much, order, locale or Locale("en")), locale=locale or "en")


def clock_words(moment: datetime, hours: str, locale: Locale | None) -> str:
    """The time of day, with one of CLOCKS: `20:37` or `8:37 PM`, the latter as the language writes it."""
    return f"{moment:%H:%M}" if hours != "12" else _twelve(moment.hour, moment.minute, locale or Locale("en"))


@lru_cache(maxsize=2048)
def _twelve(hour: int, minute: int, locale: Locale) -> str:
    # Japanese counts from 0 there, which browsers do not.
    pattern = _by_skeleton("hm", locale).replace("K", "h")
    return format_time(datetime(2000, 1, 1, hour, minute), pattern, locale=locale).replace("\u202f", " ")


@lru_cache(maxsize=256)
def _pattern(much: str, order: str, locale: Locale) -> str:
    # English alone has both orders, and nothing here tells which its reader is used to.
    if order not in _PATTERNS and locale.language != "en":
        pattern = _by_skeleton(_SKELETONS[much], locale)
        return re.sub("E+", "EEEE", re.sub("M{3,}", "MMMM", pattern)) if much.startswith("whole") else pattern
    return _PATTERNS.get(order, _DAY)[much]


def _by_skeleton(skeleton: str, locale: Locale) -> str:
    found = match_skeleton(skeleton, locale.datetime_skeletons)
    return str(locale.datetime_skeletons[found].pattern) if found else _DAY["dated"]
