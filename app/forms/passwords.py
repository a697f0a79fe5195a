"""How strong a password must be, and what to say about one that is not."""

import threading
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from wtforms import Field, Form, ValidationError

from app.i18n import _, _l

SHORTEST, LONGEST, ENOUGH = 10, 200, 3
# The estimate grows with the square of the length; what follows the first 72 characters can only make it stronger.
JUDGED = 72
# zxcvbn keeps the reader's own words in a table of the whole process.
_one_at_a_time = threading.Lock()

ADVICE = {
    "Straight rows of keys are easy to guess.": _l("Straight rows of keys are easy to guess."),
    "Short keyboard patterns are easy to guess.": _l("Short keyboard patterns are easy to guess."),
    'Repeats like "aaa" are easy to guess.': _l("Repeats are easy to guess."),
    'Repeats like "abcabcabc" are only slightly harder to guess than "abc".': _l("Repeats are easy to guess."),
    'Sequences like "abc" or "6543" are easy to guess.': _l("Sequences like abc or 6543 are easy to guess."),
    "Recent years are easy to guess.": _l("Years are easy to guess."),
    "Dates are often easy to guess.": _l("Dates are easy to guess."),
    "This is a top-10 common password.": _l("This is one of the most common passwords."),
    "This is a top-100 common password.": _l("This is one of the most common passwords."),
    "This is a very common password.": _l("This is a very common password."),
    "This is similar to a commonly used password.": _l("This is close to a common password."),
    "A word by itself is easy to guess.": _l("A word by itself is easy to guess."),
    "Names and surnames by themselves are easy to guess.": _l("Names are easy to guess."),
    "Common names and surnames are easy to guess.": _l("Names are easy to guess."),
}
DEFAULT_ADVICE = _l("Add another word or two, uncommon ones.")


class Strength(NamedTuple):
    """`score` from 0 to 4, and in words what would raise it; no words when it is enough."""

    score: int
    advice: str


@cache
def _estimator() -> Callable[..., dict[str, Any]]:
    # Its word lists are 12 MB that every web process and worker would hold, and few ever judge a password.
    return import_module("zxcvbn").zxcvbn


def strength(password: str, about: Iterable[str | None] = ()) -> Strength:
    """How hard `password` is to guess for someone who knows the words in `about`."""
    too_short = _("Use at least %(number)s characters.", number=SHORTEST)
    if not password:
        return Strength(0, too_short)
    with _one_at_a_time:
        found = _estimator()(password[:JUDGED], user_inputs=[word for word in about if word])
    if len(password) < SHORTEST:
        return Strength(min(found["score"], ENOUGH - 1), too_short)
    if found["score"] >= ENOUGH:
        return Strength(found["score"], "")
    return Strength(found["score"], str(ADVICE.get(found["feedback"]["warning"], DEFAULT_ADVICE)))


class StrongPassword:
    """Refuses a password that is easily guessed; `about` names the fields whose words do not count."""

    def __init__(self, *about: str) -> None:
        self.about = about

    def __call__(self, form: Form, field: Field) -> None:
        given = field.data or ""
        if len(given) > LONGEST:
            raise ValidationError(_("Use at most %(number)s characters.", number=LONGEST))
        judged = strength(given, (form[name].data for name in self.about if name in form))
        if judged.score < ENOUGH:
            raise ValidationError(_("This password is too easy to guess. %(advice)s", advice=judged.advice))
