"""Contrast by the examples of WCAG, and shades that can be read."""

import pytest

from app.lib.contrast import DARK, LIGHT, READ, SEEN, is_colour, mix, nearest, on, ratio, share


@pytest.mark.parametrize(
    ("one", "other", "known"),
    [
        ("#ffffff", "#000000", 21.0),
        ("#777777", "#ffffff", 4.48),  # the well-known grey that just fails
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
        ("#abcdef", "#abcdef", 1.0),
    ],
)
def test_ratios_that_others_give_too(one, other, known):
    assert ratio(one, other) == ratio(other, one) == pytest.approx(known, abs=0.01)


@pytest.mark.parametrize("text", ["#fff", "red", "#12345g", "#1234567", "", "#abcdef;", "#abcdef\n"])
def test_what_is_no_colour(text):
    assert not is_colour(text)
    assert is_colour("#aBcDeF")


def test_colours_mix_as_in_css():
    assert mix("#ff0000", "#000000", 50) == "#800000"
    assert mix("#123456", "#ffffff", 100) == "#123456"


@pytest.mark.parametrize("colour", ["#ffff00", "#0b3d91", "#000000", "#ffffff", "#1f9d5b", "#c2410c", "#888888"])
def test_there_is_always_a_shade_that_is_seen_and_one_that_is_read(colour):
    close = nearest(colour)
    assert min(ratio(close, LIGHT), ratio(close, DARK)) >= SEEN
    assert ratio(mix(colour, "#000000", share(colour, "#000000", [LIGHT])), LIGHT) >= READ
    assert ratio(mix(colour, "#ffffff", share(colour, "#ffffff", [DARK])), DARK) >= READ
    assert ratio(on(colour), colour) >= READ
