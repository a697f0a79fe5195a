"""Drawings that people upload (SVG), written anew from what is known to be harmless; everything else is left out.

The parser is Expat with no way to the outside: a document type may be named, but not hold anything."""

import re
from collections import defaultdict
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
MOST_BYTES = 400_000
MOST_ELEMENTS = 20_000
DEEPEST = 60


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


ELEMENTS = _names(
    "svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan textPath style "
    "linearGradient radialGradient stop clipPath mask pattern marker switch a "
    "filter feBlend feColorMatrix feComposite feFlood feGaussianBlur feMerge feMergeNode feOffset"
)
UNWRAPPED = frozenset({"a", "switch"})  # what they hold stays, they do not
ATTRIBUTES = _names(
    "id class style x y x1 y1 x2 y2 cx cy r rx ry fx fy fr dx dy d points width height viewBox preserveAspectRatio "
    "transform gradientTransform patternTransform gradientUnits patternUnits patternContentUnits clipPathUnits "
    "maskUnits maskContentUnits spreadMethod offset stop-color stop-opacity fill fill-opacity fill-rule stroke "
    "stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset "
    "vector-effect opacity color display visibility overflow clip-path clip-rule mask marker-start marker-mid "
    "marker-end markerWidth markerHeight markerUnits refX refY orient font-family font-size font-weight font-style "
    "font-variant font-stretch letter-spacing word-spacing text-anchor text-decoration dominant-baseline "
    "alignment-baseline baseline-shift textLength lengthAdjust rotate startOffset method spacing pathLength "
    "paint-order shape-rendering text-rendering mix-blend-mode isolation filter filterUnits primitiveUnits in in2 "
    "result mode type values operator k1 k2 k3 k4 stdDeviation edgeMode flood-color flood-opacity lang role "
    "color-interpolation color-interpolation-filters enable-background version baseProfile"
)
# In looks: whatever loads, imports, or hides one of these behind an escape. `url(#name)` is in the drawing itself.
RISKY = re.compile(
    r"""@(?!media\b)|\\|expression|behaviou?r|-moz-binding|javascript|image-set|<|url\((?!\s*["']?#)""", re.I
)
LENGTH = re.compile(r"\s*\+?(\d{1,6}(?:\.\d{1,9})?)\s*(?:px)?\s*")


class Hostile(ValueError):
    """Not a drawing, or one that only somebody who means harm would make."""


class Scripted(Hostile):
    """A drawing that wants to run something, which no picture needs; nobody is to think that it was taken as it is."""


def clean_svg(raw: bytes) -> tuple[bytes, tuple[float, float]]:
    """The drawing, safe to give out, and its width and height. Raises Hostile, and Scripted where it holds a script."""
    if len(raw) > MOST_BYTES:
        raise Hostile("more than a drawing needs")
    writer = _Writer()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartElementHandler, parser.EndElementHandler = writer.begin, writer.end
    parser.CharacterDataHandler = writer.text
    parser.StartDoctypeDeclHandler = _only_a_name
    parser.EntityDeclHandler = parser.ExternalEntityRefHandler = parser.SkippedEntityHandler = _refuse
    try:
        parser.Parse(raw, True)
    except Hostile:
        raise
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Hostile(str(error)) from None
    if writer.size is None or writer.is_endless():
        raise Hostile("no size, or a drawing without an end")
    return "".join(writer.parts).encode(), writer.size


def _only_a_name(name: str, system: str | None, public: str | None, has_more: int) -> None:
    if has_more:
        raise Hostile("a document type with declarations")


def _refuse(*_args: object) -> int:
    raise Hostile("an entity")


class _Writer:
    """Takes a drawing apart as it is read, and puts the harmless parts together again."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.size: tuple[float, float] | None = None
        self.left_out = 0  # how deep we are in something that is not taken over
        self.open: list[tuple[str, str, int]] = []  # name, id, and where in `parts` it began
        self.count = 0
        self.uses: dict[str, list[str]] = defaultdict(list)  # what each id draws again by <use>

    def begin(self, tag: str, given: dict[str, str]) -> None:
        namespace, _blank, name = tag.rpartition(" ")
        self.count += 1
        if self.count > MOST_ELEMENTS or len(self.open) + self.left_out > DEEPEST:
            raise Hostile("too many elements")
        if self.count == 1:
            if (namespace, name) != (SVG, "svg"):
                raise Hostile("not a drawing")
            self.size = _size(given)
        if name.lower() == "script" or any(_runs(key, value) for key, value in given.items()):
            raise Scripted("a script")
        if self.left_out or namespace != SVG or name not in ELEMENTS:
            self.left_out += 1
            return
        kept = _kept(given)
        if self.count == 1 and self.size:
            # Shown as a picture, a drawing that says no size has none.
            width, height = (f"{side:g}" for side in self.size)
            kept |= {"width": width, "height": height, "viewBox": kept.get("viewBox", f"0 0 {width} {height}")}
        target = kept.pop("href", "")
        own = kept.get("id", "")
        if target and name == "use":
            for around in {"", own, *(id for _name, id, _at in self.open)}:
                self.uses[around].append(target)
        self.open.append((name, own, len(self.parts)))
        if name in UNWRAPPED:
            return
        names = f' xmlns="{SVG}" xmlns:xlink="{XLINK}"' if self.count == 1 else ""
        link = f" xlink:href={quoteattr('#' + target)}" if target else ""
        self.parts.append(
            f"<{name}{names}{''.join(f' {key}={quoteattr(value)}' for key, value in kept.items())}{link}>"
        )

    def end(self, _tag: str) -> None:
        if self.left_out:
            self.left_out -= 1
            return
        name, _id, at = self.open.pop()
        if name == "style" and RISKY.search("".join(self.parts[at + 1 :])):
            del self.parts[at:]
        elif name not in UNWRAPPED:
            self.parts.append(f"</{name}>")

    def text(self, words: str) -> None:
        if not self.left_out and self.open:
            self.parts.append(escape(words))

    def is_endless(self) -> bool:
        """Whether its <use>s draw each other more often than a browser can."""
        known: dict[str, int] = {}

        def drawn(id: str, above: tuple[str, ...]) -> int:
            if id in above or len(above) > DEEPEST:
                return MOST_ELEMENTS + 1
            if id not in known:
                known[id] = 1 + sum(drawn(other, (*above, id)) for other in self.uses.get(id, ()))
            return known[id]

        return drawn("", ()) > MOST_ELEMENTS


def _runs(key: str, value: str) -> bool:
    """Whether an attribute is a script: a handler of an event, or an address that runs."""
    # Browsers overlook blanks and control characters in an address.
    is_address = re.sub(r"[\0-\x20]", "", value[:100]).lower().startswith(("javascript:", "vbscript:"))
    return is_address or re.fullmatch(r"on[a-z]+", key, re.IGNORECASE) is not None


def _kept(given: dict[str, str]) -> dict[str, str]:
    """The attributes that stay. `href` is there, without its #, only when it points into the drawing."""
    kept = {}
    for key, value in given.items():
        namespace, _blank, name = key.rpartition(" ")
        if name == "href" and namespace in ("", XLINK):
            if re.fullmatch(r"#[\w.:-]+", value):
                kept["href"] = value[1:]
        elif not namespace and name in ATTRIBUTES and not RISKY.search(value):
            kept[name] = value
    return kept


def _size(given: dict[str, str]) -> tuple[float, float] | None:
    lengths = [LENGTH.fullmatch(given.get(name, "")) for name in ("width", "height")]
    if all(lengths):
        sides = [float(found[1]) for found in lengths if found]
    else:
        box = re.split(r"[\s,]+", given.get("viewBox", "").strip())
        try:
            sides = [float(side) for side in box[2:4]]
        except ValueError:
            return None
    return (sides[0], sides[1]) if len(sides) == 2 and all(0 < side < 1e6 for side in sides) else None
