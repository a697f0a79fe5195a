"""Author text: the one way from Markdown to safe HTML, plus slugs and excerpts."""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True}).enable(
    ["table", "strikethrough", "linkify"]
)
# Only what is written as an address becomes a link: "api.v2" and "ops@example.com" in a sentence stay words.
_markdown.linkify.set({"fuzzy_link": False, "fuzzy_email": False})  # type: ignore[union-attr]  # we have just asked for it
_TAGS = {
    *("p", "br", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "hr", "a"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_SCHEMES = {"http", "https", "mailto"}
_OWN_TAGS = _TAGS | {
    *("div", "span", "section", "article", "aside", "header", "footer", "nav", "address", "figure", "figcaption"),
    *("img", "small", "b", "i", "u", "s", "ins", "mark", "abbr", "cite", "q", "dfn", "kbd", "samp", "var", "sub"),
    *("sup", "time"),
    *("dl", "dt", "dd", "details", "summary", "caption", "col", "colgroup", "tfoot", "bdi", "bdo", "wbr", "picture"),
}
_OWN_ATTRIBUTES = {
    "*": {"class", "id", "title", "lang", "dir", "role", "aria-label", "aria-hidden", "aria-describedby"},
    "a": {"href", "hreflang", "target"},
    "img": {"src", "srcset", "alt", "width", "height", "loading"},
    "ol": {"start", "reversed", "type"},
    "time": {"datetime"},
    "details": {"open"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "blockquote": {"cite"},
    "q": {"cite"},
}
# What XML 1.0 (2.2) does not allow, not even as a reference, and the control characters that it advises against.
_NOT_XML = re.compile("[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@lru_cache(maxsize=512)  # the same few texts stand on the page again and again
def markdown_to_html(source: str) -> str:
    """Safe HTML of Markdown written by an author: raw HTML shows as text, other link schemes are dropped."""
    return nh3.clean(
        _markdown.render(source),
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


@lru_cache(maxsize=16)
def author_html(source: str) -> str:
    """Safe HTML of HTML written by an administrator: much stays, but nothing that runs, asks for input or loads from
    elsewhere; names of their own begin with `own-`, so that none is one of ours."""
    return nh3.clean(
        source,
        tags=_OWN_TAGS,
        clean_content_tags={"script", "style", "iframe", "object", "template", "noscript", "svg", "math", "select"},
        attributes=_OWN_ATTRIBUTES,
        generic_attribute_prefixes=set(),
        url_schemes=_SCHEMES | {"tel"},
        id_prefix="own-",
        link_rel="noopener noreferrer",
    )


def left_out(source: str) -> list[str]:
    """The elements and attributes of `source` that `author_html` leaves out, by name, each once."""
    found = re.findall(r"<([a-z][\w-]*)([^>]*)", source, re.IGNORECASE)
    names = [f"<{tag.lower()}>" for tag, _rest in found if tag.lower() not in _OWN_TAGS]
    words = [
        word.lower() for _tag, rest in found for word in re.findall(r"[\s\"'/]([a-z][\w:-]*)\s*=", rest, re.IGNORECASE)
    ]
    names += [word for word in words if word == "style" or word.startswith(("on", "data-"))]
    return list(dict.fromkeys(names))


def plain(source: str, whole: bool = False) -> str:
    """Markdown as readable plain text. `whole` keeps where its links lead to and the dashes of its lists."""
    html = markdown_to_html(source)
    if whole:
        html = re.sub(r'<a href="(?:mailto:)?([^"]*)"[^>]*>(.*?)</a>', _with_address, html, flags=re.DOTALL)
        html = re.sub(r"<li>\s*", "<li>- ", html)
    html = re.sub(r"</t[hd]>\s*(?=<t[hd])", " | ", html)
    html = re.sub(r"(?:\s*</?(?:thead|tbody|tr)>\s*)+", "\n", html)
    text = nh3.clean(html, tags=set())
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&nbsp;", " "), ("&amp;", "&")):
        text = text.replace(entity, char)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _with_address(link: re.Match[str]) -> str:
    address, words = link[1], link[2]
    return words if words == address else f"{words} ({address})"


def markdown_name(value: str) -> str:
    """A name as one line of Markdown that says just this, whatever characters it has."""
    return re.sub(r"([\\`*_{}\[\]()<>#|~!&])", r"\\\1", one_line(value))


def markdown_quote(source: str) -> str:
    """An author's Markdown as a quotation, so that its headings and lists stay inside."""
    return "\n".join(f"> {line}".rstrip() for line in source.strip().splitlines())


def is_web_link(value: str) -> bool:
    """Whether `value` is a whole address that may be linked to: http or https, so that a click never runs a script, and
    a host. Templates and browsers make quotes and brackets harmless; but these leave blanks out and take a backslash
    for a slash, and so would open another address than the one that people read."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s\\]", value)


def excerpt(source: str, length: int = 160) -> str:
    """The first `length` characters of Markdown as one line of plain text, cut at a word."""
    line = " ".join(plain(source).split())
    if len(line) <= length:
        return line
    return line[: length - 1].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


def slug(name: str) -> str:
    """Lower-case ASCII words joined by dashes, as Cachet makes tags' slugs (cachet-v2 1.6)."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace("@", "-at-")
    return re.sub(r"[\s_-]+", "-", re.sub(r"[^a-z0-9\s_-]", "", ascii_name)).strip("-")


def one_line(value: str) -> str:
    """`value` with line breaks and other control characters folded to blanks, for headers and names."""
    return " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in value).split())


def for_xml(value: str) -> str:
    """`value` as any XML parser takes it; what XML cannot hold becomes a replacement character."""
    return _NOT_XML.sub("\ufffd", value)
