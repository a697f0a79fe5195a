import pytest

from app.extensions import db
from app.models.enums import ComponentStatus, IncidentStatus
from tests.factories import make_component, make_incident, make_subscriber

MAJOR, SLOW, FINE = ComponentStatus.MAJOR_OUTAGE, ComponentStatus.PERFORMANCE_ISSUES, ComponentStatus.OPERATIONAL


@pytest.fixture
def api(installed):
    return make_component("API")


@pytest.fixture
def incident(api):
    return make_incident(impacts={api: MAJOR}, notify=False)


@pytest.fixture
def post(browser, incident):
    """post(status=…, message=…): send the form that stands on the incident's page."""
    browser.get(f"/dashboard/incidents/{incident.id}")
    return lambda **fields: browser.submit(f"/dashboard/incidents/{incident.id}/updates", **fields)


def update_path(incident, rest: str = "") -> str:
    return f"/dashboard/incidents/{incident.id}/updates/{incident.updates[0].id}{rest}"


def test_an_update_is_posted_with_new_impacts(browser, post, incident, api, look):
    web = make_component("Web")
    impacts = {f"new_impacts-{api.id}": "2", f"new_impacts-{web.id}": "4"}
    answer = post(status="3", message="It gets *better*.", **impacts)
    assert "<em>better</em>" in browser.get(answer.location).text
    assert look(incident).status is IncidentStatus.WATCHING
    assert incident.present_impacts == {api: SLOW, web: MAJOR}


def test_what_is_affected_can_recover_and_not_vanish(browser, incident, post, api, look):
    page = browser.get(f"/dashboard/incidents/{incident.id}").text
    row = page[page.index(f'name="new_impacts-{api.id}"') :]
    assert 'value=""' not in row[: row.index("</select>")]
    assert post(status="3", message="Fine.", **{f"new_impacts-{api.id}": ""}).status_code == 422
    assert post(status="3", message="Fine.", **{f"new_impacts-{api.id}": "1"}).status_code == 302
    assert look(api).status is FINE
    assert look(incident).components == [api]


def test_fixing_drops_all_impacts_whatever_the_form_held(post, incident, api, look):
    post(status="4", message="Over.", **{f"new_impacts-{api.id}": "3"})
    assert look(incident).present_impacts == {}
    assert not incident.is_open
    assert look(api).status is FINE


def test_anything_but_fixed_opens_it_again(post, incident, api, look):
    post(status="4", message="Over.")
    post(status="1", message="Not over.")
    assert look(incident).is_open
    assert look(api).status is MAJOR


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"status": "3", "message": ""}, "Please say what is new."),
        ({"status": "3", "message": "x" * 15_001}, "Use at most 15000 characters"),
        ({"status": "9", "message": "Kept"}, "Choose one of the options."),
        ({"message": "Kept"}, "Choose one of the options."),
        ({"status": "3", "message": "Kept", "new_impacts-77": "4"}, "One of these components does not exist any more."),
    ],
)
def test_bad_input_is_refused_and_keeps_what_was_typed(post, incident, look, fields, sentence):
    answer = post(**fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Kept" in answer.text or fields["message"] != "Kept"
    assert look(incident).updates == []


@pytest.mark.parametrize("notify", [True, False])
def test_subscribers_hear_of_it_if_asked_for(post, run_jobs, mailbox, notify):
    make_subscriber()
    post(status="3", message="Better.", **({"notify": "y"} if notify else {}))
    run_jobs()
    assert len(mailbox.to("sue@example.org")) == int(notify)


def test_an_update_is_corrected_and_the_incident_follows(browser, post, incident, look):
    post(status="3", message="Beter.")
    look(incident)
    page = browser.get(update_path(incident)).text
    assert "Beter." in page
    answer = browser.submit(update_path(incident), status="2", message="Better.")
    assert answer.location == f"/dashboard/incidents/{incident.id}"
    assert look(incident).updates[0].message == "Better."
    assert incident.status is IncidentStatus.IDENTIFIED
    refused = browser.submit(update_path(incident), status="2", message="")
    assert refused.status_code == 422
    assert "Please fill this in." in refused.text


def test_an_update_is_taken_back(browser, post, incident, look):
    post(status="3", message="<script>alert(1)</script>")
    look(incident)
    path = update_path(incident, "/delete")
    assert "Delete this update?" in browser.get(path).text
    assert "<script>alert" not in browser.get(f"/dashboard/incidents/{incident.id}").text
    assert browser.submit(path).status_code == 302
    assert look(incident).updates == []
    assert incident.status is IncidentStatus.INVESTIGATING
    assert browser.submit(path).status_code == 404


def test_an_update_is_found_under_its_own_incident_only(browser, post, incident, look):
    post(status="3", message="Better.")
    other = make_incident("Another")
    update = look(incident).updates[0]
    assert browser.get(f"/dashboard/incidents/{other.id}/updates/{update.id}").status_code == 404
    assert browser.submit(f"/dashboard/incidents/{other.id}/updates/{update.id}/delete").status_code == 404
    db.session.rollback()
    assert incident.updates == [update]


def test_the_preview_is_what_readers_will_get(browser):
    browser.get("/dashboard/")
    answer = browser.submit("/dashboard/preview", text="**Hm** <script>alert(1)</script> [x](javascript:alert(1))")
    assert answer.status_code == 200
    assert "<strong>Hm</strong>" in answer.text
    assert "<script>" not in answer.text
    assert "href" not in answer.text
    assert browser.submit("/dashboard/preview", text="x" * 15_001).status_code == 422
    assert browser.submit("/dashboard/preview").text == ""
