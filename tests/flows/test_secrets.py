"""What guests must not know stands nowhere: every address that answers a guest is asked, and none is listed here.

The addresses come from the application's own map, so that a new page, feed or file is walked from its first day on.
"""

import re
from datetime import timedelta
from itertools import product

import pytest
from werkzeug.routing import AnyConverter, IntegerConverter

from app.controllers.public import assets, cards
from app.extensions import db
from app.lib import clock
from app.models.enums import ComponentStatus, IncidentStatus, Visibility
from app.models.metric import Metric
from tests.factories import make_component, make_group, make_incident, make_maintenance, make_subscriber

SECRET, KNOWN, SHARED = "quokka", "lighthouse", "upgrade"
# For members alone, or the same for everyone whatever is in the database.
APART = ("dashboard.", "auth.", "setup.", "static")
# What an argument of text may be; one that is not here fails the test until somebody says what to ask for.
TEXTS = {
    "code": ["nonsense"],
    "version": ["1"],
    "digest": ["nonsense"],
    "suffix": ["png"],
    "name": ["page.css", "embed.css"],
}
MOST_IDS = 10
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HIDDEN = (Visibility.MEMBERS, Visibility.HIDDEN)


@pytest.fixture
def shy_world(olive):
    """Things that guests see, and among them as many that they do not; ids of the latter by kind."""
    shy: dict[str, list[int]] = {"component": [], "group": [], "incident": [], "maintenance": [], "metric": []}
    part = make_component(f"{KNOWN} part", description=KNOWN, tags=[KNOWN])
    said = {"description": f"{SECRET} described", "link": f"https://{SECRET}.example/", "tags": [SECRET]}
    parts = [
        make_component(f"{SECRET} disabled", enabled=False, status=ComponentStatus.MAJOR_OUTAGE, **said),
        *(make_component(f"{SECRET} {v}", visibility=v, status=ComponentStatus.MAJOR_OUTAGE, **said) for v in HIDDEN),
    ]
    for visibility in HIDDEN:
        group = make_group(f"{SECRET} group", visibility=visibility)
        shy["group"].append(group.id)
        parts.append(make_component(f"{SECRET} grouped", group=group, status=ComponentStatus.PARTIAL_OUTAGE, **said))
    shy["component"] = [one.id for one in parts]
    make_group(f"{KNOWN} group")
    _incidents(part, parts, shy["incident"])
    _maintenances(part, parts, shy["maintenance"])
    for visibility in (Visibility.EVERYONE, *HIDDEN):
        metric = _metric(KNOWN if visibility is Visibility.EVERYONE else SECRET, visibility)
        if visibility is not Visibility.EVERYONE:
            shy["metric"].append(metric.id)
    make_subscriber(f"{SECRET}@example.org", components=[part])
    db.session.commit()
    return shy


def _metric(word: str, visibility: Visibility) -> Metric:
    metric = Metric.create(name=f"{word} metric", suffix=word, description=word, visibility=visibility, actor=None)
    db.session.flush()
    return metric


def _incidents(part, parts, shy: list[int]) -> None:
    # A guest may know of it, but not of all that it touches.
    touched = dict.fromkeys([part, *parts], ComponentStatus.PARTIAL_OUTAGE)
    make_incident(f"{KNOWN} incident", message=f"{KNOWN} {SHARED}", impacts=touched)
    for visibility, fixed in product(HIDDEN, (False, True)):
        incident = make_incident(
            f"{SECRET} incident",
            message=f"{SECRET} {SHARED}",
            impacts={parts[0]: ComponentStatus.MAJOR_OUTAGE},
            visibility=visibility,
            pinned=fixed,
            occurred_at=clock.now() - HOUR,
            meta={"note": SECRET},
        )
        incident.post_update(status=IncidentStatus.IDENTIFIED, message=f"{SECRET} update", actor=None)
        if fixed:
            incident.fix(actor=None, message=f"{SECRET} fixed")
        shy.append(incident.id)


def _maintenances(part, parts, shy: list[int]) -> None:
    make_maintenance(f"{KNOWN} works", message=f"{KNOWN} {SHARED}", components=[part, *parts])
    make_maintenance(f"{KNOWN} runs", starts_in=-HOUR, message=KNOWN, components=[part, *parts])
    later = {"publish_at": clock.now() + HOUR}
    for hidden in (*({"visibility": v} for v in HIDDEN), later):
        # What has begun is published, so that work to be told of later has only dates to come.
        for plan in ({"rule": "FREQ=WEEKLY"}, {} if hidden is later else {"starts_in": -DAY}):
            work = make_maintenance(
                f"{SECRET} works", message=f"{SECRET} {SHARED}", components=[part, *parts[:1]], **plan, **hidden
            )
            work.post_update(f"{SECRET} update", actor=None)
            shy.append(work.id)
            if "rule" in plan and hidden is not later:
                shy.append(work.occurrence(work.starts_at).id)


def addresses(app) -> list[str]:
    """Every address of the application that a guest may ask for with GET."""
    adapter = app.url_map.bind("status.test")
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.endpoint.startswith(APART):
            names = sorted(rule.arguments)
            for values in product(*(_values(app, rule, name) for name in names)):
                found.append(adapter.build(rule.endpoint, dict(zip(names, values, strict=True))))
    return sorted(set(found))


def _values(app, rule, name: str) -> list:
    converter = rule._converters[name]
    if isinstance(converter, IntegerConverter):
        is_one_of_two = name == "id" and len(rule.arguments) > 1  # an update, asked for under each incident
        return list(range(1, 5 if is_one_of_two else MOST_IDS + 1))
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)
    if rule.endpoint == "public.asset" and name == "name":
        return list(assets.FILES)
    if rule.endpoint == "public.card":
        with app.test_request_context():
            return list(cards._states())
    assert name in TEXTS, f"what should be asked of {rule.rule}? Say so in TEXTS of {__file__}"
    return TEXTS[name]


def asked(app) -> list[tuple[str, dict[str, str]]]:
    """All those addresses, plain and with what can be asked of them besides; headers with each."""
    plain = addresses(app)
    today = clock.now().date()
    found = [(path, {}) for path in plain]
    found += [(path, {"Accept": "text/markdown"}) for path in plain if re.fullmatch("/[a-z]*(/[0-9]+)?", path)]
    queries = [f"q={SHARED}", "per_page=100&view=month&always=1", f"month={today:%Y-%m}&start_date={today - DAY}"]
    queries += [f"component={n}&per_page=100" for n in (1, 2, 5)]
    # What ends like a file, or tells of the application itself, has nothing to choose from.
    open_to = [path for path in plain if not re.search(r"[0-9.]|docs", path.removeprefix("/api/v1"))]
    return found + [(f"{path}?{query}", {}) for path in open_to for query in queries]


def walk(browser, surfaces) -> dict[str, bytes]:
    """What `browser` gets everywhere; a fault of ours anywhere is one here."""
    got = {}
    for path, headers in surfaces:
        answer = browser.get(path, headers=headers)
        assert answer.status_code < 500, (path, answer.status_code)
        got[f"{path} {headers}"] = b"%s %s" % (str(answer.headers).lower().encode(), answer.data.lower())
    return got


def told(got: dict[str, bytes], word: str) -> list[str]:
    return [path for path, answer in got.items() if word.encode() in answer]


@pytest.mark.parametrize("order", ["member guest", "guest member guest"])
def test_no_answer_to_a_guest_holds_a_secret(app, shy_world, client, sign_in, olive, order):
    surfaces = asked(app)
    pages = [(path, headers) for path, headers in surfaces if "?" not in path]
    member = sign_in(olive)
    # The sign-in gives a cookie, and whoever has one is not answered from the memory of the process.
    guest = app.test_client(use_cookies=False)
    for who in order.split():
        # A member's answers are never kept: one of each address shows whether any gets into the store.
        got = walk(*((member, pages) if who == "member" else (guest, surfaces)))
        if who == "member":
            assert len(told(got, SECRET)) > 20  # the secrets are there to be found
        else:
            assert told(got, SECRET) == []
            assert len(told(got, KNOWN)) > 40  # and guests are told the rest
    # Another process has the same store and an empty memory.
    app.extensions["daymark.page_front"].pages.clear()
    assert told(walk(client, surfaces), SECRET) == []


def test_the_walk_reaches_what_there_is(app, client):
    paths = {path for path, _headers in asked(app)}
    wanted = {"/", "/index.md", "/history", "/rss", "/atom", "/feed.json", "/badge.svg", "/embed", "/embed.json"}
    wanted |= {"/sitemap.xml", "/robots.txt", "/llms.txt", "/calendar.ics", "/api/v1/incidents", "/api/v2/summary.json"}
    wanted |= {"/incidents/1", "/incidents/1.md", "/schedules/1.ics", "/component/1/shield", "/card/operational.png"}
    assert wanted <= paths


def test_what_guests_must_not_know_of_is_not_there_for_them(app, shy_world, client):
    direct = {
        "component": ["/component/{}/shield", "/component/{}/calendar.ics", "/component/{}/rss", "/component/{}/atom"],
        "group": ["/group/{}/rss", "/group/{}/feed.json", "/rss/{}", "/atom/{}", "/api/v1/components/groups/{}"],
        "incident": ["/incidents/{}", "/incidents/{}.md", "/api/v1/incidents/{}", "/api/v1/incidents/{}/updates"],
        "maintenance": ["/schedules/{}", "/schedules/{}.md", "/schedules/{}.ics", "/api/v1/schedules/{}"],
        "metric": ["/metrics/{}", "/api/v1/metrics/{}", "/api/v1/metrics/{}/points"],
    }
    direct["component"] += ["/api/v1/components/{}"]
    for kind, ids in shy_world.items():
        assert ids
        assert max(ids) <= MOST_IDS, f"raise MOST_IDS: the walk does not reach {kind} {max(ids)}"
        for path, id in product(direct[kind], ids):
            assert client.get(path.format(id)).status_code == 404, path.format(id)
