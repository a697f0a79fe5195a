"""Feeds as readers of feeds get them, read back by feedparser, strict XML parsers and the rules of JSON Feed."""

import json
import re
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import feedparser
import pytest

from app.extensions import db
from app.models import Component, Setting
from app.models.enums import ComponentStatus, IncidentStatus, Visibility
from app.page_cache import GENERATION
from tests.clocks import stopped
from tests.factories import make_component, make_group, make_incident, make_maintenance
from tests.queries import count_queries

NOW = datetime(2026, 8, 21, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
TYPES = {
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    "feed.json": "application/feed+json; charset=utf-8",
}
AWKWARD = "Größe 🙂 & \"quotes\" 'n' 3 < 5 > 4 ]]> <!-- &amp; ü"


@pytest.fixture(autouse=True)
def at(app, monkeypatch):
    """Sets the clock, which stands still: `at(NOW + HOUR)`."""
    # While the time stands still, the generations of the page would have the same numbers in each test.
    app.extensions["daymark.redis"].set(GENERATION, time.time_ns())
    with stopped(monkeypatch) as put:
        put(NOW)
        yield put


def fetch(client, path: str) -> bytes:
    answer = client.get(path)
    kind = next(form for form in TYPES if form in path)
    assert (answer.status_code, answer.content_type) == (200, TYPES[kind])
    if kind != "feed.json":
        ElementTree.fromstring(answer.data)  # as strict as XML is
    return answer.data


def read(client, path: str):
    """The feed as feedparser understands it, which has nothing to complain about."""
    found = feedparser.parse(fetch(client, path), sanitize_html=False, resolve_relative_uris=False)
    assert not found.bozo, found.get("bozo_exception")
    return found


def items(client, path: str = "/feed.json") -> list[dict]:
    return json.loads(fetch(client, path))["items"]


def titles(client, path: str = "/feed.json") -> list[str]:
    return [item["title"] for item in items(client, path)]


def seconds(moment: datetime) -> tuple[int, ...]:
    return tuple(moment.astimezone(UTC).timetuple())[:6]


def story(at):
    """An incident with two updates, an hour apart each, that touched the API; and the API."""
    api = make_component(f"API {AWKWARD}")
    incident = make_incident(AWKWARD, message=f"It is **down**. {AWKWARD}", impacts={api: ComponentStatus.MAJOR_OUTAGE})
    for n, status in enumerate((IncidentStatus.IDENTIFIED, IncidentStatus.FIXED), 1):
        at(NOW + n * HOUR)
        incident.post_update(status=status, message=f"Update {n}: {AWKWARD}", actor=None)
    db.session.commit()
    return incident, api


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_feedparser_reads_back_what_was_written(client, at, form):
    incident, api = story(at)
    found = read(client, f"/{form}")
    written = items(client)
    assert found.version == {"atom": "atom10", "rss": "rss20"}[form]
    assert [entry.id for entry in found.entries] == [item["id"] for item in written]
    assert [entry.link for entry in found.entries] == [item["url"] for item in written]
    assert [entry.title for entry in found.entries] == [item["title"] for item in written]
    bodies = [entry.content[0].value if form == "atom" else entry.summary for entry in found.entries]
    assert bodies == [item["content_html"] for item in written]
    for n, entry in enumerate(reversed(found.entries)):
        assert tuple(entry.published_parsed)[:6] == tuple(entry.updated_parsed)[:6] == seconds(NOW + n * HOUR)
        assert [tag.term for tag in entry.tags] == [api.name]
    assert [entry.title for entry in found.entries] == [
        f"[Fixed] {incident.name}",
        f"[Identified] {incident.name}",
        f"[Investigating] {incident.name}",
    ]
    base = f"http://status.test/incidents/{incident.id}"
    newest, older = incident.updates
    assert [entry.link for entry in found.entries] == [
        f"{base}#update-{newest.id}",
        f"{base}#update-{older.id}",
        f"{base}#report",
    ]
    assert "<strong>down</strong>" in bodies[-1] and "🙂 &amp;" in bodies[-1]


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_what_is_told_of_the_feed_itself(client, at, form):
    story(at)
    head = read(client, f"/{form}").feed
    assert head.title == "Example Cloud: incidents and maintenance"
    assert tuple(head.updated_parsed)[:6] == seconds(NOW + 2 * HOUR)
    assert {(link.rel, link.href) for link in head.links} == {
        ("self", f"http://status.test/{form}"),
        ("alternate", "http://status.test/"),
    }
    assert head.language == "en"


def test_json_feed_keeps_its_rules(client, at):
    story(at)
    feed = json.loads(fetch(client, "/feed.json"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["feed_url"], feed["home_page_url"]) == ("http://status.test/feed.json", "http://status.test/")
    assert feed["language"] == "en" and feed["authors"] == [{"name": "Example Cloud", "url": "http://status.test/"}]
    allowed = {"id", "url", "title", "content_html", "date_published", "date_modified", "tags"}
    for item in feed["items"]:
        assert set(item) <= allowed and all(isinstance(item[name], str) for name in allowed - {"tags"})
        assert item["url"].startswith("http://status.test/")
        for name in ("date_published", "date_modified"):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", item[name])
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"]) == 3


def test_an_update_is_new_to_a_reader_and_leaves_the_rest_as_it_was(client, at):
    incident = make_incident()
    before = items(client)
    at(NOW + HOUR)
    incident.post_update(status=IncidentStatus.WATCHING, message="Nearly there.", actor=None)
    db.session.commit()
    after = items(client)
    assert after[1:] == before and after[0]["id"] not in {item["id"] for item in before}
    assert tuple(read(client, "/rss").feed.updated_parsed)[:6] == seconds(NOW + HOUR)


def test_a_correction_moves_updated_alone(client, at):
    incident = make_incident(message="It is done.")
    at(NOW + HOUR)
    update = incident.post_update(status=IncidentStatus.WATCHING, message="Fxied.", actor=None)
    db.session.commit()
    before = items(client)
    at(NOW + 2 * HOUR)
    update.edit(message="Fixed.", actor=None)
    incident.edit(message="It is down.", actor=None)
    db.session.commit()
    after = items(client)
    assert [item["id"] for item in after] == [item["id"] for item in before]
    assert [item["date_published"] for item in after] == [item["date_published"] for item in before]
    assert {item["date_modified"] for item in after} == {"2026-08-21T14:00:00Z"}
    assert [item["content_html"] for item in after] == ["<p>Fixed.</p>", "<p>It is down.</p>"]


def test_a_deleted_incident_is_gone_and_its_number_no_name_for_the_next(client, at):
    gone = make_incident("Gone")
    (before,) = items(client)
    number = gone.id
    gone.delete(actor=None)
    db.session.commit()
    assert items(client) == []
    at(NOW + HOUR)
    new = make_incident("New")
    (after,) = items(client)
    assert db.engine.dialect.name != "sqlite" or new.id == number
    assert after["id"] != before["id"]


@pytest.mark.parametrize("path", ["/atom", "/rss", "/feed.json", "/history.atom", "/history.rss"])
def test_an_empty_feed_is_a_feed_and_stays_the_same(client, at, path):
    Setting.set(installed_at="2026-01-02T03:04:05+00:00")
    db.session.commit()
    first = fetch(client, path)
    if "json" in path:
        assert json.loads(first)["items"] == []
    else:
        found = read(client, path)
        assert found.entries == [] and tuple(found.feed.updated_parsed)[:6] == (2026, 1, 2, 3, 4, 5)
    at(NOW + HOUR)
    assert fetch(client, path) == first


def test_planned_work_is_told_from_the_plan_to_the_end(client, at):
    api = make_component("API")
    work = make_maintenance(starts_in=HOUR, components=[api])
    at(NOW + HOUR)
    work.catch_up(NOW + HOUR)
    work.post_update("Half of it is done.", actor=None)
    at(NOW + 2 * HOUR)
    work.finish(actor=None)
    db.session.commit()
    found = items(client)
    assert [item["title"] for item in found] == [
        "[Finished] Database upgrade",
        "[In progress] Database upgrade",
        "[In progress] Database upgrade",
        "[Planned] Database upgrade",
    ]
    assert [item["date_published"][11:16] for item in found] == ["14:00", "13:00", "13:00", "12:00"]
    assert "Half of it is done." in found[1]["content_html"]
    assert "Fri 21 Aug, 13:00 – 15:00 UTC" in found[3]["content_html"]
    assert all("Affects: API" in item["content_html"] for item in found)
    assert {item["url"].split("#")[0] for item in found} == {f"http://status.test/schedules/{work.id}"}
    assert all(work.uid in item["id"] for item in found)


def test_a_move_that_is_told_is_new_and_a_quiet_one_is_not(client, at):
    work = make_maintenance()
    (planned,) = items(client)
    at(NOW + MINUTE)
    work.move(work.starts_at + HOUR, work.ends_at + HOUR, actor=None, notify=False)
    db.session.commit()
    (quiet,) = items(client)
    assert quiet["id"] == planned["id"] and quiet["content_html"] != planned["content_html"]
    at(NOW + HOUR)
    work.move(work.starts_at + HOUR, work.ends_at + HOUR, actor=None)
    db.session.commit()
    (moved,) = items(client)
    assert moved["id"] != planned["id"] and moved["date_published"] == "2026-08-21T13:00:00Z"
    at(NOW + 2 * HOUR)
    work.cancel(actor=None)
    db.session.commit()
    cancelled, still = items(client)
    assert cancelled["title"] == "[Cancelled] Database upgrade" and still == moved


def test_words_are_in_the_language_and_zone_of_the_page(client, at):
    Setting.set(timezone="Asia/Kolkata")
    make_maintenance(starts_in=HOUR)
    for path in ("/atom", "/rss"):
        (entry,) = read(client, path).entries
        assert tuple(entry.published_parsed)[:6] == seconds(NOW)
        assert "18:30 – 20:30 IST" in entry.summary
    assert "<pubDate>Fri, 21 Aug 2026 12:00:00 +0000</pubDate>" in fetch(client, "/rss").decode()
    assert "<updated>2026-08-21T12:00:00Z</updated>" in fetch(client, "/atom").decode()


def test_links_lead_to_the_page_wherever_they_are_read(client):
    make_incident(message="[a](/incidents/3?x=1&y) [b](#update-1) [c](https://example.org/) <script>alert(1)</script>")
    (item,) = items(client)
    links = re.findall(r'href="([^"]*)"', item["content_html"])
    assert links == [
        "http://status.test/incidents/3?x=1&amp;y",
        "http://status.test/#update-1",
        "https://example.org/",
    ]
    assert "<script" not in item["content_html"]


@pytest.mark.parametrize("path", ["/component/{api}/{form}", "/group/{core}/{form}"])
@pytest.mark.parametrize("form", list(TYPES))
def test_components_and_groups_have_their_own(client, form, path):
    core = make_group("Core")
    api, web = make_component("API", group=core), make_component("Web", group=make_group("Front"))
    for part in (api, web):
        make_incident(f"{part.name} is down", impacts={part: ComponentStatus.MAJOR_OUTAGE})
        make_maintenance(f"Work on {part.name}", components=[part])
    path = path.format(api=api.id, core=core.id, form=form)
    if form == "feed.json":
        found, title = titles(client, path), json.loads(fetch(client, path))["title"]
    else:
        feed = read(client, path)
        found, title = [entry.title for entry in feed.entries], feed.feed.title
        assert feed.feed.links[0].href == f"http://status.test{path}" or form == "rss"
    assert sorted(found) == ["[Investigating] API is down", "[Planned] Work on API"]
    assert title == f"{'API' if 'component' in path else 'Core'} at Example Cloud: incidents and maintenance"


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_addresses_of_cachet_answer(client, form):
    core = make_group()
    make_incident(impacts={make_component(group=core): ComponentStatus.MAJOR_OUTAGE})
    make_incident("Elsewhere")
    old = fetch(client, f"/{form}/{core.id}")
    assert old == fetch(client, f"/group/{core.id}/{form}") and b"Elsewhere" not in old
    assert client.get(f"/{form}/99").status_code == client.get(f"/{form}/x").status_code == 404
    assert client.get(f"/{form}/99999999999999999999").status_code == 404


def test_a_group_without_components_tells_nothing(client):
    make_incident()
    group = make_group()
    assert titles(client, f"/group/{group.id}/feed.json") == []


@pytest.mark.parametrize("path", ["/component/{0}/atom", "/component/99/rss", "/group/{1}/feed.json", "/atom/{1}"])
def test_nobody_reads_of_what_is_not_for_guests(client, sign_in, olive, path):
    group = make_group("Inside", visibility=Visibility.MEMBERS)
    path = path.format(make_component("Hidden", visibility=Visibility.HIDDEN).id, group.id)
    assert client.get(path).status_code == 404
    assert sign_in(olive).get(path).status_code == 404


def secrets() -> None:
    """Things of which guests must not know, each with SECRET in its name."""
    parts = [
        make_component("SECRET one", visibility=Visibility.HIDDEN),
        make_component("SECRET two", visibility=Visibility.MEMBERS),
        make_component("SECRET three", enabled=False),
        make_component("SECRET four", group=make_group("SECRET group", visibility=Visibility.MEMBERS)),
    ]
    down = dict.fromkeys(parts, ComponentStatus.MAJOR_OUTAGE)
    make_incident("Told", impacts=down)
    make_maintenance("Planned", components=parts)
    for visibility in (Visibility.MEMBERS, Visibility.HIDDEN):
        make_incident("SECRET incident", visibility=visibility, impacts=down).post_update(
            status=IncidentStatus.FIXED, message="SECRET", actor=None
        )
        make_maintenance("SECRET work", visibility=visibility).post_update("SECRET", actor=None)
    make_maintenance("SECRET so far", starts_in=3 * HOUR, publish_at=NOW + HOUR)
    db.session.commit()


@pytest.mark.parametrize("path", ["/atom", "/rss", "/feed.json", "/history.atom", "/history.rss", "/component/{}/rss"])
def test_a_feed_names_nothing_hidden(client, sign_in, olive, path):
    api = make_component("API")
    secrets()
    path = path.format(api.id)
    for reader in (client, sign_in(olive)):
        told = fetch(reader, path)
        assert b"SECRET" not in told
        assert (b"Told" in told) is ("component" not in path)


def test_members_get_the_feed_of_guests_and_fill_no_cache(client, sign_in, olive):
    make_incident()
    answer = sign_in(olive).get("/atom")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.data == fetch(client, "/atom")


@pytest.mark.parametrize("path", ["/atom", "/rss", "/feed.json", "/history.atom", "/history.rss"])
def test_feeds_are_kept_and_asked_for_with_a_condition(client, path):
    make_incident()
    first = client.get(path)
    assert "s-maxage" in first.headers["Cache-Control"] and "Set-Cookie" not in first.headers
    db.session.remove()
    with count_queries() as sent:
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        head = client.head(path)
    assert (again.status_code, again.data, sent) == (304, b"", [])
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", first.headers["ETag"])
    make_incident("Another")
    assert b"Another" in fetch(client, path)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("path", ["/atom", "/history.rss", "/component/1/rss", "/group/1/feed.json"])
def test_a_feed_takes_as_many_queries_whatever_is_in_it(client, path):
    group = make_group()
    for n in range(5):
        make_component(f"Part {n}", group=group)

    def fill(count: int) -> None:
        parts = list(db.session.scalars(Component.in_order()))
        for n in range(count):
            incident = make_incident(f"Down {n}", impacts=dict.fromkeys(parts, ComponentStatus.MAJOR_OUTAGE))
            work = make_maintenance(f"Work {n}", components=parts)
            for _update in range(3):
                incident.post_update(status=IncidentStatus.IDENTIFIED, message="More.", actor=None)
                work.post_update("More.", actor=None)
        db.session.commit()

    def queries() -> int:
        client.get("/nothing")  # whether the page has been set up is asked once in a process
        db.session.remove()
        with count_queries() as sent:
            fetch(client, path)
        return len(sent)

    fill(1)
    few = queries()
    fill(6)
    assert queries() == few <= 9


def test_there_are_fifty_entries_at_most_the_newest_first(client, at):
    for n in range(9):
        at(NOW + n * HOUR)
        incident, work = make_incident(f"Incident {n}"), make_maintenance(f"Work {n}")
        for m in range(3):
            at(NOW + n * HOUR + (m + 1) * MINUTE)
            incident.post_update(status=IncidentStatus.IDENTIFIED, message=f"Update {m}.", actor=None)
            work.post_update(f"Update {m}.", actor=None)
    db.session.commit()
    found = items(client)
    assert len(found) == 50
    assert all(newer["date_published"] >= older["date_published"] for newer, older in pairwise(found))
    assert found[0]["date_published"] == "2026-08-21T20:03:00Z"


def test_pages_tell_where_the_feeds_are(client):
    incident, api = make_incident(), make_component("API & co")
    for path in ("/", "/history", f"/incidents/{incident.id}", "/subscribe"):
        page = client.get(path).text
        head = page.split("</head>")[0]
        for form, kind in TYPES.items():
            assert re.search(
                rf'<link rel="alternate" type="{re.escape(kind.split(";")[0])}" [^>]*href="/{form}">', head
            )
            assert f'href="/{form}">' in page.split("<footer")[1]
    page = client.get(f"/history?component={api.id}").text
    assert f'title="API &amp; co (Atom)" href="/component/{api.id}/atom">' in page.split("</head>")[0]
    assert f'href="/component/{api.id}/rss">RSS</a>' in page.split("<footer")[1]


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_statuspage_s_history_has_an_entry_for_each_incident_that_moves(client, at, form):
    incident, _api = story(at)
    (entry,) = read(client, f"/history.{form}").entries
    assert entry.id == (f"tag:status.test,2005:Incident/{incident.id}" if form == "atom" else entry.link)
    assert (entry.link, entry.title) == (f"http://status.test/incidents/{incident.id}", incident.name)
    assert tuple(entry.published_parsed)[:6] == seconds(NOW)
    assert tuple(entry.updated_parsed)[:6] == seconds(NOW + 2 * HOUR)
    body = entry.content[0].value if form == "atom" else entry.summary
    said = re.findall(
        r"<p><small>(\w+) <var data-var='date'>(\d+)</var>, <var data-var='time'>([\d:]+)</var> UTC</small>"
        r"<br><strong>([^<]+)</strong> - (.*?)</p>",
        body,
    )
    assert [line[:4] for line in said] == [
        ("Aug", "21", "14:00", "Resolved"),
        ("Aug", "21", "13:00", "Identified"),
        ("Aug", "21", "12:00", "Investigating"),
    ]
    assert said[0][4].startswith("Update 2: Größe 🙂 &amp;")


def test_statuspage_s_history_tells_of_maintenance(client, at):
    work = make_maintenance(starts_in=HOUR, message="- one\n- two")
    work.catch_up(NOW + HOUR)
    db.session.commit()
    (entry,) = read(client, "/history.atom").entries
    assert entry.id == f"tag:status.test,2005:Maintenance/{work.id}"
    assert entry.summary.startswith("<p><strong>THIS IS A SCHEDULED EVENT Aug 21, 13:00 - 15:00 UTC</strong></p>")
    assert entry.summary.count("<li>one</li>") == 1
    assert "<strong>In progress</strong> - This maintenance has begun.</p>" in entry.summary


@pytest.mark.parametrize(("name", "title"), [("Acme", "Acme Status"), ("Acme Status", "Acme Status")])
def test_statuspage_s_history_is_called_as_theirs(client, name, title):
    Setting.set(site_name=name)
    db.session.commit()
    assert read(client, "/history.rss").feed.title == f"{title} - Incident History"
    assert read(client, "/history.atom").feed.id == "tag:status.test,2005:/history"
