"""Contrast of colours (WCAG 2.2, 1.4.3 and 1.4.11), and the shades of a colour in which it can be seen and read."""

import re
from collections.abc import Iterable

SEEN, READ = 3.0, 4.5  # what signs need, and what words need
# The grounds of css/base.css that are hardest on a colour: the page in the light, a card in the dark.
LIGHT, DARK = "#fbfbfa", "#16191d"


def is_colour(text: str) -> bool:
    """Whether `text` is `#rrggbb`."""
    return re.fullmatch(r"#[0-9a-fA-F]{6}", text) is not None


def ratio(one: str, other: str) -> float:
    """Their contrast, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mix(colour: str, other: str, percent: int) -> str:
    """As CSS has it in `color-mix(in srgb, colour percent%, other)`."""
    mixed = [
        round((a * percent + b * (100 - percent)) / 100) for a, b in zip(_parts(colour), _parts(other), strict=True)
    ]
    return "#{:02x}{:02x}{:02x}".format(*mixed)


def share(colour: str, toward: str, grounds: Iterable[str], least: float = READ) -> int:
    """How much of `colour` may stay, in percent, for words in it and `toward` to be read on all `grounds`."""
    known = tuple(grounds)
    # A little more than enough: browsers round otherwise.
    fits = (
        n for n in range(100, -1, -4) if min(ratio(mix(colour, toward, n), ground) for ground in known) > least + 0.1
    )
    return next(fits, 0)


def nearest(colour: str) -> str:
    """The shade of `colour`, as close to it as can be, that is seen in the light and in the dark."""
    tries = (mix(colour, toward, n) for n in range(100, -1, -2) for toward in ("#ffffff", "#000000"))
    return next(one for one in tries if min(ratio(one, LIGHT), ratio(one, DARK)) >= SEEN + 0.05)


def on(colour: str) -> str:
    """White or black, whichever is read better on `colour`; one of them always is."""
    return max("#ffffff", "#000000", key=lambda ink: ratio(ink, colour))


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (p / 255 for p in _parts(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
