"""What is left of a drawing that somebody made to do harm."""

import re
from xml.etree import ElementTree

import pytest

from app.lib.svg import Hostile, Scripted, clean_svg

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 20 10"'


def cleaned(inside: str, attributes: str = "") -> str:
    return clean_svg(f"{OPEN} {attributes}>{inside}</svg>".encode())[0].decode()


@pytest.mark.parametrize(
    ("inside", "attributes"),
    [
        ('<use href="https://evil.example/x.svg#a"/>', ""),
        ('<use xlink:href="data:image/svg+xml,&lt;svg onload=alert(1)>#a"/>', ""),
        ('<image href="https://evil.example/x.png"/>', ""),
        ("<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'><p>alert(1)</p></body></foreignObject>", ""),
        ('<set attributeName="onload" to="alert(1)"/>', ""),
        ("<style>@import url(https://evil.example/x.css);</style>", ""),
        ("<style>path { fill: url(https://evil.example/x.svg#a) }</style>", ""),
        ("<style>path { fill: u\\72l(https://evil.example/x) }</style>", ""),
        ("<style><![CDATA[@im]]><![CDATA[port 'https://evil.example/x.css']]></style>", ""),
        ('<path d="M0 0" style="fill: url(//evil.example/x)"/>', ""),
        ('<path d="M0 0" fill="url(https://evil.example/x#a)"/>', ""),
        ('<g><handler xmlns="http://www.w3.org/2001/xml-events">alert(1)</handler></g>', ""),
        ("<!-- <script>alert(1)</script> --><?xml-stylesheet href='https://evil.example/x.css'?>", ""),
        ('<feImage href="https://evil.example/x.png"/>', ""),
        ('<text xml:base="https://evil.example/">x</text>', ""),
    ],
)
def test_nothing_runs_and_nothing_loads(inside, attributes):
    clean = cleaned(inside, attributes)
    ElementTree.fromstring(clean)
    assert not re.search(r"alert|evil|script|import|\bon\w+=|foreign|<!|<\?", clean, re.IGNORECASE), clean


@pytest.mark.parametrize(
    ("inside", "attributes"),
    [
        ("<script>alert(1)</script>", ""),
        ('<script href="https://evil.example/x.js"/>', ""),
        ("", 'onload="alert(1)"'),
        ('<path d="M0 0" onclick="alert(1)"/>', ""),
        ('<a href="javascript:alert(1)"><path d="M0 0"/></a>', ""),
        ('<a xlink:href="&#106;avascript:alert(1)"><path d="M0 0"/></a>', ""),
        (
            "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></body></foreignObject>",
            "",
        ),
        ('<animate attributeName="href" values="javascript:alert(1)"/>', ""),
        ('<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>', ""),
        ('<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>', ""),
        ('<a xlink:href=" java&#10;script:alert(1)"><path d="M0 0"/></a>', ""),
        ('<g><foreignObject><p xmlns="http://www.w3.org/1999/xhtml" onfocus="alert(1)"/></foreignObject></g>', ""),
    ],
)
def test_what_wants_to_run_something_is_refused(inside, attributes):
    with pytest.raises(Scripted):
        cleaned(inside, attributes)


def test_a_plain_drawing_stays_as_it_was_drawn():
    drawing = (
        '<defs><linearGradient id="g"><stop offset="0" stop-color="#f00"/></linearGradient></defs>'
        "<style>.a{fill:url(#g)}@media (prefers-color-scheme: dark){.a{fill:#fff}}</style>"
        '<g transform="scale(2)"><path class="a" d="M0 0h4v4z" fill="url(#g)"/><use xlink:href="#g"/></g>'
        "<text x='1'>A &amp; B &lt;C&gt;</text>"
    )
    clean = cleaned(drawing)
    for part in ("linearGradient", "stop-color", "prefers-color-scheme", "scale(2)", "M0 0h4v4z", 'xlink:href="#g"'):
        assert part in clean
    assert "A &amp; B &lt;C&gt;" in clean
    assert clean_svg(clean.encode())[0].decode() == clean


def test_what_a_link_holds_stays_without_the_link():
    clean = cleaned('<a href="https://example.com"><path d="M1 1"/></a>')
    assert "M1 1" in clean and "example.com" not in clean


@pytest.mark.parametrize(
    "raw",
    [
        '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + OPEN + ">&b;</svg>",
        '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + OPEN + ">&a;</svg>",
        '<!DOCTYPE svg [<!ENTITY % a SYSTEM "http://evil.example/x.dtd"> %a;]>' + OPEN + "/>",
        OPEN + ">&nobody;</svg>",
        OPEN + "><path>",
        "<html><body>no drawing</body></html>",
        '<svg viewBox="0 0 1 1"/>',
        '<svg xmlns="http://www.w3.org/2000/svg"/>',
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 9"/>',
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 nan nan"/>',
        OPEN + ">" + "<g>" * 100 + "</g>" * 100 + "</svg>",
        OPEN + ">" + "<path/>" * 20_001 + "</svg>",
        OPEN + ">" + " " * 400_001 + "</svg>",
        "\x00\x01 no XML",
    ],
)
def test_what_no_drawing_needs_is_refused(raw):
    with pytest.raises(Hostile):
        clean_svg(raw.encode())


def test_a_drawing_that_draws_itself_over_and_over_is_refused():
    levels = "".join(f'<g id="l{n + 1}">' + f'<use xlink:href="#l{n}"/>' * 10 + "</g>" for n in range(8))
    with pytest.raises(Hostile):
        cleaned(f'<g id="l0"><path d="M0 0"/></g>{levels}<use href="#l8"/>')
    with pytest.raises(Hostile):
        cleaned('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>')


def test_a_document_type_that_only_names_what_it_is_does_no_harm():
    named = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    clean, size = clean_svg(f'<?xml version="1.0" encoding="UTF-8"?>{named}{OPEN}><path d="M0 0"/></svg>'.encode())
    assert b"DOCTYPE" not in clean and size == (20, 10)


def test_the_size_is_that_of_the_drawing_or_its_box():
    sized = '<svg xmlns="http://www.w3.org/2000/svg" width="40px" height="30"/>'
    clean, size = clean_svg(sized.encode())
    assert size == (40, 30) and b'viewBox="0 0 40 30"' in clean
    clean, size = clean_svg(f'{OPEN} width="100%" height="100%"/>'.encode())
    assert size == (20, 10) and b'width="20"' in clean and b'height="10"' in clean


def test_other_encodings_are_understood():
    clean, _size = clean_svg(f"{OPEN}><text>größer</text></svg>".encode("utf-16"))
    assert "größer" in clean.decode()
