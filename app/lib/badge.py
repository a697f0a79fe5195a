"""Badges: two words beside each other, as measures for a drawing, in the styles of Cachet's badges (cachet-v2 3.7)."""

from dataclasses import dataclass

from app.lib.text import for_xml, one_line
from app.lib.text_width import cut, text_width

# White on each of these is 4.5:1 or better (WCAG 1.4.3); they are the page's own colours in the light.
COLOURS = {
    "ok": "#19774a",
    "perf": "#8a5a00",
    "partial": "#a8430b",
    "major": "#b3261e",
    "maint": "#2b5bb5",
    "unknown": "#6b7280",
}
STYLES = ("flat-square", "flat", "plastic", "social")
SAME = {"plastic-flat": "flat", "svg": "plastic"}
PADDING = 6
LONGEST = 60  # characters


@dataclass(frozen=True)
class Part:
    """One half: its text, where it begins and how wide it is, in pixels; `text_width` without the room around."""

    text: str
    x: int
    width: int
    text_width: int

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True)
class Badge:
    """A badge that says of `left` that it is `right`, in `colour`."""

    style: str
    left: Part
    right: Part
    colour: str

    @classmethod
    def of(cls, name: str, word: str, css: str, style: str = "", colour: str | None = None) -> "Badge":
        """Measure it. An unknown style is flat-square; `css` is a status's colour token, `colour` replaces ours."""
        style = SAME.get(style, style)
        left = _part(name, 0)
        gap = 6 if style == "social" else 0
        return cls(style if style in STYLES else STYLES[0], left, _part(word, left.width + gap), colour or COLOURS[css])

    @property
    def width(self) -> int:
        return self.right.x + self.right.width

    @property
    def height(self) -> int:
        return 18 if self.style == "plastic" else 20

    @property
    def radius(self) -> int:
        return {"flat": 3, "plastic": 4}.get(self.style, 0)

    @property
    def title(self) -> str:
        return f"{self.left.text}: {self.right.text}"


def _part(text: str, x: int) -> Part:
    shown = cut(for_xml(one_line(text)), LONGEST)
    width = round(text_width(shown))
    return Part(shown, x, width + 2 * PADDING, width)
