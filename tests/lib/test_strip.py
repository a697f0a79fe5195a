import re

from hypothesis import given
from hypothesis import strategies as st

from app.lib import strip

DAYS = st.dictionaries(st.integers(0, 89), st.sampled_from(sorted(strip.PIECES)))


def bars_of_line(path: str) -> list[int]:
    """The days that the dashes of the ordinary path fall on."""
    runs = [tuple(map(int, found)) for found in re.findall(r"M(\d+) [\d.]+h(\d+)", path)]
    return [day for start, length in runs for day in range(start // strip.PITCH, (start + length) // strip.PITCH)]


def bars_of(path: str) -> set[int]:
    return {int(left) // strip.PITCH for left in re.findall(r"M(\d+)", path)}


@given(DAYS)
def test_each_day_has_one_bar_of_its_kind(troubled):
    drawn = [(day, kind) for kind, path in strip.trouble(troubled).items() for day in sorted(bars_of(path))]
    drawn += [(day, "ok") for day in bars_of_line(strip.ordinary(90, troubled))]
    assert sorted(drawn) == [(day, troubled.get(day, "ok")) for day in range(90)]


def test_calm_days_are_one_line_and_a_bad_day_parts_it():
    assert strip.ordinary(90, {}) == "M0 20.5h810"
    assert strip.ordinary(4, {1: "major"}) == "M0 20.5h9M18 20.5h18"
    assert strip.ordinary(2, {0: "perf", 1: "perf"}) == ""


def test_every_line_is_a_whole_number_of_dashes():
    assert all(int(length) % strip.PITCH == 0 for length in re.findall(r"h(\d+)", strip.ordinary(90, {3: "major"})))


def test_the_newer_half_begins_with_a_whole_bar():
    assert strip.width(90) / 2 <= 45 * strip.PITCH < strip.width(90) / 2 + strip.PITCH - strip.BAR


def test_kinds_differ_in_shape_and_stand_on_the_ground():
    shapes = list(strip.PIECES.values())
    assert all(shapes.count(shape) == 1 for shape in shapes)
    assert all(top + height == strip.TALL for *_, (top, height) in shapes)
    assert [(strip.TALL - strip.ORDINARY, strip.ORDINARY)] not in shapes


def test_ninety_bad_days_stay_small():
    assert len(strip.trouble(dict.fromkeys(range(90), "unknown"))["unknown"]) < 6_000
