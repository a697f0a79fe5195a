from datetime import UTC, datetime, timedelta

import pytest

from app.extensions import db
from app.lib import clock
from app.models import Event, EventName, Incident, Setting
from app.models.enums import ComponentStatus, IncidentStatus, Visibility
from tests.factories import make_component, make_incident, make_subscriber

VALID = {"name": "API is slow", "status": "2", "message": "We **look** into it.", "visibility": "1", "notify": "y"}
CREATE = "/dashboard/incidents/create"
EVIL = "<script>alert(1)</script>"


def only_incident() -> Incident:
    db.session.rollback()
    return db.session.scalars(db.select(Incident)).one()


def test_an_incident_is_reported_with_its_impacts(browser):
    api, web, docs = (make_component(name) for name in ("API", "Web", "Docs"))
    browser.get(CREATE)
    impacts = {f"impacts-{api.id}": "4", f"impacts-{web.id}": "2", f"impacts-{docs.id}": ""}
    answer = browser.submit(CREATE, **VALID, **impacts, pinned="y")
    assert answer.status_code == 302
    assert "API is slow has been reported." in browser.get(answer.location).text
    incident = only_incident()
    assert (incident.status, incident.pinned, incident.user.username) == (IncidentStatus.IDENTIFIED, True, "ed")
    assert incident.present_impacts == {api: ComponentStatus.MAJOR_OUTAGE, web: ComponentStatus.PERFORMANCE_ISSUES}
    assert [c.status for c in (api, web, docs)] == [ComponentStatus(4), ComponentStatus(2), ComponentStatus(1)]


def test_the_short_form_of_the_overview_is_enough(browser):
    page = browser.get("/dashboard/").text
    assert f'action="{CREATE}"' in page
    browser.submit(CREATE, name="Down", status="1", message="Looking.")
    incident = only_incident()
    assert (incident.visibility, incident.pinned) == (Visibility.EVERYONE, False)
    assert clock.now() - incident.occurred_at < timedelta(minutes=1)


@pytest.mark.parametrize("notify", [True, False])
def test_subscribers_hear_of_it_if_asked_for(browser, run_jobs, mailbox, notify):
    make_subscriber()
    assert "Notify up to 1 subscriber<" in browser.get(CREATE).text
    sent = VALID if notify else {k: v for k, v in VALID.items() if k != "notify"}
    browser.submit(CREATE, **sent)
    run_jobs()
    assert len(mailbox.to("sue@example.org")) == int(notify)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Please fill this in."),
        ("name", "x" * 256, "Use at most 255 characters"),
        ("message", " ", "Please fill this in."),
        ("message", "x" * 15_001, "Use at most 15000 characters; this has 15001."),
        ("message", "a\0b", "cannot be stored"),
        ("status", "0", "Choose one of the options."),
        ("status", "x", "Choose one of the options."),
        ("visibility", "5", "Choose one of the options."),
        ("occurred_at", "2999-01-01T00:00", "lies in the future"),
        ("occurred_at", "yesterday", "Enter a date and a time"),
        ("occurred_at", "0001-01-01T00:00", "Enter a"),
        ("impacts-77", "4", "One of these components does not exist any more."),
        ("impacts-x", "4", "One of these components does not exist any more."),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_keeps_what_was_typed(browser, field, value, sentence):
    browser.get(CREATE)
    answer = browser.submit(CREATE, **{**VALID, "name": "Kept name", field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'href="#{field.split("-")[0]}"' in answer.text
    assert field == "name" or 'value="Kept name"' in answer.text
    assert field == "message" or "We **look** into it." in answer.text
    db.session.rollback()
    assert db.session.scalars(db.select(Incident)).all() == []


@pytest.mark.parametrize("value", ["6", "9", "x"])
def test_an_impact_that_does_not_exist_is_refused_by_name(browser, value):
    api = make_component("API")
    browser.get(CREATE)
    answer = browser.submit(CREATE, **VALID, **{f"impacts-{api.id}": value})
    assert answer.status_code == 422
    assert "API: choose one of the impacts." in answer.text


def test_scripts_in_any_field_are_text(browser):
    browser.get(CREATE)
    link = "[x](javascript:alert(1)) " + EVIL
    browser.submit(CREATE, **{**VALID, "name": EVIL, "message": link})
    incident = only_incident()
    for path in ("/", "/incidents", f"/incidents/{incident.id}", f"/incidents/{incident.id}/delete"):
        page = browser.get("/dashboard" + path).text
        assert "<script>alert" not in page
        assert 'href="javascript' not in page
        assert "&lt;script&gt;alert" in page


def test_line_breaks_in_a_name_are_folded(browser):
    browser.get(CREATE)
    browser.submit(CREATE, **{**VALID, "name": "Down\r\nBcc: all@example.org"})
    assert only_incident().name == "Down Bcc: all@example.org"


def test_times_are_entered_in_the_zone_of_the_page(browser):
    Setting.set(timezone="America/New_York")
    db.session.commit()
    assert "In the zone America/New_York. Empty means now." in browser.get(CREATE).text
    browser.submit(CREATE, **VALID, occurred_at="2026-07-01T08:30")
    incident = only_incident()
    assert incident.occurred_at == datetime(2026, 7, 1, 12, 30, tzinfo=UTC)
    assert 'value="2026-07-01T08:30"' in browser.get(f"/dashboard/incidents/{incident.id}").text


def test_an_incident_is_corrected_quietly(browser, look):
    api, web = make_component("API"), make_component("Web")
    incident = make_incident(impacts={api: ComponentStatus.MAJOR_OUTAGE}, notify=False)
    began = incident.occurred_at
    path = f"/dashboard/incidents/{incident.id}"
    browser.get(path)
    sent = {"name": "Better name", "message": "Better words.", "visibility": "0", "pinned": "y"}
    minute = began.strftime("%Y-%m-%dT%H:%M")
    impacts = {f"impacts-{api.id}": "", f"impacts-{web.id}": "3"}
    answer = browser.submit(path, **sent, **impacts, occurred_at=minute)
    assert answer.location == path
    assert (look(incident).name, incident.message, incident.pinned) == ("Better name", "Better words.", True)
    assert incident.visibility is Visibility.MEMBERS
    assert incident.occurred_at == began
    assert incident.present_impacts == {web: ComponentStatus.PARTIAL_OUTAGE}
    assert api.status is ComponentStatus.OPERATIONAL
    assert not any(event.data.get("notify") for event in db.session.scalars(db.select(Event)))


def test_its_beginning_can_be_moved(browser, look):
    incident = make_incident()
    path = f"/dashboard/incidents/{incident.id}"
    browser.get(path)
    browser.submit(path, name="x", message="y", visibility="1", occurred_at="2026-01-02T03:04")
    assert look(incident).occurred_at == datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def test_a_fixed_incident_is_corrected_without_impacts(browser, look):
    api = make_component()
    incident = make_incident(impacts={api: ComponentStatus.MAJOR_OUTAGE}, occurred_at=clock.ago(hours=2))
    incident.post_update(status=IncidentStatus.FIXED, message="Over.", actor=None)
    db.session.commit()
    path = f"/dashboard/incidents/{incident.id}"
    assert f'name="impacts-{api.id}"' not in browser.get(path).text
    late = {f"impacts-{api.id}": "3"}
    assert browser.submit(path, name="New", message="y", visibility="1", **late).status_code == 302
    assert look(incident).name == "New"
    assert api.status is ComponentStatus.OPERATIONAL


def test_what_others_changed_meanwhile_stays(browser, look):
    api, web = make_component("API"), make_component("Web")
    incident = make_incident(impacts={api: ComponentStatus.PERFORMANCE_ISSUES}, occurred_at=clock.ago(hours=2))
    path = f"/dashboard/incidents/{incident.id}"
    assert f'name="impacts-{web.id}-shown" value=""' in browser.get(path).text
    shown = {f"impacts-{api.id}-shown": "2", f"impacts-{web.id}": "", f"impacts-{web.id}-shown": ""}
    worse = {api: ComponentStatus.MAJOR_OUTAGE, web: ComponentStatus.PARTIAL_OUTAGE}
    incident.post_update(status=IncidentStatus.IDENTIFIED, message="Worse.", impacts=worse, actor=None)
    db.session.commit()
    browser.submit(path, name="New", message="y", visibility="1", **shown, **{f"impacts-{api.id}": "2"})
    assert look(incident).name == "New"
    assert incident.present_impacts == worse
    browser.submit(path, name="New", message="y", visibility="1", **shown, **{f"impacts-{api.id}": "3"})
    assert look(incident).present_impacts == {**worse, api: ComponentStatus.PARTIAL_OUTAGE}


def test_a_refused_correction_keeps_what_was_typed(browser, look):
    incident = make_incident("Old name")
    path = f"/dashboard/incidents/{incident.id}"
    browser.get(path)
    answer = browser.submit(path, name="", message="Typed so far", visibility="1")
    assert answer.status_code == 422
    assert "Typed so far" in answer.text
    assert look(incident).name == "Old name"


def test_deleting_asks_first_and_frees_the_components(browser):
    api = make_component()
    incident = make_incident("Gone", impacts={api: ComponentStatus.MAJOR_OUTAGE})
    path = f"/dashboard/incidents/{incident.id}/delete"
    assert "It can be put back for 30 days." in browser.get(path).text
    answer = browser.submit(path)
    assert "Gone has been deleted." in browser.get(answer.location).text
    assert api.status is ComponentStatus.OPERATIONAL
    assert browser.submit(path).status_code == 404


def test_the_list_filters_and_searches(browser):
    make_incident("Slow API")
    make_incident("Broken 100% of web", status=IncidentStatus.FIXED)
    page = browser.get("/dashboard/incidents").text
    assert page.index("Broken 100%") < page.index("Slow API")
    assert "Slow API" not in browser.get("/dashboard/incidents?state=fixed").text
    assert "Broken" not in browser.get("/dashboard/incidents?state=open").text
    assert "Slow API" in browser.get("/dashboard/incidents?q=slow+api").text
    page = browser.get("/dashboard/incidents?q=0%25").text
    assert "Broken" in page
    assert "Slow" not in page
    page = browser.get(f"/dashboard/incidents?q={EVIL}&state=nonsense").text
    assert "Nothing matches" in page
    assert EVIL not in page


def test_an_empty_list_says_what_to_do(browser):
    assert "No incidents yet" in browser.get("/dashboard/incidents").text


def test_a_long_list_has_pages_and_takes_the_same_queries(browser, queries):
    parts = {make_component("One"): ComponentStatus.PARTIAL_OUTAGE, make_component("Two"): ComponentStatus(4)}
    make_incident("Incident 0", impacts=parts).post_update(
        status=IncidentStatus.WATCHING, message="Better.", actor=None
    )
    db.session.commit()
    few = queries("/dashboard/incidents")
    parts = {make_component(f"C{n}"): ComponentStatus.PARTIAL_OUTAGE for n in range(6)}
    for number in range(1, 42):
        make_incident(f"Incident {number}", impacts=parts)
    assert queries("/dashboard/incidents") == few
    page = browser.get("/dashboard/incidents?q=incident").text
    assert "1–20 of 42" in page
    assert "page=2" in page
    assert "q=incident" in page
    assert "41–42 of 42" in browser.get("/dashboard/incidents?page=3").text
    assert browser.get("/dashboard/incidents?page=4").status_code == 404


def test_an_incident_with_many_updates_takes_the_same_queries(queries):
    incident = make_incident(impacts={make_component(): ComponentStatus.PARTIAL_OUTAGE})
    path = f"/dashboard/incidents/{incident.id}"
    few = queries(path)
    incident = only_incident()
    for number in range(20):
        incident.post_update(status=IncidentStatus.WATCHING, message=f"Number {number}", actor=None)
        make_component(f"C{number}")
    db.session.commit()
    assert queries(path) == few


def test_who_reported_it_is_noted(browser):
    browser.get(CREATE)
    browser.submit(CREATE, **VALID)
    reported = db.session.scalars(db.select(Event).where(Event.name == EventName.INCIDENT_REPORTED)).one()
    assert reported.actor_label == "ed"
