"""The picture that chats and social sites show beside a link: a name and a verdict, 1200 × 630."""

import io
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features
from PIL.ImageFont import FreeTypeFont

SIZE = (1200, 630)
MARGIN = 90
# Colour of the mark and ground behind it, as on the page in the light.
TONES = {
    "ok": ("#19774a", "#e9f6ee"),
    "perf": ("#8a5a00", "#fdf4dc"),
    "partial": ("#a8430b", "#fdece0"),
    "major": ("#b3261e", "#fdeaea"),
    "maint": ("#2b5bb5", "#e9f0fd"),
    "unknown": ("#565d66", "#eef0f1"),
}
INK, SOFT = "#17191c", "#5b626b"
# Lines of each mark in a square of 16, as the page's icons have them.
MARKS: dict[str, list[list[tuple[float, float]]]] = {
    "ok": [[(4.5, 8.2), (6.9, 10.6), (11.5, 5.6)]],
    "perf": [[(8, 4.2), (8, 8.5)], [(8, 11.4), (8, 11.6)]],
    "partial": [[(4.8, 8), (11.2, 8)]],
    "major": [[(5.4, 5.4), (10.6, 10.6)], [(10.6, 5.4), (5.4, 10.6)]],
    "maint": [[(8, 4.6), (8, 8.2), (10.6, 9.8)]],
    "unknown": [[(6.2, 6.2), (8, 4.9), (9.4, 6.4), (8, 8.2), (8, 9.4)], [(8, 11.5), (8, 11.7)]],
}
# Fonts that many systems have, for what the one that comes with Pillow (Latin only) cannot write.
FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
)
# Letters from here to there join or turn, which needs a shaping library.
SHAPED = ((0x0590, 0x08FF), (0x0900, 0x109F), (0x1780, 0x17FF), (0xFB1D, 0xFDFF), (0xFE70, 0xFEFF))
FINE = 4  # the mark is drawn so many times larger, and made small again


def card(
    name: str, verdict: str, spare_name: str, spare_verdict: str, css: str, own: tuple[str, str] | None = None
) -> bytes:
    """The picture as PNG. The spare words, plain ASCII, are for what no font can write; `own` replaces TONES."""
    tone, ground = own or TONES[css]
    picture = Image.new("RGB", SIZE, ground)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 18, SIZE[1]), fill=tone)
    picture.paste(_mark(css, tone, ground), (MARGIN, 96))
    room = SIZE[0] - 2 * MARGIN
    _write(draw, (MARGIN, 330), verdict, spare_verdict, INK, 76, room)
    _write(draw, (MARGIN, 470), name, spare_name, SOFT, 46, room)
    stored = io.BytesIO()
    picture.quantize(64, dither=Image.Dither.NONE).save(stored, "PNG", optimize=True)
    return stored.getvalue()


def can_write(font: FreeTypeFont, text: str) -> bool:
    """Whether `font` has every letter of `text`, and can join those that are joined."""
    if any(low <= ord(char) <= high for char in text for low, high in SHAPED) and not features.check("raqm"):
        return False
    missing = _drawn(font, "\U0010fffe")
    return all(char.isspace() or _drawn(font, char) != missing for char in text)


@lru_cache(maxsize=1024)
def _drawn(font: FreeTypeFont, char: str) -> tuple[tuple[int, int], bytes]:
    mask = Image.Image()._new(font.getmask(char))
    return mask.size, mask.tobytes()


@lru_cache(maxsize=32)
def _fonts(size: int) -> tuple[FreeTypeFont, ...]:
    own = ImageFont.load_default(size)
    found = [ImageFont.truetype(path, size) for path in FONTS if Path(path).is_file()]
    return (*([own] if isinstance(own, FreeTypeFont) else []), *found)


def _write(
    draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, spare: str, colour: str, size: int, room: int
) -> None:
    """One line, as large as `size` and as small as two thirds of it; what is longer then is cut."""
    for words in (text, spare):
        font = next((font for font in _fonts(size) if can_write(font, words)), None)
        if font is not None:
            break
    else:
        return
    while font.getlength(words) > room and font.size > size * 2 / 3:
        font = font.font_variant(size=font.size - 2)
    if font.getlength(words) > room:
        while words and font.getlength(f"{words}…") > room:
            words = words[:-1]
        words = f"{words.rstrip()}…"
    draw.text(at, words, fill=colour, font=font)


def _mark(css: str, tone: str, ground: str) -> Image.Image:
    side = 180
    unit = side * FINE / 16
    mark = Image.new("RGB", (side * FINE, side * FINE), ground)
    draw = ImageDraw.Draw(mark)
    draw.ellipse((0, 0, side * FINE - 1, side * FINE - 1), fill=tone)
    for line in MARKS[css]:
        points = [(x * unit, y * unit) for x, y in line]
        draw.line(points, fill="#fff", width=round(1.5 * unit), joint="curve")
        for x, y in (points[0], points[-1]):
            draw.ellipse((x - 0.75 * unit, y - 0.75 * unit, x + 0.75 * unit, y + 0.75 * unit), fill="#fff")
    return mark.resize((side, side), Image.Resampling.LANCZOS)
