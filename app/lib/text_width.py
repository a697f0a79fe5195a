"""How wide a line of text is in Verdana, without the font: what is drawn for others cannot measure it there."""

import unicodedata

# Advance widths of U+0020 to U+007E in thousandths of an em, from the font's hmtx table.
_ASCII = (
    *(352, 394, 459, 818, 636, 1076, 727, 269, 454, 454, 636, 818, 364, 454, 364, 454),
    *(636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 454, 454, 818, 818, 818, 545),
    *(1000, 684, 686, 698, 771, 632, 575, 775, 751, 421, 455, 693, 557, 843, 748, 787),
    *(603, 787, 695, 684, 616, 732, 684, 989, 685, 615, 685, 454, 454, 454, 818, 636),
    *(636, 601, 623, 521, 623, 596, 352, 623, 633, 274, 344, 592, 274, 973, 633, 607),
    *(623, 623, 427, 521, 394, 633, 592, 818, 592, 592, 525, 635, 454, 635, 818),
)
_WIDE = 1000
_OTHER = 650


def text_width(text: str, size: float = 11) -> float:
    """The width of `text` in the unit of `size`; what Verdana does not have counts as its neighbours in other fonts."""
    return sum(_width(char) for char in text) * size / 1000


def _width(char: str) -> int:
    if " " <= char <= "~":
        return _ASCII[ord(char) - 32]
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Mn", "Me"):
        return 0
    if unicodedata.east_asian_width(char) in ("W", "F"):
        return _WIDE
    # An accented letter is as wide as the bare one.
    base = unicodedata.normalize("NFD", char)[0]
    return _ASCII[ord(base) - 32] if " " <= base <= "~" else _OTHER


def cut(text: str, length: int) -> str:
    """At most `length` characters of `text`, with an ellipsis where something is missing."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
