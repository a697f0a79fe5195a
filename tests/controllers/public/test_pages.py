import re
from datetime import timedelta

import pytest

from app.extensions import db
from app.lib import clock
from app.models import Setting
from app.models.enums import Collapse, ComponentStatus, IncidentStatus, Visibility
from tests.factories import make_component, make_group, make_incident
from tests.queries import count_queries


def section(page: str, day) -> str:
    """The part of the page that tells of one day."""
    return page.split(f'<section class="day" id="day-{day}">')[1].split("</section>")[0]


def fix(incident, message="It is over."):
    incident.post_update(status=IncidentStatus.FIXED, message=message, actor=None)
    db.session.commit()


def test_a_fresh_page_is_calm(client):
    page = client.get("/")
    assert page.status_code == 200
    assert "All systems are operational" in page.text
    assert "No components are listed yet" in page.text
    assert page.text.count("No incidents reported.") == 7


def test_the_banner_says_how_many_components_are_affected(client):
    api, _web = make_component("API"), make_component("Web")
    make_incident(impacts={api: ComponentStatus.PARTIAL_OUTAGE})
    page = client.get("/").text
    assert "Some systems are partly out of service" in page
    assert "1 of 2 components affected" in page


def test_an_open_incident_is_told_once_and_its_day_links_to_it(client):
    api = make_component("API")
    incident = make_incident(message="We see errors.", impacts={api: ComponentStatus.MAJOR_OUTAGE})
    page = client.get("/").text
    assert page.count("We see errors.") == 1
    assert f'href="#incident-{incident.id}"' in section(page, clock.now().date())


def test_three_words_are_shown_and_the_rest_is_folded(client):
    incident = make_incident(message="The first word.")
    for number in range(1, 5):
        incident.post_update(status=IncidentStatus.IDENTIFIED, message=f"Word {number}.", actor=None)
    db.session.commit()
    page = client.get("/").text
    before, folded = page.split("All 5 updates")
    assert before.index("Word 4.") < before.index("Word 3.") < before.index("Word 2.")
    assert "Word 1." not in before and folded.index("Word 1.") < folded.index("The first word.")


def test_an_update_that_changes_nothing_is_an_update(client):
    incident = make_incident(status=IncidentStatus.INVESTIGATING)
    incident.post_update(status=IncidentStatus.INVESTIGATING, message="Still looking.", actor=None)
    incident.post_update(status=IncidentStatus.WATCHING, message="A fix is out.", actor=None)
    db.session.commit()
    said = [part.split("</strong>")[0] for part in client.get(f"/incidents/{incident.id}").text.split("<strong>")[1:]]
    assert said == ["Watching", "Update", "Investigating"]


def test_past_incidents_stand_under_their_day_in_the_page_s_zone(client):
    Setting.set(timezone="Pacific/Auckland")
    db.session.commit()
    zone = Setting.zone()
    late = clock.start_of_day(clock.today(zone) - timedelta(days=2), zone) + timedelta(minutes=5)
    incident = make_incident("Slow mail", occurred_at=late, status=IncidentStatus.FIXED)
    incident.fixed_at = late + timedelta(hours=6, minutes=28)
    db.session.commit()
    told = section(client.get("/").text, clock.today(zone) - timedelta(days=2))
    assert "Slow mail" in told and "lasted 6 hr 28 min" in told
    assert "Slow mail" not in section(client.get("/").text, clock.today(zone) - timedelta(days=3))


def test_older_and_newer_lead_through_the_days(client):
    old = clock.now() - timedelta(days=40)
    fix(make_incident("Long ago", occurred_at=old))
    first = client.get("/").text
    assert f"/?start_date={old.date()}#past" in first and "Newer incidents" not in first
    second = client.get(f"/?start_date={old.date()}").text
    assert "Long ago" in section(second, old.date()) and "Older incidents" not in second
    assert f"/?start_date={old.date() + timedelta(days=7)}#past" in second


def test_the_way_through_the_days_keeps_how_far_back_the_charts_go(client):
    old = clock.now() - timedelta(days=40)
    fix(make_incident("Long ago", occurred_at=old))
    assert f"/?start_date={old.date()}&amp;view=week#past" in client.get("/?view=week").text
    newer = old.date() + timedelta(days=7)
    assert f"/?start_date={newer}&amp;view=week#past" in client.get(f"/?start_date={old.date()}&view=week").text
    assert client.get("/?start_date=9999-12-31&view=week").location == "/?view=week"
    assert "nonsense" not in client.get("/?view=nonsense").text


@pytest.mark.parametrize("date", ["yesterday", "2026-13-01", "20260820", "0001-01-01", "1970-01-01", "", "2026-08-20'"])
def test_a_date_that_is_none_is_not_found(client, date):
    answer = client.get("/", query_string={"start_date": date})
    assert answer.status_code == 404
    assert "This is not a date" in answer.text


def test_nothing_far_back_is_not_found_and_the_future_is_today(client):
    assert client.get("/?start_date=2001-01-01").status_code == 404
    answer = client.get("/?start_date=9999-12-31")
    assert (answer.status_code, answer.location) == (302, "/")


def test_groups_fold_by_their_rule(client):
    calm = make_group("Calm", collapse=Collapse.UNLESS_TROUBLE)
    busy = make_group("Busy", collapse=Collapse.UNLESS_TROUBLE)
    folded, plain = make_group("Folded", collapse=Collapse.ALWAYS), make_group("Plain")
    for group in (calm, folded, plain):
        make_component(f"In {group.name}", group=group)
    make_component("Broken", group=busy, status=ComponentStatus.MAJOR_OUTAGE)
    make_component("Alone")
    page = client.get("/").text
    is_open = {g.name: f'id="group-{g.id}" open>' in page for g in (calm, busy, folded, plain)}
    assert is_open == {"Calm": False, "Busy": True, "Folded": False, "Plain": True}
    assert page.index("Plain") < page.index("Other components") < page.index("Alone")


def test_without_groups_nothing_is_called_other(client):
    make_component("API", description="Does things", link="https://api.example.org/docs")
    page = client.get("/").text
    assert "Other components" not in page
    assert "Does things" in page and 'href="https://api.example.org/docs"' in page


def test_pinned_incidents_stay(client):
    incident = make_incident("A note to all", pinned=True, occurred_at=clock.now() - timedelta(days=100))
    fix(incident)
    page = client.get("/").text
    assert "Pinned" in page and page.count("A note to all</a>") == 1


def test_an_incident_has_a_page_with_an_anchor_for_each_word(client):
    api = make_component("API")
    incident = make_incident(
        "Errors when signing in", message="We see **errors**.", impacts={api: ComponentStatus.MAJOR_OUTAGE}
    )
    update = incident.post_update(status=IncidentStatus.IDENTIFIED, message="It is the cache.", actor=None)
    db.session.commit()
    page = client.get(f"/incidents/{incident.id}").text
    assert "<title>Errors when signing in | Example Cloud</title>" in page
    assert '<meta name="description" content="We see errors.">' in page
    assert f'<link rel="canonical" href="http://status.test/incidents/{incident.id}">' in page
    assert f'id="update-{update.id}"' in page and f'href="/incidents/{incident.id}#update-{update.id}"' in page
    assert 'id="report"' in page
    assert "Major outage" in page and "API" in page


def test_the_address_of_cachet_2_3_leads_here(client):
    incident = make_incident()
    answer = client.get(f"/incident/{incident.id}")
    assert (answer.status_code, answer.location) == (301, f"/incidents/{incident.id}")


@pytest.mark.parametrize(
    "path", ["/incidents/1", "/incidents/99999999999999999999", "/incidents/x", "/nothing", "/x.php"]
)
def test_what_is_not_there_is_a_404_in_the_page_s_dress(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Nothing here" in answer.text and "Example Cloud" in answer.text and 'name="robots"' in answer.text


def test_the_sign_of_life_asks_nobody(vic, sign_in):
    browser = sign_in(vic)
    db.session.remove()
    with count_queries() as sent:
        answer = browser.get("/health")
    assert (answer.json, sent, "Set-Cookie" in answer.headers) == ({"status": "ok"}, [], False)


@pytest.mark.parametrize("path", ["/", "/incidents/{id}", "/subscribe", "/health"])
def test_head_answers_as_get_without_a_body(client, path):
    path = path.format(id=make_incident().id)
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.data) == (200, b"")
    assert head.content_type == get.content_type


def test_markup_of_authors_never_becomes_markup_of_ours(client):
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    group = make_group(evil)
    api = make_component(evil, group=group, description=evil, link="javascript:alert(1)")
    incident = make_incident(
        evil, message=f"{evil} [click](javascript:alert(1))", impacts={api: ComponentStatus.MAJOR_OUTAGE}
    )
    incident.post_update(status=IncidentStatus.WATCHING, message=evil, actor=None)
    db.session.commit()
    for path in ("/", f"/incidents/{incident.id}"):
        ours = r'<script (type="module" src="/assets/[^"/]+/public|src="/static/js/theme).js(\?v=\d+)?"></script>'
        data = r'<script type="application/ld\+json">[^<>]*</script>'
        page = re.sub(f"{ours}|{data}", "", client.get(path).text)
        assert "<script" not in page and "<img" not in page and 'href="javascript' not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_members_only_and_hidden_things_do_not_exist_for_guests(client):
    secret_group = make_group("Secret group", visibility=Visibility.MEMBERS)
    make_component("In the secret group", group=secret_group, status=ComponentStatus.MAJOR_OUTAGE)
    inner = make_component("Secret component", visibility=Visibility.MEMBERS)
    hidden = make_component("Hidden component", visibility=Visibility.HIDDEN)
    make_component("Disabled component", enabled=False)
    incidents = [
        make_incident("Secret incident", visibility=Visibility.MEMBERS, impacts={inner: ComponentStatus.MAJOR_OUTAGE}),
        make_incident("Hidden incident", visibility=Visibility.HIDDEN, pinned=True),
    ]
    public = make_incident("Public incident", impacts={hidden: ComponentStatus.MAJOR_OUTAGE})
    for path in ("/", f"/incidents/{public.id}"):
        page = client.get(path).text
        assert "Public incident" in page
        for name in ("Secret", "secret", "Hidden", "Disabled"):
            assert name not in page
    assert [client.get(f"/incidents/{incident.id}").status_code for incident in incidents] == [404, 404]


def test_members_see_what_is_theirs_marked_and_never_kept(client, vic, sign_in):
    make_component("Secret component", visibility=Visibility.MEMBERS)
    make_component("Hidden component", visibility=Visibility.HIDDEN)
    make_component("Under a hidden heading", group=make_group("Hidden group", visibility=Visibility.HIDDEN))
    secret = make_incident("Secret incident", visibility=Visibility.MEMBERS)
    hidden = make_incident("Hidden incident", visibility=Visibility.HIDDEN)
    browser = sign_in(vic)
    for path in ("/", f"/incidents/{secret.id}"):
        answer = browser.get(path)
        assert "Secret incident" in answer.text and "Members only" in answer.text
        assert "Hidden" not in answer.text and "hidden heading" not in answer.text
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert browser.get(f"/incidents/{hidden.id}").status_code == 404
    assert "Secret" not in client.get("/").text


def test_every_page_needs_nothing_from_elsewhere_and_three_files_of_ours_at_most(client):
    incident = make_incident()
    for path in ("/", f"/incidents/{incident.id}", "/subscribe", "/nothing"):
        page = client.get(path).text
        assert "<script>" not in page and " style=" not in page and " onclick" not in page
        fetched = [
            part.split('"')[0] for mark in ("src=", 'rel="stylesheet" href=') for part in page.split(f'{mark}"')[1:]
        ]
        assert fetched and all(address.startswith(("/static/", "/assets/")) for address in fetched)
        assert len(fetched) + 1 <= 4  # with the page itself; its icon is part of it
        assert 'rel="icon" type="image/svg+xml" href="data:' in page


def test_a_page_in_another_dress_is_not_what_the_host_header_says(client):
    page = client.get("/", headers={"Host": "evil.example"}).text
    assert "evil.example" not in page and '<link rel="canonical" href="http://status.test/">' in page
