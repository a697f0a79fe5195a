"""Markdown, structured data, cards, sitemap and robots."""

import io
import json
import re
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from PIL import Image

from app.extensions import db
from app.lib import clock
from app.lib.accept import prefers_markdown
from app.models.enums import ComponentStatus, Verdict, Visibility
from app.models.setting import Setting
from app.models.sitemap import Sitemap
from tests.factories import make_component, make_incident, make_maintenance
from tests.queries import count_queries

MARKDOWN = {"Accept": "text/markdown"}
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("", False),
        ("*/*", False),
        ("text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("text/markdown", True),
        ("text/markdown, text/html, */*", True),
        ("text/markdown;q=0.5, text/html", False),
        ("text/markdown;q=0", False),
    ],
)
def test_markdown_is_for_those_who_name_it(accept, wanted):
    assert prefers_markdown(accept) is wanted


def test_pages_are_there_as_markdown_too(client):
    api = make_component("API_v2")
    incident = make_incident("It *broke*", message="# Loud\n\nWe look.", impacts={api: ComponentStatus.MAJOR_OUTAGE})
    work = make_maintenance("New disks", components=[api])
    for path, words in (
        ("/", ["# Example Cloud: Major outage", r"- API\_v2: Major outage", "> # Loud", "[New disks]("]),
        (f"/incidents/{incident.id}", [r"# It \*broke\*", "**Investigating**", "> # Loud"]),
        (f"/schedules/{work.id}", ["# New disks", r"Affects: API\_v2", "> Short interruptions"]),
        ("/history", [f"[It \\*broke\\*](http://status.test/incidents/{incident.id})"]),
    ):
        page = client.get(path)
        own = re.search(r'<link rel="alternate" type="text/markdown" href="http://status.test([^"]+)"', page.text)
        for answer in (client.get(path, headers=MARKDOWN), client.get(own[1])):
            assert answer.content_type == "text/markdown; charset=utf-8"
            for word in words:
                assert word in answer.text
            assert "<" not in answer.text
        assert client.get(path).content_type == "text/html; charset=utf-8"
        assert "Accept" in page.vary
        assert "Accept" in client.get(path, headers=MARKDOWN).vary
        assert "Accept" not in client.get(own[1]).vary


@pytest.mark.parametrize("first", [{}, MARKDOWN])
def test_both_are_kept_apart_from_each_other(app, client, first):
    second = MARKDOWN if first == {} else {}
    for headers in (first, second, first, second):
        kind = "markdown" if headers else "html"
        assert client.get("/", headers=headers).mimetype == f"text/{kind}"
    app.extensions["daymark.page_front"].pages.clear()
    db.session.remove()
    with count_queries() as sent:
        for headers in (first, second):
            assert client.get("/", headers=headers).mimetype == ("text/markdown" if headers else "text/html")
    assert sent == []


def test_llms_txt_leads_everywhere(client):
    make_incident("It broke")
    text = client.get("/llms.txt").text
    assert text.startswith("# Status of Example Cloud\n\n> ")
    assert "It broke" in text
    for address in re.findall(r"\((http://status.test[^)]*)\)", text):
        assert client.get(address.removeprefix("http://status.test")).status_code == 200, address


def structured(answer) -> dict:
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', answer.text)
    assert "<" not in text
    return json.loads(text)


def test_pages_say_what_they_are(client):
    incident = make_incident("</script><b>", message="It & they </script>")
    incident.fix(actor=None)
    work = make_maintenance()
    db.session.commit()
    page = structured(client.get("/"))
    assert (page["@type"], page["name"], page["url"]) == ("WebPage", "Example Cloud", "http://status.test/")
    told = structured(client.get(f"/incidents/{incident.id}"))
    assert (told["@type"], told["headline"]) == ("LiveBlogPosting", "</script><b>")
    assert told["coverageStartTime"] < told["coverageEndTime"]
    assert [one["headline"] for one in told["liveBlogUpdate"]] == ["Fixed"]
    told = structured(client.get(f"/schedules/{work.id}"))
    assert (told["@type"], told["eventStatus"]) == ("Event", "https://schema.org/EventScheduled")
    work.cancel(actor=None)
    db.session.commit()
    assert structured(client.get(f"/schedules/{work.id}"))["eventStatus"] == "https://schema.org/EventCancelled"


def meta(answer) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)"', answer.text))


def test_a_shared_link_has_a_picture_and_words(client):
    make_component(status=ComponentStatus.MAJOR_OUTAGE)
    told = meta(client.get("/"))
    assert told["og:image"] == "http://status.test/card/major_outage.png"
    assert told["og:image:alt"] == "Example Cloud: Major outage"
    assert told["twitter:card"] == "summary_large_image"
    told = meta(client.get(f"/incidents/{make_incident().id}"))
    assert told["og:image:alt"] == "Example Cloud: Incident: Investigating"
    assert meta(client.get(f"/schedules/{make_maintenance().id}"))["og:image"].endswith("/card/maintenance-planned.png")


@pytest.mark.parametrize("name", [*(v.value for v in Verdict), "incident-watching", "maintenance-in_progress"])
def test_there_is_a_picture_for_each_state(client, name):
    answer = client.get(f"/card/{name}.png")
    assert answer.content_type == "image/png"
    assert Image.open(io.BytesIO(answer.data)).size == (1200, 630)
    assert len(answer.data) < 40_000
    assert client.get(f"/card/{name}x.png").status_code == 404


@pytest.mark.parametrize("name", ["日本の会社", "شركة مثال", "x" * 100, "\U0001f600", ""])
def test_any_name_has_a_picture(client, name):
    Setting.change(site_name=name, actor=None)
    db.session.commit()
    assert client.get("/card/operational.png").status_code == 200


def addresses(client) -> list[str]:
    answer = client.get("/sitemap.xml")
    assert answer.content_type == "application/xml; charset=utf-8"
    return [loc.text for loc in ET.fromstring(answer.data).iter(LOC)]


def test_the_sitemap_names_what_guests_may_see(client):
    incident = make_incident(occurred_at=clock.now().replace(day=1) - timedelta(days=40))
    hidden = make_incident(visibility=Visibility.MEMBERS)
    work = make_maintenance()
    month = (clock.now().replace(day=1) - timedelta(days=40)).strftime("%Y-%m")
    found = addresses(client)
    assert found[0] == "http://status.test/"
    assert f"http://status.test/history?month={month}" in found
    assert f"http://status.test/incidents/{incident.id}" in found
    assert f"http://status.test/schedules/{work.id}" in found
    assert f"http://status.test/incidents/{hidden.id}" not in found
    for address in found:
        page = client.get(address.removeprefix("http://status.test"))
        assert f'<link rel="canonical" href="{address}">' in page.text


def test_there_are_not_too_many_addresses(client, monkeypatch):
    for n in range(6):
        make_incident(f"Incident {n}")
    monkeypatch.setattr("app.models.sitemap.MOST", 5)
    assert len(addresses(client)) == 5
    assert len(Sitemap.load().incidents) == 3  # beside the page and its month


def test_robots_are_told_where_to_go(client):
    text = client.get("/robots.txt").text
    assert text.startswith("User-agent: *\nDisallow: /dashboard\n")
    assert "Sitemap: http://status.test/sitemap.xml\n" in text


def test_a_setting_keeps_search_engines_out(client, sign_in, olive):
    assert "noindex" not in client.get("/").text
    browser = sign_in(olive)
    page = browser.get("/dashboard/settings/page")
    assert 'name="search_engines" checked' in page.text or "checked" in page.text
    kept = {"site_name": "Example Cloud", "incident_days": "7", "major_outage_rate": "50", "show_support": "y"}
    assert browser.submit("/dashboard/settings/page", **kept).status_code == 302
    assert Setting.get("search_engines") is False
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    assert client.get("/sitemap.xml").status_code == 404
    for path in ("/", "/history", f"/incidents/{make_incident().id}"):
        answer = client.get(path)
        assert meta(answer)["robots"] == "noindex"
        assert answer.headers["X-Robots-Tag"] == "noindex"
    assert browser.submit("/dashboard/settings/page", **kept, search_engines="y").status_code == 302
    assert "noindex" not in client.get("/").text


@pytest.mark.parametrize(
    "wrong", [{"site_name": ""}, {"incident_days": "x"}, {"incident_days": "91"}, {"major_outage_rate": "0"}]
)
def test_settings_of_the_page_are_checked(sign_in, olive, wrong):
    browser = sign_in(olive)
    browser.get("/dashboard/settings/page")
    kept = {"site_name": "Example Cloud", "incident_days": "7", "major_outage_rate": "50"}
    assert browser.submit("/dashboard/settings/page", **{**kept, **wrong}).status_code == 422
    assert Setting.get("site_name") == "Example Cloud"
