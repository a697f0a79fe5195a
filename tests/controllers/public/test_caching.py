import gzip
import re
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from app.controllers import public
from app.extensions import db
from app.i18n import COOKIE
from app.lib import clock
from app.models.component import Component
from app.models.enums import ComponentStatus, IncidentStatus
from app.page_cache import GONE
from tests.factories import make_component, make_group, make_incident, make_maintenance, make_subscriber
from tests.queries import count_queries

# settings; components, groups; incidents with their impacts, their updates; is there anything older; days, their notes;
# maintenance; metrics, their series
BUDGET = 11
# where there is any: its components, its updates, and which dates of series were touched
PLANNED = 3
HOUR = timedelta(hours=1)


def fill(components: int, incidents: int) -> None:
    group = make_group()
    parts = [make_component(f"Component {n}", group=group if n % 2 else None) for n in range(components)]
    for n in range(incidents):
        incident = make_incident(
            f"Incident {n}",
            impacts={parts[n % components]: ComponentStatus.PARTIAL_OUTAGE},
            occurred_at=clock.now() - timedelta(hours=n),
        )
        for status in (IncidentStatus.IDENTIFIED, IncidentStatus.WATCHING, IncidentStatus.FIXED):
            if n:
                incident.post_update(status=status, message="More.", actor=None)
    db.session.commit()


def plan(each: int) -> None:
    """So many maintenances that run, are planned, repeat, and are over; of each series one date was moved."""
    parts = [make_component(f"Part {n}") for n in range(3)]
    for n in range(each):
        make_maintenance(f"Runs {n}", starts_in=-HOUR, components=parts).post_update("Going well.", actor=None)
        make_maintenance(f"Planned {n}", components=parts)
        make_maintenance(f"Over {n}", starts_in=-HOUR * 5, components=parts).post_update("Done.", actor=None)
        series = make_maintenance(f"Weekly {n}", rule="FREQ=WEEKLY", components=parts)
        date = series.occurrence(series.starts_at)
        date.move(date.starts_at + HOUR, date.ends_at + HOUR, actor=None)
    db.session.commit()


def queries_of(client, path: str) -> int:
    client.get("/health")
    client.get("/nothing")  # whether the page has been set up is asked once in a process
    db.session.remove()
    with count_queries() as sent:
        assert client.get(path).status_code == 200
    return len(sent)


def test_the_page_takes_as_many_queries_whatever_is_on_it(client):
    small = queries_of(client, "/")
    fill(30, 200)
    assert queries_of(client, "/") <= BUDGET
    assert small <= BUDGET


def test_planned_work_keeps_the_page_within_its_budget(client):
    fill(3, 10)
    plan(1)
    few = queries_of(client, "/")
    plan(9)
    assert queries_of(client, "/") == few <= BUDGET + PLANNED


@pytest.mark.parametrize("rule", ["", "FREQ=DAILY"])
def test_a_maintenance_takes_few_queries(client, rule):
    work = make_maintenance("Upgrade", rule=rule, components=[make_component(f"Part {n}") for n in range(12)])
    for n in range(12):
        work.post_update(f"Update {n}.", actor=None)
    for slot in work.next_dates(5) if rule else ():
        work.occurrence(slot.starts_at)
    db.session.commit()
    path = f"/schedules/{work.id}"
    plan(5)
    assert queries_of(client, path) <= 7


def test_an_incident_takes_few_queries(client):
    fill(30, 5)
    assert queries_of(client, "/incidents/3") <= 5


@pytest.mark.parametrize("path", ["/", "/incidents/{id}"])
def test_a_guest_s_second_view_asks_the_database_nothing(client, path):
    path = path.format(id=make_incident().id)
    first = client.get(path)
    db.session.remove()
    with count_queries() as sent:
        second = client.get(path)
    assert (second.data, sent) == (first.data, [])


@pytest.mark.parametrize("path", ["/", "/incidents/{id}"])
def test_guests_get_no_cookie_and_may_keep_the_page(client, path):
    path = path.format(id=make_incident().id)
    for _ in range(2):
        answer = client.get(path)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"].startswith("public, max-age=0, s-maxage=5")
        assert {"Accept-Language", "Cookie"} <= set(answer.vary)


def test_someone_who_has_seen_the_forms_still_gets_the_page_from_the_cache(client):
    sue = make_subscriber(verified=False)
    manage, verify = f"/subscribe/manage/{sue.code('manage')}", f"/subscribe/verify/{sue.code('verify')}"
    answers = [client.get("/subscribe"), client.post("/subscribe", data={"email": "sue@example.org"})]
    answers += [client.get(verify), client.get(manage), client.post(verify)]
    answers += [client.get(answers[-1].location), client.post(manage, data={"scope": "everything", "locale": "de"})]
    answers += [client.get(answers[-1].location), client.post(f"/unsubscribe/{sue.code('manage')}")]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 303, 200, 303, 200, 200]
    assert not [answer.request.path for answer in answers if "Set-Cookie" in answer.headers]
    client.get("/")
    db.session.remove()
    with count_queries() as sent:
        answer = client.get("/")
    assert (sent, "Set-Cookie" in answer.headers) == ([], False)


def test_news_show_at_once(client):
    assert "No incidents reported." in client.get("/").text
    incident = make_incident("Something new")
    assert "Something new" in client.get("/").text
    incident.post_update(status=IncidentStatus.FIXED, message="All well again.", actor=None)
    db.session.commit()
    assert "All well again." in client.get("/").text


def test_who_has_the_page_already_is_not_sent_it_again(client):
    first = client.get("/")
    again = client.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    make_incident()
    assert client.get("/", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_an_error_is_not_kept(client):
    assert client.get("/history?month=x").headers["Cache-Control"] == "no-store"
    assert client.get("/incidents/1").status_code == 404
    make_incident()
    assert client.get("/incidents/1").status_code == 200


def test_a_proxy_that_kept_what_was_deleted_since_drops_it(client, sign_in, olive):
    gone = client.get("/incidents/4711")
    assert (gone.status_code, gone.headers["Cache-Control"]) == (404, GONE)
    assert {"accept-language", "cookie"} <= set(gone.headers["Vary"].lower().split(", "))
    assert sign_in(olive).get("/incidents/4711").headers["Cache-Control"] == "no-store"


def test_parameters_that_nobody_knows_do_not_fill_the_cache(client):
    client.get("/")
    with count_queries() as sent:
        client.get("/?utm_source=mail")
    assert sent == []


@pytest.mark.parametrize("accepted", ["gzip, deflate, br", "gzip", "br;q=1.0, gzip;q=0.5"])
def test_a_kept_page_travels_packed(client, accepted):
    make_incident()
    plain = client.get("/")
    packed = client.get("/", headers={"Accept-Encoding": accepted})
    assert packed.headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in packed.vary
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0, br", "gzip; q=0.0"])
def test_who_cannot_unpack_gets_the_page_as_it_is(client, accepted):
    for _ in range(2):
        answer = client.get("/", headers={"Accept-Encoding": accepted})
        assert "Content-Encoding" not in answer.headers
        assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_the_first_view_is_light_even_without_nginx(client):
    group = make_group()
    parts = [make_component(f"Component {n}", group=group) for n in range(10)]
    for part in parts:
        incident = make_incident(
            "Errors", message="What people see. " * 20, impacts={part: ComponentStatus.PARTIAL_OUTAGE}
        )
        incident.post_update(status=IncidentStatus.FIXED, message="What it was. " * 20, actor=None)
    db.session.commit()
    page = client.get("/", headers={"Accept-Encoding": "gzip"})
    asked = r'(?:rel="stylesheet" href|rel="icon"[^>]* href|<script[^>]* src)="(/[^"]+)"'
    others = [address.replace("&amp;", "&") for address in re.findall(asked, gzip.decompress(page.data).decode())]
    assert 2 <= len(others) <= 3  # at most four requests with the page
    taken = [client.get(address, headers={"Accept-Encoding": "gzip"}) for address in others]
    assert len(page.data) + sum(len(answer.data) for answer in taken) < 60_000


def test_a_file_with_its_version_in_the_address_is_kept_for_good(client):
    assert "immutable" in client.get("/static/css/base.css?v=1").headers["Cache-Control"]
    assert "immutable" not in client.get("/static/css/base.css").headers["Cache-Control"]


def test_what_a_process_of_the_release_before_kept_meanwhile_is_not_shown_by_the_new_one(app, client, monkeypatch):
    pages = []
    for version in ("1", "2"):
        monkeypatch.setattr("app.page_cache.VERSION", version)
        client.get("/history")
        pages.append(len(app.extensions["daymark.redis"].keys("page:*history*")))
        app.extensions["daymark.page_front"].pages.clear()
    assert pages == [1, 2]


def test_one_page_is_kept_once_however_its_number_is_written(app, client):
    make_incident()
    kept = set()
    for zeros in range(5):
        assert client.get(f"/incidents/{'0' * zeros}1").status_code == 200
        kept.add(tuple(sorted(app.extensions["daymark.redis"].keys("page:*incident*"))))
    assert len(kept) == 1 and len(kept.pop()) == 1


@pytest.mark.parametrize(
    ("path", "others"),
    [
        ("/", "month=2026-08 component=1 filter=last_hour style=flat"),
        ("/card/operational.png", "start_date=1 month=2 component=3 view=1"),
        ("/rss", "start_date=2026-08-01 component=1"),
        ("/badge", "component=1 theme=dark"),
        ("/sitemap.xml", "month=2026-08 component=7"),
        ("/api/v2/summary.json", "component=1 start_date=2026-08-01"),
    ],
)
def test_what_an_address_does_not_read_makes_no_other_page_of_it(app, client, path, others):
    client.get(path)
    store, front = app.extensions["daymark.redis"], app.extensions["daymark.page_front"]
    kept, at_hand = sorted(store.keys("page:*")), list(front.pages)
    assert at_hand
    for other in others.split():
        db.session.remove()
        with count_queries() as sent:
            assert client.get(f"{path}?{other}").data == client.get(path).data
        assert sent == []
    assert (sorted(store.keys("page:*")), list(front.pages)) == (kept, at_hand)


def test_what_is_large_is_not_kept_in_each_process(app, client, monkeypatch):
    monkeypatch.setattr("app.page_cache.LARGEST", 1000)
    client.get("/")
    client.get("/robots.txt")
    assert [address[0] for address in app.extensions["daymark.page_front"].pages] == ["/robots.txt"]
    with count_queries() as sent:
        assert client.get("/").headers["Cache-Control"].startswith("public")
    assert sent == []


def test_what_is_written_while_a_member_is_looked_up_is_no_old_page_under_a_new_number(
    app, client, sign_in, olive, monkeypatch
):
    member, id = sign_in(olive), make_component().id
    look_up = public._member
    db.session.remove()

    def and_meanwhile():
        found = look_up()
        with app.app_context():
            db.session.get(Component, id).say_status(ComponentStatus.MAJOR_OUTAGE, actor=None)
            db.session.commit()
        return found

    with monkeypatch.context() as slow:
        slow.setattr(public, "_member", and_meanwhile)
        member.get(f"/component/{id}/shield")  # as a guest's, whoever asks
    db.session.remove()
    assert "Major outage" in client.get(f"/component/{id}/shield").text


@pytest.mark.parametrize(
    "path", ["/badge", "/embed", "/embed.json", "/card/operational.png", "/api/v2/summary.json", "/live"]
)
def test_what_is_the_same_for_everyone_says_so_to_caches(client, path):
    for packing in ("", "gzip", "gzip"):
        answer = client.get(path, headers={"Accept-Encoding": packing})
        assert set(answer.vary) == {"Accept-Encoding"}
        # One validator for what is packed and what is not: they are the same in meaning, not in bytes.
        assert answer.headers["ETag"].startswith("W/")


@pytest.mark.parametrize("path", ["/widget.js", "/static/js/theme.js?v=1", "/health"])
def test_what_asks_for_nobody_does_not_vary_by_cookie(client, path):
    assert "Cookie" not in client.get(path).vary


def test_the_language_that_one_visitor_chose_is_no_one_else_s(app, client):
    client.set_cookie(COOKIE, "de")
    assert '<html lang="de"' in client.get("/").text
    assert '<html lang="en"' in app.test_client().get("/").text


def test_who_chose_a_language_gets_it_at_hand_and_no_one_else_s(app, client):
    front, plain, german = app.extensions["daymark.page_front"], client, app.test_client()
    german.set_cookie(COOKIE, "de")
    for _ in range(2):
        assert '<html lang="en"' in plain.get("/").text
        assert '<html lang="de"' in german.get("/").text
    assert len(front.pages) == 2
    with count_queries() as sent:
        german.get("/")
    assert sent == []


@pytest.mark.parametrize("path", ["/", "/api/v2/summary.json", "{script}"])
def test_what_is_sent_packed_or_not_says_so_once(app, client, path):
    if path == "{script}":
        path = re.search(r'<script[^>]* src="(/assets/[^"]+)"', client.get("/").text)[1]
    etag = client.get(path).headers.get("ETag", "")
    app.extensions["daymark.page_front"].pages.clear()
    for again in (etag, "", etag):  # by the application, then learnt, then at hand
        answer = client.get(path, headers={"If-None-Match": again} if again else {})
        told = [part.strip() for value in answer.headers.getlist("Vary") for part in value.split(",")]
        assert told.count("Accept-Encoding") == 1, (answer.status, told)


def test_pages_at_hand_take_so_many_bytes_and_no_more(app, client, monkeypatch):
    front, paths = app.extensions["daymark.page_front"], [f"/incidents/{make_incident().id}" for _ in range(6)]
    client.get(paths[0])
    most = 3 * next(iter(front.pages.values())).size + 100
    monkeypatch.setattr("app.page_front.MOST_BYTES", most)
    for path in paths:
        client.get(path)
    kept = [address[0] for address in front.pages]
    assert sum(page.size for page in front.pages.values()) <= most
    assert kept and kept == paths[-len(kept) :]


def test_a_page_with_settings_of_before_is_not_kept(client, monkeypatch):
    path = f"/incidents/{make_incident().id}"

    class Away:
        def all(self):
            raise OperationalError("SELECT", {}, Exception("disk I/O error"))

    with monkeypatch.context() as broken:
        broken.setattr("app.template_helpers.Setting", Away())
        first = client.get(path)
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-store")
    with count_queries() as sent:
        assert client.get(path).headers["Cache-Control"].startswith("public")
    assert sent
