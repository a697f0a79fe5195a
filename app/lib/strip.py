"""Strips drawn as SVG paths: a bar for each day, one path for all ordinary bars and one for each kind of trouble.

Shape says as much as colour: outages stand taller than ordinary bars, and what is only partly wrong has a gap in it.
"""

from collections.abc import Mapping

PITCH, BAR = 9, 7
TALL, ORDINARY = 34, 27
ORDINARY_MIDDLE = TALL - ORDINARY / 2
# The pieces of a bar, each by its top and its height; all bars stand on the same ground.
PIECES = {
    "major": [(0, 34)],
    "partial": [(0, 12), (15, 19)],
    "perf": [(7, 5), (15, 19)],
    "maint": [(7, 16), (26, 8)],
    "unknown": [(7, 5), (15, 5), (23, 11)],
}


def width(days: int) -> int:
    """How wide the drawing of so many days is, in its own units; it is TALL high."""
    return days * PITCH - (PITCH - BAR)


def ordinary(days: int, troubled: Mapping[int, str]) -> str:
    """The line that, dashed by BAR and what is left of PITCH and as thick as ORDINARY, draws every other day."""
    line, start = [], None
    for day in range(days + 1):
        is_bar = day < days and day not in troubled
        if is_bar and start is None:
            start = day
        elif not is_bar and start is not None:
            # A whole number of dashes and gaps, so that the next line begins with a dash whoever counts.
            line.append(f"M{start * PITCH} {ORDINARY_MIDDLE:g}h{(day - start) * PITCH}")
            start = None
    return "".join(line)


def trouble(troubled: Mapping[int, str]) -> dict[str, str]:
    """The bars of each kind, a key of PIECES, as a path; `troubled` holds the kind of each day that is not ordinary."""
    found: dict[str, str] = {}
    for day in sorted(troubled):
        found[troubled[day]] = found.get(troubled[day], "") + bar(troubled[day], day * PITCH)
    return found


def bar(kind: str, left: int = 0) -> str:
    """One bar of a kind."""
    return "".join(f"M{left} {top}h{BAR}v{height}h-{BAR}z" for top, height in PIECES[kind])
