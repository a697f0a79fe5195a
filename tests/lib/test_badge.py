import pytest

from app.lib.badge import COLOURS, LONGEST, STYLES, Badge
from app.lib.text_width import cut, text_width


def luminance(colour: str) -> float:
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", [*COLOURS.values(), "#555555"])
def test_words_can_be_read_on_every_colour(colour):
    assert contrast("#ffffff", colour) >= 4.5
    assert contrast("#fafafa", colour) >= 4.5  # the social style has the colour as the word's


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("Operational", 64.0),
        ("iiii", 12.1),
        ("WWWW", 43.5),
        ("日本", 22),
        ("é", text_width("e")),
        ("e\u0301", text_width("e")),
    ],
)
def test_text_is_as_wide_as_in_verdana(text, width):
    assert text_width(text) == pytest.approx(width, abs=0.3)


def test_a_long_name_is_cut():
    assert cut("abc", 3) == "abc"
    assert cut("abcd", 3) == "ab…"
    drawn = Badge.of("x" * 300, "Operational", "ok")
    assert len(drawn.left.text) == LONGEST
    assert drawn.width < 600


@pytest.mark.parametrize(
    ("asked", "style", "height"),
    [("", "flat-square", 20), ("nonsense", "flat-square", 20), ("flat", "flat", 20), ("plastic-flat", "flat", 20),
     ("plastic", "plastic", 18), ("svg", "plastic", 18), ("social", "social", 20)],
)  # fmt: skip
def test_styles_are_those_of_cachet(asked, style, height):
    drawn = Badge.of("API", "Operational", "ok", asked)
    assert (drawn.style, drawn.height) == (style, height)
    assert drawn.style in STYLES


def test_the_halves_lie_beside_each_other():
    for style in STYLES:
        drawn = Badge.of("API", "Major outage", "major", style)
        assert drawn.left.x == 0
        assert drawn.right.x >= drawn.left.width
        assert drawn.left.text_width < drawn.left.width
        assert drawn.width == drawn.right.x + drawn.right.width
