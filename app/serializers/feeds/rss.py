"""RSS 2.0, by the specification and the best practices of its advisory board."""

from datetime import UTC
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from app.serializers.feeds.atom import rfc3339
from app.serializers.feeds.feed import Entry, Feed

TYPE = "application/rss+xml; charset=utf-8"
NAMESPACES = {"xmlns:atom": "http://www.w3.org/2005/Atom", "xmlns:dc": "http://purl.org/dc/elements/1.1/"}


def rss(feed: Feed) -> bytes:
    """The feed as RSS, its entries known by their ids."""
    return _written(feed, guid_is_link=False)


def rss_by_address(feed: Feed) -> bytes:
    """The same, its entries known by their addresses."""
    return _written(feed, guid_is_link=True)


def _written(feed: Feed, *, guid_is_link: bool) -> bytes:
    root = Element("rss", {"version": "2.0", **NAMESPACES})
    channel = SubElement(root, "channel")
    _add(channel, "title", feed.title)
    _add(channel, "link", feed.home)
    _add(channel, "description", feed.description)
    _add(channel, "language", feed.language)
    _add(channel, "lastBuildDate", format_datetime(feed.updated.astimezone(UTC)))
    _add(channel, "generator", "Daymark")
    SubElement(channel, "atom:link", {"rel": "self", "type": "application/rss+xml", "href": feed.url})
    for entry in feed.entries:
        _add_item(channel, entry, feed.author, guid_is_link)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _add_item(channel: Element, entry: Entry, author: str, guid_is_link: bool) -> None:
    item = SubElement(channel, "item")
    _add(item, "title", entry.title)
    _add(item, "link", entry.url)
    _add(item, "guid", entry.url if guid_is_link else entry.id).set("isPermaLink", str(guid_is_link).lower())
    _add(item, "pubDate", format_datetime(entry.published.astimezone(UTC)))
    _add(item, "atom:updated", rfc3339(entry.updated))
    _add(item, "dc:creator", author)  # its own `author` is an address for mail
    for tag in entry.tags:
        _add(item, "category", tag)
    _add(item, "description", entry.html)


def _add(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = text
    return element
