"""A feed before it is written in one of the formats."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape, unescape
from urllib.parse import urljoin

from flask import current_app

from app.lib.text import for_xml, one_line
from app.links import page_host, page_url
from app.models.setting import Setting

MOST = 50
# As nh3 writes them: always in double quotes.
RELATIVE = re.compile(r'(<a href=")(?![a-z]+:)([^"]*)"', re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """One entry. `id` is a tag: URI (RFC 4151) that stays as it is, `title` is plain text, `html` safe HTML."""

    id: str
    url: str
    title: str
    html: str
    published: datetime
    updated: datetime
    tags: list[str]


@dataclass(frozen=True)
class Feed:
    """A feed called `title` at `url`, about the page at `home`. `entries` are newest first."""

    id: str
    url: str
    home: str
    title: str
    description: str
    entries: list[Entry]

    @property
    def author(self) -> str:
        return words(Setting.get("site_name"))

    @property
    def site(self) -> str:
        return page_url("public.index")

    @property
    def language(self) -> str:
        return str(Setting.get("language")).replace("_", "-")

    @property
    def updated(self) -> datetime:
        """When the newest entry last changed; of an empty feed, when the page was set up. Never now: a feed in which
        nothing is new must read the same, for its ETag."""
        newest = max((entry.updated for entry in self.entries), default=None)
        since = Setting.get("installed_at")
        return newest or (datetime.fromisoformat(since) if since else datetime.fromtimestamp(0, UTC))


def tag(name: str, when: str) -> str:
    """`name` as an identifier of this page. `when` is a year or day on which the page's host was its owner's."""
    return f"tag:{page_host()},{when}:{name}"


def words(text: str) -> str:
    """`text` as one line that any XML parser takes."""
    return for_xml(one_line(text))


def markup(html: str) -> str:
    """`html` as any XML parser takes it, and with links that lead to the same place wherever it is read."""
    base = current_app.config["APP_URL"].rstrip("/") + "/"

    def absolute(link: re.Match[str]) -> str:
        try:
            return f'{link[1]}{escape(urljoin(base, unescape(link[2])))}"'
        except ValueError:  # no address at all
            return link[0]

    return for_xml(RELATIVE.sub(absolute, html)).replace("\r\n", "\n").replace("\r", "\n").strip()
