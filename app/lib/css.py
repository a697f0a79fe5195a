"""Stylesheets that an operator writes: what our pages would refuse to load is found before it is saved."""

import re
from typing import Literal

_COMMENT = re.compile(r"/\*.*?(\*/|\Z)", re.DOTALL)
_ESCAPE = re.compile(r"\\([0-9a-f]{1,6})\s?|\\(.)", re.IGNORECASE | re.DOTALL)
_LOADS = re.compile(r"\b(?:url|src|image-set|-webkit-image-set)\(\s*([^)]*)", re.IGNORECASE)
# An address of our own begins with one slash, or is a picture written out; `#name` is in the document.
_OWN = re.compile(r"""["']?\s*(?:/(?![/\\])|#|data:image/|$)""", re.IGNORECASE)


def fault_of(css: str) -> Literal["tag", "import", "elsewhere", ""]:
    """The first rule that `css` breaks: no tag, no @import, nothing from elsewhere; however it is written."""
    if re.search(r"<[a-z/!?]", css, re.IGNORECASE):
        return "tag"
    plain = _ESCAPE.sub(_unescaped, _COMMENT.sub(" ", css))
    if re.search(r"@import\b", plain, re.IGNORECASE):
        return "import"
    if not all(_OWN.match(found[1]) for found in _LOADS.finditer(plain)):
        return "elsewhere"
    return ""


def _unescaped(found: re.Match[str]) -> str:
    number = int(found[1], 16) if found[1] else 0
    return chr(number) if 0 < number < 0x110000 else found[2] or " "
