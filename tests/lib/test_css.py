"""Stylesheets of an operator's own: what is refused, however it is written."""

import pytest

from app.lib.css import fault_of


@pytest.mark.parametrize(
    "css",
    [
        "</style><script>alert(1)</script>",
        "a{}</STYLE >",
        "/* <!-- */",
        "<?php",
    ],
)
def test_tags(css):
    assert fault_of(css) == "tag"


@pytest.mark.parametrize(
    "css",
    ["@import 'https://evil.example/x.css';", "@IMPORT url(/x.css)", "@\\69mport '/x'", "@/**/import ''; @import 'x'"],
)
def test_imports(css):
    assert fault_of(css) == "import"


@pytest.mark.parametrize(
    "css",
    [
        "a { background: url(https://evil.example/x.png) }",
        "a { background: url( '//evil.example/x.png' ) }",
        "a { background: URL(\\2f\\2f evil.example/x) }",
        "a { background: u\\72l(https://evil.example) }",
        "a { background: image-set('https://evil.example/x' 1x) }",
        "a { background: url(javascript:alert(1)) }",
        "a { background: url(/\\2f evil.example) }",
        "a { background: url(data:text/html,x) }",
        "@font-face { src: url(https://fonts.example/x.woff2) }",
        "a { background: url(picture.png) }",  # beside the stylesheet there is none
    ],
)
def test_what_lies_elsewhere(css):
    assert fault_of(css) == "elsewhere"


@pytest.mark.parametrize(
    "css",
    [
        "",
        ".top > .wrap { gap: 2rem }",
        "@media (width < 40rem) { a { color: red } }",
        "@media (20rem <= width <= 40rem) { a { color: red } }",
        "a { background: url(/uploads/abc.png), url('data:image/png;base64,AAAA'), url(#g) }",
        "a::before { content: 'https://example.com' }",
        "/* see https://example.com/style and url(https://example.com/x) */ a { color: red }",
    ],
)
def test_what_pages_can_load(css):
    assert fault_of(css) == ""
