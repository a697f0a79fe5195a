"""What is wrong with a template, in a sentence for whoever wrote it."""

from typing import Any

from app.i18n import _, _l
from app.lib.sandbox import MOST_TEXT, BadTemplate

_SENTENCES: dict[str, Any] = {
    "arguments": _l("“%(what)s” is given values that it does not take."),
    "call": _l("“%(what)s(…)” calls a function, and templates cannot do that."),
    "deep": _l("too much stands inside each other here. Write it more simply."),
    "filter": _l("there is no filter “%(what)s”."),
    "incomplete": _l("something is missing before the brackets close."),
    "large_number": _l("a number is too large."),
    "long": _l("the text becomes longer than %(most)s characters."),
    "long_source": _l("the template is longer than %(most)s characters."),
    "loop": _l("write loops as “for one in many” or “for key, value in many”."),
    "not_date": _l("a value is no date."),
    "not_list": _l("a loop needs a list, and this value is none."),
    "not_number": _l("a value is no number."),
    "not_text": _l("a list cannot be written as it is. Name one of its parts, or use “join”."),
    "sign": _l("“%(what)s” cannot be used here. Templates can add and subtract."),
    "slow": _l("there is too much to do. Look for loops inside loops."),
    "stray_end": _l("“%(what)s” closes nothing."),
    "syntax": _l("this cannot be understood."),
    "tag": _l("“%(what)s” is not for these templates. Use “if” and “for”."),
    "test": _l("there is no test “is %(what)s”."),
    "unclosed": _l("the template ends before something is closed. Is an “endif”, an “endfor” or a bracket missing?"),
    "underscores": _l("“%(what)s” is not a value. Names cannot begin with two underscores."),
    "unexpected": _l("“%(what)s” is not expected here."),
    "unknown_tag": _l("there is no tag “%(what)s”. Use “if” and “for”."),
}


def fault(bad: BadTemplate) -> str:
    """The sentence, with its line first: Line 3: there is no filter “colour”."""
    sentence = str(_SENTENCES.get(bad.reason, _SENTENCES["syntax"]))
    said = sentence.replace("%(what)s", bad.what).replace("%(most)s", str(MOST_TEXT))
    return _("Line %(line)d: %(fault)s", line=bad.line, fault=said)
