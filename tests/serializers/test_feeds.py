"""The formats, for every text and time that there may be."""

import json
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import feedparser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.lib.text import markdown_to_html
from app.serializers.feeds.atom import atom
from app.serializers.feeds.feed import Entry, Feed, markup, tag, words
from app.serializers.feeds.json_feed import json_feed
from app.serializers.feeds.rss import rss, rss_by_address

ATOM = "{http://www.w3.org/2005/Atom}"
THEN = datetime(2026, 8, 21, 12, 0, tzinfo=UTC)
EVERY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=zones)
texts = st.text(st.characters(codec="utf-8"), max_size=60) | st.sampled_from(
    ["]]>", "<![CDATA[", "&amp;lt;", "\x00\x0b\x1f\ufffe\uffff", "\u2028\u2029\x85", "a\r\nb\rc", "<b>x</b>", "🙂 ü"]
)


@pytest.fixture(autouse=True)
def in_app(app):
    with app.test_request_context():
        yield


def feed_of(*entries: Entry) -> Feed:
    home = "http://status.test/"
    return Feed("tag:status.test,2005:news", f"{home}atom", home, "All & sundry", "What is told.", list(entries))


def entry_of(title: str, text: str, published: datetime = THEN, updated: datetime = THEN) -> Entry:
    name = "tag:status.test,2026-08-21:incident/1/report"
    html = markup(markdown_to_html(text))
    return Entry(name, "http://status.test/incidents/1?a=1&b=2#report", words(title), html, published, updated, ["A&B"])


def to_the_second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


@EVERY
@given(title=texts, text=texts)
def test_any_text_is_well_formed_and_comes_back_as_it_was(title, text):
    entry = entry_of(title, text)
    feed = feed_of(entry)
    atom_entry = ElementTree.fromstring(atom(feed)).find(f"{ATOM}entry")
    item = ElementTree.fromstring(rss(feed)).find("channel/item")
    (plain,) = json.loads(json_feed(feed))["items"]
    told = {
        (atom_entry.findtext(f"{ATOM}title"), atom_entry.findtext(f"{ATOM}content")),
        (item.findtext("title"), item.findtext("description")),
        (plain["title"], plain["content_html"]),
    }
    assert told == {(entry.title, entry.html)}
    assert not any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\n\x85" for c in entry.title + entry.html)


@EVERY
@given(published=times, updated=times)
def test_times_of_any_zone_are_the_same_instant(published, updated):
    feed = feed_of(entry_of("Down", "It is down.", published, updated))
    for written in (atom(feed), rss(feed)):
        (entry,) = feedparser.parse(written).entries
        assert datetime(*entry.published_parsed[:6], tzinfo=UTC) == to_the_second(published)
        assert datetime(*entry.updated_parsed[:6], tzinfo=UTC) == to_the_second(updated)
    date = ElementTree.fromstring(rss(feed)).findtext("channel/item/pubDate")
    assert parsedate_to_datetime(date) == to_the_second(published)
    (item,) = json.loads(json_feed(feed))["items"]
    assert datetime.fromisoformat(item["date_published"]) == to_the_second(published)
    assert datetime.fromisoformat(item["date_modified"]) == to_the_second(updated)


def test_atom_has_all_that_its_rules_ask_for():
    root = ElementTree.fromstring(atom(feed_of(entry_of("Down", "It is down."))))
    names = [child.tag.removeprefix(ATOM) for child in root]
    assert root.tag == f"{ATOM}feed" and root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    for name in ("id", "title", "updated", "author", "subtitle", "generator"):
        assert names.count(name) == 1
    entry = root.find(f"{ATOM}entry")
    for name in ("id", "title", "updated", "published", "content", "link"):
        assert len(entry.findall(ATOM + name)) == 1
    assert entry.find(f"{ATOM}content").get("type") == "html"
    assert entry.find(f"{ATOM}category").get("term") == "A&B"
    assert entry.find(f"{ATOM}link").get("href") == "http://status.test/incidents/1?a=1&b=2#report"


def test_rss_has_all_that_its_rules_ask_for():
    channel = ElementTree.fromstring(rss(feed_of(entry_of("Down", "It is down.")))).find("channel")
    for name in ("title", "link", "description", "language", "lastBuildDate", f"{ATOM}link"):
        assert len(channel.findall(name)) == 1
    item = channel.find("item")
    assert item.find("guid").get("isPermaLink") == "false" and item.findtext("guid").startswith("tag:status.test,")
    assert item.findtext("{http://purl.org/dc/elements/1.1/}creator") == "Status"
    assert item.find("author") is None  # would have to be an address
    item = ElementTree.fromstring(rss_by_address(feed_of(entry_of("Down", "")))).find("channel/item")
    assert item.find("guid").get("isPermaLink") == "true" and item.findtext("guid") == item.findtext("link")


@pytest.mark.parametrize(
    ("text", "line"), [("a\x00b\ud800", "a b\ufffd"), ("\tx\n y ", "x y"), ("\ufffe🙂", "\ufffd🙂")]
)
def test_words_are_one_line_that_xml_takes(text, line):
    assert words(text) == line


@pytest.mark.parametrize(
    ("app_url", "link", "address"),
    [
        ("https://example.org/status", "/incidents/3", "https://example.org/incidents/3"),
        ("https://example.org/status", "incidents/3", "https://example.org/status/incidents/3"),
        ("https://example.org/status", "https://other.example/", "https://other.example/"),
        ("https://example.org", "mailto:a@b.example", "mailto:a@b.example"),
        ("https://example.org", "//other.example/x", "https://other.example/x"),
        ("https://example.org", "http://[broken", "http://[broken"),
        ("https://example.org", "//[broken", "//[broken"),
    ],
)
def test_links_in_texts_become_whole_addresses(app, monkeypatch, app_url, link, address):
    monkeypatch.setitem(app.config, "APP_URL", app_url)
    assert f'<a href="{address}"' in markup(f'<p><a href="{link}" rel="nofollow">x</a></p>')


def test_identifiers_are_tags_of_the_page_s_host(app, monkeypatch):
    monkeypatch.setitem(app.config, "APP_URL", "https://status.example.org:8443/x")
    assert tag("incident/1", "2026-08-21") == "tag:status.example.org,2026-08-21:incident/1"
