"""What a template may do to values: the filters and tests on its list, and how a value becomes text."""

import html
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from app.lib.php_date import DEFAULT, php_date, read_moment

LARGEST_NUMBER = 10**15
MOST_TEXT = 15_000


class BadTemplate(Exception):
    """A template that cannot be used: `line`, counted from 1, and `reason`, a word for the kind of fault; `what` is the
    part of the template concerned."""

    def __init__(self, line: int, reason: str, what: str = "") -> None:
        super().__init__(f"line {line}: {reason} {what}")
        self.line, self.reason, self.what = line, reason, what[:60]


class Refused(Exception):
    """A value that something cannot be done to; becomes BadTemplate where the line is known."""


@dataclass(frozen=True)
class Setting:
    """When and where the template speaks."""

    now: datetime
    zone: tzinfo


class Missing:
    """The one value of what nobody has given: empty, false, a list of nothing."""


MISSING = Missing()


def text(value: Any, at: Setting) -> str:
    """`value` as Twig writes it: nothing for null and false, 1 for true. Raises Refused for lists and objects."""
    if isinstance(value, str):
        return value
    if value is None or value is MISSING or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, datetime):
        return php_date(value.astimezone(at.zone), "Y-m-d H:i")
    if isinstance(value, int | float):
        number = _number(value)
        return str(number) if isinstance(number, int) else f"{number:.14g}"
    raise Refused("not_text")


def truth(value: Any) -> bool:
    """Whether `value` counts as yes; as in Twig the text 0 does not, since forms send numbers as text."""
    return value is not MISSING and bool(value) and value != "0"


def number(value: Any) -> int | float:
    """`value` as a number, for arithmetic."""
    if isinstance(value, str):
        if not re.fullmatch(r"\s*[+-]?\d{1,16}(\.\d{1,16})?\s*", value, re.ASCII):
            raise Refused("not_number")
        return _number(float(value) if "." in value else int(value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused("not_number")
    return _number(value)


def _number(value: int | float) -> int | float:
    if not abs(value) <= LARGEST_NUMBER:  # neither is what is not a number at all
        raise Refused("large_number")
    return value


def same(left: Any, right: Any) -> bool:
    """Whether two values are equal; a number equals the text of it."""
    if isinstance(left, str) != isinstance(right, str):
        try:
            return number(left) == number(right)
        except Refused:
            pass
    return bool((None if left is MISSING else left) == (None if right is MISSING else right))


def is_empty(value: Any) -> bool:
    """Whether Twig's `default` and `empty` apply: nothing, no text, no items."""
    return value is MISSING or value is None or value is False or value == "" or value == [] or value == {}


def items(value: Any) -> Sequence[Any]:
    """What a loop goes through: a list's items, an object's values, nothing."""
    if value is MISSING or value is None or value == "":
        return ()
    if isinstance(value, Mapping):
        return list(value.values())
    if isinstance(value, list | tuple):
        return value
    raise Refused("not_list")


def member(value: Any, key: Any) -> Any:
    """What `value.key` and `value[key]` name: an entry of an object or of a list, never anything of Python's."""
    if isinstance(value, Mapping):
        found = value.get(key, MISSING) if isinstance(key, str | int) else MISSING
        return value.get(str(key), MISSING) if found is MISSING and isinstance(key, int) else found
    if isinstance(value, list | tuple) and isinstance(key, int) and not isinstance(key, bool):
        return value[key] if -len(value) <= key < len(value) else MISSING
    return MISSING


def _sized(value: Any, at: Setting) -> Any:
    return value if isinstance(value, str | list | tuple) else items(value) if value is not MISSING else ()


def _date(value: Any, at: Setting, pattern: Any = DEFAULT) -> str:
    if is_empty(value):
        return ""
    try:
        return php_date(read_moment(value, at.now, at.zone), text(pattern, at))
    except (ValueError, OverflowError):
        raise Refused("not_date") from None


def _round(value: Any, at: Setting, places: Any = 0) -> int | float:
    wanted = number(places)
    if not isinstance(wanted, int) or not 0 <= wanted <= 12:
        raise Refused("not_number")
    scale = 10**wanted
    rounded = math.floor(abs(number(value)) * scale + 0.5) / scale * (-1 if number(value) < 0 else 1)
    return int(rounded) if wanted == 0 else rounded


def _trim(value: Any, at: Setting, what: Any = None) -> str:
    whole, away = text(value, at), frozenset(text(what, at))
    if not away:
        return whole.strip()
    # str.strip looks through all of `away` for each character.
    begin, end = 0, len(whole)
    while begin < end and whole[begin] in away:
        begin += 1
    while begin < end and whole[end - 1] in away:
        end -= 1
    return whole[begin:end]


def _join(value: Any, at: Setting, between: Any = "") -> str:
    glue, parts = text(between, at), [text(item, at) for item in items(value)]
    if sum(map(len, parts)) + len(glue) * len(parts) > MOST_TEXT * 2:
        raise Refused("long")
    return glue.join(parts)


def _end(value: Any, at: Setting, place: int) -> Any:
    sized = _sized(value, at)
    return sized[place] if sized else MISSING


Filter = Callable[..., Any]
# name: the function, called as f(value, setting, *arguments), and the most arguments it takes
FILTERS: dict[str, tuple[Filter, int]] = {
    "upper": (lambda v, at: text(v, at).upper(), 0),
    "lower": (lambda v, at: text(v, at).lower(), 0),
    "capitalize": (lambda v, at: text(v, at).capitalize(), 0),
    "title": (lambda v, at: text(v, at).title(), 0),
    "trim": (_trim, 1),
    "default": (lambda v, at, other="": other if is_empty(v) else v, 1),
    "date": (_date, 1),
    "first": (lambda v, at: _end(v, at, 0), 0),
    "last": (lambda v, at: _end(v, at, -1), 0),
    "length": (lambda v, at: len(_sized(v, at)), 0),
    "join": (_join, 1),
    "keys": (lambda v, at: list(v) if isinstance(v, Mapping) else list(range(len(items(v)))), 0),
    "round": (_round, 1),
    "abs": (lambda v, at: abs(number(v)), 0),
    "escape": (lambda v, at, _kind="html": html.escape(text(v, at)), 1),
    "raw": (lambda v, at: v, 0),
    # Not <[^>]*>: many opening brackets without a closing one would take the square of their number.
    "striptags": (lambda v, at: re.sub(r"<[^<>]*>", "", text(v, at)), 0),
    "nl2br": (lambda v, at: text(v, at).replace("\n", "  \n"), 0),  # a line break in Markdown
}
FILTERS["e"] = FILTERS["escape"]


def _divisible(value: Any, by: Any) -> bool:
    divisor = number(by)
    if not divisor:
        raise Refused("not_number")
    return number(value) % divisor == 0


# name: the function, called as f(value, *arguments), and how many arguments it takes
TESTS: dict[str, tuple[Callable[..., bool], int]] = {
    "defined": (lambda v: v is not MISSING, 0),
    "undefined": (lambda v: v is MISSING, 0),
    "none": (lambda v: v is None or v is MISSING, 0),
    "empty": (is_empty, 0),
    "even": (lambda v: number(v) % 2 == 0, 0),
    "odd": (lambda v: number(v) % 2 == 1, 0),
    "divisibleby": (_divisible, 1),
    "iterable": (lambda v: isinstance(v, list | tuple | Mapping), 0),
    "string": (lambda v: isinstance(v, str), 0),
    "number": (lambda v: isinstance(v, int | float) and not isinstance(v, bool), 0),
}
TESTS["null"] = TESTS["none"]
