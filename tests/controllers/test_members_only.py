"""A page for members only: whatever a guest asks for, none of it is told, and nothing of before is given out."""

import re
from datetime import timedelta

import pytest

from app.controllers.members_only import OPEN
from app.extensions import db
from app.lib import clock
from app.models import Metric, Setting
from app.models.enums import ComponentStatus
from tests.effects import effect_of
from tests.factories import make_component, make_group, make_incident, make_maintenance, make_subscriber

URL = "/dashboard/settings/security"
SECRET = "Sekret"
# Doors of their own, and what is the same for everyone.
OTHERS = ("auth.", "dashboard.", "operations.", "setup.", "signup.", "static")
VALUES = {
    "form": ("rss", "atom", "feed.json"),
    "name": ("operational", "public.css"),
    "version": ("1",),
    "code": ("x",),
    "digest": ("x",),
    "suffix": ("png",),
    "filename": ("css/base.css",),
    "step": ("page",),
    "stamp": ("20301121T140000Z",),
    "kind": ("x",),
    "path": ("x",),
}


@pytest.fixture
def owner(sign_in, olive):
    browser = sign_in(olive)
    browser.get(URL)
    return browser


@pytest.fixture
def page(installed):
    """A page on which everything has a name that guests must not read."""
    group = make_group(f"{SECRET} group")
    api = make_component(f"{SECRET} API", group=group)
    incident = make_incident(f"{SECRET} outage", impacts={api: ComponentStatus.MAJOR_OUTAGE})
    work = make_maintenance(f"{SECRET} work", components=[api])
    Metric.create(name=f"{SECRET} time", suffix="ms", actor=None)
    db.session.commit()
    assert (group.id, api.id, incident.id, work.id) == (1, 1, 1, 1)


def addresses(app) -> list[tuple[str, str, str]]:
    """Endpoint, method and address of every route, with what it names filled in."""
    found = []
    for rule in app.url_map.iter_rules():
        # Whether a value fits is for the rule to say: a form that it does not know has no address.
        choices = [{}]
        for name in rule.arguments:
            values = (1,) if name.endswith("id") else VALUES[name]
            choices = [{**chosen, name: value} for chosen in choices for value in values]
        for chosen in choices:
            try:
                built = rule.build(chosen, append_unknown=False)
            except ValueError:
                continue
            if built:
                methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
                found += [(rule.endpoint, method, built[1]) for method in methods]
    assert len(found) > 150
    return found


def close(owner, **changes):
    fields = {"members_only": "y", "session_hours": "336", "event_days": "365", "sign_in_days": "90", **changes}
    answer = owner.submit(URL, **fields)
    assert answer.status_code == 302, answer.text
    return answer


def is_turned_away(answer) -> bool:
    return answer.status_code == 401 or (answer.status_code in (302, 303) and answer.location.startswith("/auth/login"))


@effect_of("members_only")
def test_no_route_tells_a_guest_anything(client, owner, app, page):
    every = addresses(app)
    told = [path for _endpoint, method, path in every if method == "GET" and SECRET.encode() in client.get(path).data]
    assert len(told) > 25, "what is to be closed was open, and is kept by now"
    close(owner)
    for endpoint, method, path in every:
        answer = client.open(path, method=method)
        assert SECRET.encode() not in answer.data, (method, path)
        if endpoint in OPEN or endpoint.startswith(OTHERS):
            continue
        # A form without its token is not even looked at.
        assert is_turned_away(answer) or (method, answer.status_code) == ("POST", 400), (method, path)
        assert "ETag" not in answer.headers and "Set-Cookie" not in answer.headers, path
        head = client.head(path)
        assert method != "GET" or is_turned_away(head), path


def test_what_stays_open_is_there(client, owner, page):
    sue = make_subscriber()
    close(owner)
    for path in ("/health", "/auth/login", "/static/css/base.css", "/api/v1/ping"):
        assert client.get(path).status_code == 200, path
    assert client.get(f"/unsubscribe/{sue.code('manage')}").status_code == 200
    assert client.get(f"/subscribe/manage/{sue.code('manage')}").status_code == 200
    assert client.get(f"/subscribe/verify/{sue.code('verify')}").location.startswith("/subscribe/manage/")
    robots = client.get("/robots.txt")
    assert (robots.status_code, robots.text) == (200, "User-agent: *\nDisallow: /\n")


def test_people_are_led_to_the_sign_in_and_back_and_programs_are_told_so(client, owner, page):
    close(owner)
    assert client.get("/incidents/1?x=1").location == "/auth/login?next=/incidents/1?x%3D1"
    assert client.get("/", headers={"Accept": "text/markdown"}).status_code == 401
    answer = client.get("/embed.json")
    assert answer.status_code == 401 and answer.json == {"error": "This page is for members."}
    assert client.get("/rss").text == "This page is for members.\n"
    assert client.get("/rss").headers["WWW-Authenticate"] == "Bearer"
    [error] = client.get("/api/v1/components").json["errors"]
    assert error["status"] == 401
    assert client.get("/api/v2/summary.json").json == {"error": "This page is for members."}


def test_members_read_on_and_nothing_of_it_is_kept(client, sign_in, vic, owner, app, page):
    viewer = sign_in(vic)
    close(owner)
    for path in (
        *("/", "/history", "/docs/api", "/index.md", "/llms.txt", "/sitemap.xml", "/live", "/rss", "/calendar.ics"),
        *("/badge", "/embed", "/embed.json", "/widget.js", "/card/operational.png", "/api/v2/summary.json"),
    ):
        for _time in range(2):
            answer = viewer.get(path)
            assert answer.status_code == 200, path
            assert answer.headers["Cache-Control"] == "private, no-store", path
        assert is_turned_away(client.get(path)), path
    assert SECRET in viewer.get("/").text and SECRET in viewer.get("/api/v2/summary.json").text
    kept = [key for key in app.extensions["daymark.page_front"].pages if key[0] not in ("/robots.txt",)]
    number = int(app.extensions["daymark.redis"].get("page:generation"))
    assert not [key for key in kept if app.extensions["daymark.page_front"].pages[key].generation == number]
    assert not app.extensions["daymark.redis"].keys(f"page:{number}:*")


def test_a_token_that_may_read_opens_it_and_leaves_nothing_behind(client, owner, olive, app, api, page):
    reader, writer = api(olive), api(olive, ["components.manage"])
    close(owner)
    for name, value in (("X-Cachet-Token", reader.token), ("Authorization", f"Bearer {reader.token}")):
        for path in ("/live", "/rss", "/api/v2/summary.json", "/embed.json", "/sitemap.xml"):
            answer = client.get(path, headers={name: value})
            assert answer.status_code == 200 and answer.headers["Cache-Control"] == "private, no-store", path
            assert is_turned_away(client.get(path)), path
    assert reader.get("/components").status_code == 200
    assert client.get("/rss", headers={"X-Cachet-Token": writer.token}).status_code == 401
    assert writer.get("/components").status_code == 403
    assert writer.put("/components/1", json={"name": "Renamed"}).status_code == 200
    assert client.get("/rss", headers={"X-Cachet-Token": "made up"}).headers["Cache-Control"] == "private, no-store"


def test_a_proxy_that_kept_a_page_gets_something_to_keep_instead(client, owner, page):
    close(owner)
    for path in ("/", "/rss", "/api/v2/summary.json", "/api/v1/components"):
        answer = client.get(path)
        assert "s-maxage=1" in answer.headers["Cache-Control"], path
        assert {"Cookie", "X-Cachet-Token", "Authorization"} <= set(answer.vary), path


def test_it_opens_again(client, owner, page):
    close(owner)
    assert is_turned_away(client.get("/"))
    owner.submit(URL, session_hours="336", event_days="365", sign_in_days="90")
    assert SECRET in client.get("/").text
    assert "s-maxage" in client.get("/").headers["Cache-Control"]
    assert "Disallow: /dashboard" in client.get("/robots.txt").text


def test_someone_whose_account_was_closed_is_a_guest(sign_in, vic, owner, page):
    viewer = sign_in(vic)
    close(owner)
    vic.deactivated_at = clock.now() - timedelta(minutes=1)
    db.session.commit()
    assert is_turned_away(viewer.get("/"))


def test_it_is_not_closed_while_nobody_can_forget_the_kept_pages(owner, app, page):
    there = app.extensions["daymark.redis"]
    app.extensions["daymark.redis"] = type(there).from_url("unix:///nowhere/valkey.sock")
    try:
        answer = owner.submit(URL, members_only="y", session_hours="336", event_days="365", sign_in_days="90")
        assert answer.status_code == 422 and "The page cache cannot be reached" in answer.text
    finally:
        app.extensions["daymark.redis"] = there
    assert Setting.get("members_only") is False


def test_closed_it_stays_closed_without_redis(client, owner, app, page):
    close(owner)
    there = app.extensions["daymark.redis"]
    app.extensions["daymark.redis"] = type(there).from_url("unix:///nowhere/valkey.sock")
    try:
        assert is_turned_away(client.get("/")) and is_turned_away(client.get("/rss"))
    finally:
        app.extensions["daymark.redis"] = there


def test_nobody_subscribes_who_may_not_look(client, owner, page):
    close(owner)
    login = client.get("/auth/login").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', login)[1]
    answer = client.post("/subscribe", data={"csrf_token": token, "email": "eve@example.org"})
    assert is_turned_away(answer)
