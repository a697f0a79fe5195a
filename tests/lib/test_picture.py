"""Pictures come out as pixels, and what is none is refused."""

import io

import pytest
from PIL import Image

from app.lib.picture import MOST_BYTES, Refused, drawn_anew
from tests.pictures import bomb

MOST = (800, 240)


def made(kind: str, size=(64, 32), mode: str = "RGB", **options) -> bytes:
    stored = io.BytesIO()
    Image.new(mode, size, "#c2410c" if mode != "P" else 3).save(stored, kind, **options)
    return stored.getvalue()


@pytest.mark.parametrize(("kind", "suffix"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp")])
def test_a_picture_stays_of_its_kind(kind, suffix):
    picture = drawn_anew(made(kind), MOST)
    assert (picture.suffix, picture.width, picture.height) == (suffix, 64, 32)
    assert Image.open(io.BytesIO(picture.content)).format == kind


def test_what_a_camera_writes_into_it_is_gone():
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Secret Camera 51.5 N", 6  # who made it; turned by a quarter
    picture = drawn_anew(made("JPEG", exif=exif.tobytes(), comment=b"a secret comment"), MOST)
    assert b"ecret" not in picture.content and not Image.open(io.BytesIO(picture.content)).getexif()
    assert (picture.width, picture.height) == (32, 64), "it stands upright nevertheless"


def test_what_hangs_behind_the_pixels_is_gone():
    picture = drawn_anew(made("PNG") + b"<script>alert(1)</script>", MOST)
    assert b"script" not in picture.content


def test_a_large_one_is_made_smaller():
    picture = drawn_anew(made("PNG", (3000, 1500)), MOST)
    assert (picture.width, picture.height) == (480, 240)


def test_see_through_stays_see_through():
    stored = io.BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(stored, "PNG")
    assert Image.open(io.BytesIO(drawn_anew(stored.getvalue(), MOST).content)).getpixel((5, 5))[3] == 0


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_what_moves_the_first_frame_is_kept(kind):
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("#f00", "#0f0", "#00f")]
    stored = io.BytesIO()
    frames[0].save(stored, kind, save_all=True, append_images=frames[1:])
    still = Image.open(io.BytesIO(drawn_anew(stored.getvalue(), MOST).content))
    assert getattr(still, "n_frames", 1) == 1
    assert still.convert("RGB").getpixel((10, 10))[0] > 240


def test_noise_that_no_png_makes_small_becomes_webp():
    noise = Image.effect_noise((800, 240), 90).convert("RGB")
    noise = Image.merge("RGB", [Image.effect_noise((800, 240), 90) for _ in range(3)])
    stored = io.BytesIO()
    noise.save(stored, "PNG")
    picture = drawn_anew(stored.getvalue(), MOST)
    assert picture.suffix == "webp" and len(picture.content) <= MOST_BYTES


@pytest.mark.parametrize("size", [(50_000, 50_000), (4_001, 4_000), (2**31 - 1, 2**31 - 1), (100_000_000, 1)])
def test_a_bomb_is_refused_before_it_is_unpacked(size, monkeypatch):
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda self: pytest.fail("unpacked"))
    with pytest.raises(Refused) as refused:
        drawn_anew(bomb(*size), MOST)
    assert refused.value.fault in ("pixels", "kind")


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"", "kind"),
        (b"just words", "kind"),
        (b"GIF89a" + b"\0" * 100, "kind"),
        (made("BMP"), "kind"),
        (made("PNG")[:60], "broken"),
        (bomb(100, 100)[:60], "broken"),
        (b"<html><script>alert(1)</script>", "hostile"),
        (b"%PDF-1.7", "kind"),
    ],
)
def test_what_is_no_picture_is_refused(raw, fault):
    with pytest.raises(Refused) as refused:
        drawn_anew(raw, MOST)
    assert refused.value.fault == fault


def test_a_drawing_keeps_its_proportions():
    raw = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2400 600"><path d="M0 0"/></svg>'
    picture = drawn_anew(raw, MOST)
    assert (picture.suffix, picture.width, picture.height) == ("svg", 800, 200)
