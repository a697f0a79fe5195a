"""Looks: the operator's colours as a stylesheet, and the shades of them that signs, words and grounds need."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from app.lib.contrast import DARK, LIGHT, mix, on, share

STATES = ("ok", "perf", "partial", "major", "maint", "unknown")
COLOURS = ("accent", *STATES)
# What is ours, in the light: for the settings page and for pictures, which have no stylesheet.
OURS = {
    "accent": "#2f5bea",
    "ok": "#1f9d5b",
    "perf": "#b47c06",
    "partial": "#d9641a",
    "major": "#e0383e",
    "maint": "#4b7fe6",
    "unknown": "#7b838c",
}
WHITE, BLACK, PAGE_DARK = "#ffffff", "#000000", "#0f1114"
TINT_LIGHT, TINT_DARK = 11, 17  # percent of a colour in the ground that it gives
# What follows the accent besides what always does.
ACCENTED = """
.button:not(.ghost, .link, .square, .danger) {
  background: var(--accent); border-color: var(--accent); color: var(--on-accent);
  &:hover { background: var(--accent-strong); border-color: var(--accent-strong); }
}
.prose a, .own a { color: var(--accent-ink); }
"""


def properties(name: str, colour: str) -> dict[str, str]:
    """The custom properties of css/base.css that one colour decides."""
    if name == "accent":
        light, dark = share(colour, BLACK, [LIGHT]), share(colour, WHITE, [DARK])
        words = on(colour)
        return {
            "--accent": colour,
            "--accent-ink": _pair(_mix(colour, light, BLACK), _mix(colour, dark, WHITE)),
            "--on-accent": words,
            "--accent-strong": _mix(colour, 86, BLACK if words == WHITE else WHITE),
        }
    light_ink, dark_ink = _inks(colour)
    return {
        f"--{name}": _pair(_mix(colour, light_ink, BLACK), _mix(colour, dark_ink, WHITE)),
        f"--{name}-fill": colour,
        f"--{name}-bg": _pair(_mix(colour, TINT_LIGHT, WHITE), _mix(colour, TINT_DARK, PAGE_DARK)),
    }


def on_pictures(name: str, settings: Mapping[str, Any]) -> tuple[str, str] | None:
    """The colour of a state's words and their ground in the light, for what has no stylesheet; None where ours hold."""
    colour = settings[f"color_{name}"]
    return (mix(colour, BLACK, _inks(colour)[0]), mix(colour, WHITE, TINT_LIGHT)) if colour else None


def elsewhere(name: str, settings: Mapping[str, Any]) -> str | None:
    """The colour of a state's words on pages of others, as CSS; None where it is ours."""
    colour = settings[f"color_{name}"]
    if not colour:
        return None
    light, dark = _inks(colour)
    return f"light-dark({mix(colour, BLACK, light)},{mix(colour, WHITE, dark)})"


def own_css(settings: Mapping[str, Any]) -> str:
    """What comes after our stylesheet: the operator's colours, and then their own rules. "" when there is neither."""
    colours = tuple((name, settings[f"color_{name}"]) for name in COLOURS if settings[f"color_{name}"])
    return _css(colours, settings["custom_css"])


def frame_css(settings: Mapping[str, Any]) -> str:
    """What comes after our stylesheet in the frame for other sites; "" when nothing is set."""
    tones = {name: elsewhere(name, settings) for name in STATES}
    return "".join(f".{name} {{ color: {tone}; }}\n" for name, tone in tones.items() if tone)


@lru_cache(maxsize=8)
def _css(colours: tuple[tuple[str, str], ...], custom: str) -> str:
    lines = [f"  {key}: {value};" for name, colour in colours for key, value in properties(name, colour).items()]
    parts = ["\n:root {\n" + "\n".join(lines) + "\n}\n"] if lines else []
    parts += [ACCENTED] if "accent" in dict(colours) else []
    parts += [f"\n{custom}\n"] if custom else []
    return "".join(parts)


@lru_cache(maxsize=64)
def _inks(colour: str) -> tuple[int, int]:
    """How much of `colour` its words may have in the light and in the dark, on the page and on its own tint."""
    light = share(colour, BLACK, [LIGHT, mix(colour, WHITE, TINT_LIGHT)])
    dark = share(colour, WHITE, [DARK, mix(colour, PAGE_DARK, TINT_DARK)])
    return light, dark


def _pair(light: str, dark: str) -> str:
    return f"light-dark({light}, {dark})"


def _mix(colour: str, percent: int, other: str) -> str:
    return colour if percent == 100 else f"color-mix(in srgb, {colour} {percent}%, {other})"
