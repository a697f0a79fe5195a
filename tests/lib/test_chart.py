import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lib.chart import HEIGHT, PAD, STEP, draw, nice_ticks

TOP, MIDDLE, BOTTOM = PAD, HEIGHT // 2, HEIGHT - PAD


def points(path: str) -> list[tuple[int, int]]:
    """Where a line of M and relative l goes."""
    here, found = (0, 0), []
    for command, numbers in re.findall(r"([Mlh])([-\d ]+)", path):
        pairs = [int(number) for number in re.findall(r"-?\d+", numbers)]
        if command == "h":
            continue
        for dx, dy in zip(pairs[::2], pairs[1::2], strict=True):
            here = (dx, dy) if command == "M" else (here[0] + dx, here[1] + dy)
            found.append(here)
    return found


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([], (0, 0.5, 1)),
        ([0, 0], (0, 0.5, 1)),
        ([7], (0, 5, 10)),
        ([140, 380], (0, 200, 400)),
        ([99.92, 99.99], (99.9, 99.95, 100)),
        ([99.98, 100], (99.98, 99.99, 100)),
        ([1.2, 2.1], (1, 2, 3)),
        ([-3, 4], (-5, 0, 5)),
        ([-8, -1], (-10, -5, 0)),
        ([-7], (-10, -5, 0)),
        ([0.1, 0.3], (0, 0.2, 0.4)),
        ([1_200_000, 3_900_000], (0, 2_000_000, 4_000_000)),
    ],
)
def test_the_grid_lines_are_round_numbers_around_the_values(values, ticks):
    assert nice_ticks(values) == ticks


def test_a_line_goes_through_every_value():
    chart = draw([0, 5, 10])
    assert chart.width == 3 * STEP
    assert chart.line == f"M5 {BOTTOM}l10-50 10-50"
    assert chart.area == f"M5 {HEIGHT}V{BOTTOM}l10-50 10-50V{HEIGHT}z"
    assert points(chart.line) == [(5, BOTTOM), (15, MIDDLE), (25, TOP)]
    assert (chart.dots, chart.grid) == ("", f"M0 {BOTTOM}h30M0 {MIDDLE}h30M0 {TOP}h30")


def test_a_gap_stays_a_gap_and_a_value_alone_is_a_dot():
    chart = draw([0, 10, None, 5, None, 10, 0])
    assert chart.line.count("M") == chart.area.count("M") == 2
    assert chart.dots == f"M35 {MIDDLE}h0"
    assert [x for x, _ in points(chart.line)] == [5, 15, 55, 65]


def test_what_is_no_number_is_a_gap():
    assert draw([1, math.nan, 2, math.inf, 1]).dots.count("M") == 3


def test_nothing_makes_an_empty_chart():
    for values in ([], [None, None]):
        chart = draw(values)
        assert (chart.line, chart.area, chart.dots) == ("", "", "")
        assert chart.grid.count("M") == 3


@given(st.lists(st.none() | st.floats(), max_size=40))
def test_whatever_comes_it_stays_in_its_box(values):
    chart = draw(values)
    assert chart.ticks[0] < chart.ticks[1] < chart.ticks[2]
    finite = [value for value in values if value is not None and math.isfinite(value)]
    drawn = points(chart.line) + points(chart.dots)
    assert len(drawn) == len(finite)
    assert all(0 <= x <= chart.width and TOP <= y <= BOTTOM for x, y in drawn)


@given(st.lists(st.floats(min_value=-1e12, max_value=1e12), min_size=1, max_size=20))
def test_the_ticks_hold_all_values_and_are_evenly_apart(values):
    bottom, middle, top = nice_ticks(values)
    slack = (top - bottom) * 1e-6
    assert bottom - slack <= min(values)
    assert max(values) <= top + slack
    assert middle - bottom == pytest.approx(top - middle)
