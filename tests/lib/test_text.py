import re

import pytest

from app.lib.text import is_web_link, markdown_to_html, plain


def test_plain_text_keeps_the_rows_of_a_table():
    assert plain("Errors:\n\n| Region | Rate |\n|---|---|\n| EU | 4 % |\n| US | 0 % |\n\nMore soon.") == (
        "Errors:\n\nRegion | Rate\nEU | 4 %\nUS | 0 %\n\nMore soon."
    )


def test_an_address_in_a_sentence_is_a_link_and_a_name_is_not():
    html = markdown_to_html("See https://example.com/a?b=1&c=2. Ask ops@example.com about api.v2.io or `https://x.y`.")
    assert '<a href="https://example.com/a?b=1&amp;c=2" rel="noopener noreferrer nofollow">' in html
    assert html.count("<a ") == 1


def test_a_link_that_runs_something_is_none():
    html = markdown_to_html(
        '[x](javascript:alert(1)) javascript:alert(1) http://x"onmouseover=alert(1) [y](data:text/html,z)'
    )
    assert [link for link in re.findall(r"<a [^>]*>", html) if "http://x" not in link] == []
    assert "onclick" not in re.findall(r"<a [^>]*>", html)[0]


@pytest.mark.parametrize(
    "link",
    [
        "https://example.org",
        "HTTP://user@[::1]:8080/a?b=c#d",
        "https://example.org/Murphy's_law?q=\"<b>`",
        "https://bücher.example/ü",
    ],
)
def test_what_browsers_open_as_it_reads_is_a_web_link(link):
    assert is_web_link(link)


@pytest.mark.parametrize(
    "link",
    [
        *("", "example.org", "//example.org", "https:example.org", "https://", "http://:80", "http://[broken"),
        *("javascript:alert(1)", "javascript://example.org/%0aalert(1)", "data:text/html,x", "ftp://example.org"),
        *("https://example.org/a b", "https://example.org/a\tb", "https://exam\nple.org", " https://example.org"),
        *("https://example.org\\@example.com", "https://example.org/a\\b", "https:\\\\example.org"),
    ],
)
def test_everything_else_is_none(link):
    assert not is_web_link(link)
