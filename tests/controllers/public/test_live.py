"""The version that open pages ask for."""

import re
from datetime import UTC, datetime

import pytest
import redis

from app.extensions import db
from app.models import Setting
from app.models.enums import IncidentStatus
from tests.factories import make_component, make_incident, make_maintenance, make_subscriber
from tests.queries import count_queries


def told(page: str) -> str:
    """The version that a page says it is of."""
    return re.search(r'data-live="/live" data-version="([^"]+)"', page)[1]


def test_a_page_says_which_version_it_is_of(client):
    answer = client.get("/live")
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (200, "text/plain", "no-cache")
    assert answer.text == answer.get_etag()[0] == told(client.get("/").text)
    assert re.fullmatch(r"\d+-[0-9a-f]{12}", answer.text)


def test_who_has_it_is_told_nothing_new(client):
    for _ in range(2):
        version = told(client.get("/").text)
        again = client.get("/live", headers={"If-None-Match": f'"{version}"'})
        assert (again.status_code, again.data) == (304, b"")
        make_incident()
        assert client.get("/live", headers={"If-None-Match": f'"{version}"'}).status_code == 200


def test_it_changes_with_the_page_and_with_nothing_else(client):
    before = client.get("/live").text
    make_subscriber()
    assert client.get("/live").text == before
    make_component()
    assert client.get("/live").text != before


def test_it_is_answered_without_any_work(client):
    client.get("/live")
    with count_queries() as sent:
        answer = client.get("/live")
    # No request of the application: only the front knows this answer.
    assert (answer.status_code, sent, "X-Request-Id" in answer.headers) == (200, [], False)


def test_members_have_the_same(sign_in, client, ed):
    member = sign_in(ed)
    assert told(member.get("/").text) == member.get("/live").text == client.get("/live").text


def test_while_redis_is_away_nobody_knows(client, app, monkeypatch):
    monkeypatch.setitem(app.extensions, "daymark.redis", redis.Redis.from_url("unix:///nowhere"))
    answer = client.get("/live")
    assert (answer.status_code, answer.headers["Cache-Control"], answer.headers["Retry-After"]) == (
        503,
        "no-store",
        "30",
    )
    assert client.get("/").status_code == 200
    assert told(client.get("/").text).startswith("0-")


def test_every_page_that_changes_asks_and_the_others_do_not(client):
    incident, work = make_incident(), make_maintenance()
    asking = ("/", f"/incidents/{incident.id}", f"/schedules/{work.id}", "/history", "/?start_date=2026-01-01")
    assert {told(client.get(path).text) for path in asking[:4]} == {client.get("/live").text}
    for path in ("/history?q=errors", "/subscribe", "/nothing"):
        assert "data-live" not in client.get(path).text


@pytest.mark.parametrize("path", ["/", "/incidents/{id}"])
def test_what_is_announced_has_its_place_before_it_is_said(client, path):
    incident = make_incident("Errors <here>")
    page = client.get(path.format(id=incident.id)).text
    assert '<p class="hidden-text" role="status"></p>' in page.split("data-live")[1]
    assert "Errors <here>" not in page


def test_the_tab_shows_the_state_without_another_request(client):
    page = client.get("/").text
    calm = re.search(r'<link rel="icon"[^>]* href="(data:image/svg\+xml,[^"]+)"', page)[1]
    assert "<title>All systems are operational · Example Cloud</title>" in page
    incident = make_incident()
    page = client.get("/").text
    assert "<title>● Some systems are experiencing issues · Example Cloud</title>" in page
    assert f'href="{calm}"' not in page and 'rel="icon" type="image/svg+xml" href="data:' in page
    incident.post_update(status=IncidentStatus.FIXED, message="Over.", actor=None)
    db.session.commit()
    assert f'href="{calm}"' in client.get("/").text


def test_all_scripts_together_are_small(client):
    address = re.search(r'src="(/assets/[^"]+/public.js)"', client.get("/").text)[1]
    assert len(client.get(address, headers={"Accept-Encoding": "gzip"}).data) < 10_000


@pytest.mark.parametrize(("every", "shown"), [(30, "<noscript>{}</noscript>"), (0, "{}")])
def test_who_cannot_ask_reads_from_when_the_page_is(client, monkeypatch, every, shown):
    monkeypatch.setattr("app.lib.clock.now", lambda: datetime(2026, 3, 1, 14, 5, 9, tzinfo=UTC))
    Setting.change(refresh_seconds=every, actor=None)
    db.session.commit()
    time = '<time datetime="2026-03-01T14:05:00+00:00" data-time="full">1 Mar 2026, 14:05 UTC</time>'
    page = client.get("/").text
    assert shown.format(f'<p class="wrap quiet made">This page is from {time}.</p>') in page
