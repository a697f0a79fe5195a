"""Values in a row as the path data of an SVG, and the three round numbers that stand beside it. Nothing is rendered."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

STEP = 10  # units of width for each value
HEIGHT = 120
PAD = 10  # units above the top line and below the bottom one, so that a line on them is not cut
LARGEST = 1e300  # beyond it differences overflow
SMALLEST = 1e-300
ROUND = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Chart:
    """Path data in a box of `width` by HEIGHT; value `i` stands at (i + ½) · STEP. A gap breaks line and area; a value
    alone between gaps is a dot. `ticks` are the values of the three grid lines, bottom first."""

    width: int
    line: str
    area: str
    dots: str
    grid: str
    ticks: tuple[float, float, float]

    @property
    def box(self) -> str:
        return f"0 0 {self.width} {HEIGHT}"


def draw(values: Sequence[float | None]) -> Chart:
    """The chart of `values`, oldest first; None, and what is no finite number, is a gap."""
    known = [None if value is None or not math.isfinite(value) else value for value in values]
    ticks = nice_ticks([value for value in known if value is not None])
    heights = [None if value is None else _height(value, ticks) for value in known]
    runs = _runs(heights)
    width = max(len(known), 1) * STEP
    return Chart(
        width=width,
        line="".join(_line(start, run) for start, run in runs if len(run) > 1),
        area="".join(_area(start, run) for start, run in runs if len(run) > 1),
        dots="".join(f"M{_x(start)} {run[0]}h0" for start, run in runs if len(run) == 1),
        grid="".join(f"M0 {_height(tick, ticks)}h{width}" for tick in ticks),
        ticks=ticks,
    )


def nice_ticks(values: Sequence[float]) -> tuple[float, float, float]:
    """Three round numbers, evenly apart, between which all `values` lie. They begin at zero unless the values lie close
    together far from it, as percentages near 100 do. (0, ½, 1) when there are none."""
    low, high = _bounds(values)
    exponent = math.floor(math.log10((high - low) / 2))
    slack = (high - low) * 1e-9
    for power in (exponent, exponent + 1):
        for factor in ROUND:
            step = _rounded(factor * 10.0**power, power)
            bottom = _rounded(math.floor((low + slack) / step) * step, power)
            if bottom + 2 * step >= high - slack:
                return bottom, _rounded(bottom + step, power), _rounded(bottom + 2 * step, power)
    raise AssertionError(f"no scale for {low} to {high}")  # pragma: no cover  # 10 and 20 times a half span hold it


def _bounds(values: Sequence[float]) -> tuple[float, float]:
    low = max(min(values, default=0.0), -LARGEST)
    high = min(max(values, default=0.0), LARGEST)
    if 0 <= low <= high / 2:
        low = 0.0
    elif low / 2 <= high <= 0:
        high = 0.0
    if high - low <= max(abs(low), abs(high)) * 1e-9:  # all the same: from zero to it
        low, high = min(low, 0.0), max(high, 0.0)
    return (low, high) if high - low > SMALLEST else (0.0, 1.0)


def _rounded(number: float, power: int) -> float:
    # 3 * 0.1 is 0.30000000000000004: keep one digit more than the power has, for the 2.5.
    return round(number, 1 - power) + 0.0 if power < 1 else number


def _height(value: float, ticks: tuple[float, float, float]) -> int:
    share = (value - ticks[0]) / (ticks[2] - ticks[0])
    return round(HEIGHT - PAD - min(max(share, 0.0), 1.0) * (HEIGHT - 2 * PAD))


def _runs(heights: list[int | None]) -> list[tuple[int, list[int]]]:
    """Each stretch without a gap, with the place where it begins."""
    runs: list[tuple[int, list[int]]] = []
    before: int | None = None
    for place, height in enumerate(heights):
        if height is not None:
            if before is None:
                runs.append((place, []))
            runs[-1][1].append(height)
        before = height
    return runs


def _x(place: int) -> int:
    return place * STEP + STEP // 2


def _steps(run: list[int]) -> str:
    """The way from the first point to the last, each step relative to the one before: the shortest way to write it."""
    steps = (f"{STEP}{change}" if change < 0 else f"{STEP} {change}" for change in map(_change, run, run[1:]))
    return "l" + " ".join(steps)


def _change(before: int, after: int) -> int:
    return after - before


def _line(start: int, run: list[int]) -> str:
    return f"M{_x(start)} {run[0]}{_steps(run)}"


def _area(start: int, run: list[int]) -> str:
    return f"M{_x(start)} {HEIGHT}V{run[0]}{_steps(run)}V{HEIGHT}z"
