"""Pictures that people upload, drawn anew: what comes out holds pixels and nothing else that came in."""

import hashlib
import io
import warnings
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageOps

from app.lib.svg import Hostile, Scripted, clean_svg

MOST_PIXELS = 16_000_000  # a photo of a phone; decoded, 64 MB
MOST_BYTES = 400_000  # of what is kept; visitors wait for it
SUFFIXES = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}
MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "svg": "image/svg+xml"}
Fault = Literal["kind", "broken", "pixels", "bytes", "hostile", "script"]


class Refused(ValueError):
    """Not a picture that can be kept. `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class Picture:
    """A picture that is safe to give out, its size in CSS pixels."""

    content: bytes
    suffix: str
    width: int
    height: int

    @property
    def digest(self) -> str:
        return hashlib.blake2b(self.content, digest_size=16).hexdigest()


def drawn_anew(raw: bytes, most: tuple[int, int]) -> Picture:
    """`raw` as PNG, JPEG, WebP or SVG, made to fit `most` pixels. Raises Refused."""
    if _looks_like_svg(raw):
        try:
            content, (width, height) = clean_svg(raw)
        except Scripted:
            raise Refused("script") from None
        except Hostile:
            raise Refused("hostile") from None
        scale = min(1, most[0] / width, most[1] / height)
        return Picture(content, "svg", max(1, round(width * scale)), max(1, round(height * scale)))
    try:
        return _raster(raw, most)
    except Refused:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError, MemoryError):
        raise Refused("broken") from None


def _looks_like_svg(raw: bytes) -> bool:
    head = raw[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower().replace(b"\0", b"")
    return head.startswith((b"<", b"\xff\xfe<", b"\xfe\xff<"))


def _raster(raw: bytes, most: tuple[int, int]) -> Picture:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the next line is stricter
            found = Image.open(io.BytesIO(raw), formats=tuple(SUFFIXES))
    except Image.DecompressionBombError:
        raise Refused("pixels") from None
    except OSError:
        raise Refused("kind") from None
    # Of the header alone: nothing has been unpacked yet.
    if found.width * found.height > MOST_PIXELS:
        raise Refused("pixels")
    kind = found.format if found.format in SUFFIXES else "JPEG"  # some cameras put several into one
    found.seek(0)
    found.draft("RGB", most)
    upright = ImageOps.exif_transpose(found)
    has_alpha = upright.has_transparency_data
    picture = upright.convert("RGBA" if has_alpha else "RGB")
    picture.thumbnail(most, Image.Resampling.LANCZOS)
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    return _smallest(clean, kind)


def _smallest(picture: Image.Image, kind: str) -> Picture:
    """As it came if that is small enough, else as WebP, which nearly always is."""
    ways = [(kind, 90), ("WEBP", 85), ("WEBP", 60)]
    for form, quality in ways:
        stored = io.BytesIO()
        options = {"optimize": True} if form == "PNG" else {"quality": quality}
        picture.save(stored, form, **options)
        if stored.tell() <= MOST_BYTES:
            return Picture(stored.getvalue(), SUFFIXES[form], *picture.size)
    raise Refused("bytes")
