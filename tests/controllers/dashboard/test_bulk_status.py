"""One status for several components at once."""

from app.extensions import db
from app.models.enums import ComponentStatus
from tests.browser import chromium, page, serving
from tests.factories import make_component, make_incident, make_subscriber
from tests.people import PASSWORD

PATH = "/dashboard/components/status"


def test_all_that_are_chosen_take_it_and_no_other(browser, client):
    parts = [make_component(name=name) for name in ("API", "Web", "Mail")]
    incident = make_incident(impacts={parts[0]: ComponentStatus.PERFORMANCE_ISSUES})
    browser.get("/dashboard/components")
    answer = browser.submit(PATH, ids=[parts[0].id, parts[1].id], status="4")
    assert answer.location == "/dashboard/components"
    assert "2 components: Major outage" in browser.get(answer.location).text
    db.session.expire_all()
    assert [part.status for part in parts] == [
        ComponentStatus.MAJOR_OUTAGE,
        ComponentStatus.MAJOR_OUTAGE,
        ComponentStatus.OPERATIONAL,
    ]
    assert incident.present_impacts == {parts[0]: ComponentStatus.MAJOR_OUTAGE}


def test_subscribers_hear_of_it_if_wanted(browser, run_jobs, mailbox):
    part = make_component(name="API")
    make_subscriber()
    browser.get("/dashboard/components")
    browser.submit(PATH, ids=part.id, status="3")
    run_jobs()
    assert mailbox.messages == []
    browser.submit(PATH, ids=part.id, status="4", notify="y")
    run_jobs()
    assert [message["Subject"] for message in mailbox.messages] != []


def test_what_cannot_be_done_changes_nothing(browser):
    part = make_component(name="API")
    browser.get("/dashboard/components")
    for sent in ({"ids": part.id, "status": "9"}, {"status": "4"}, {"ids": [part.id, 77], "status": "4"}, {"ids": "x"}):
        assert browser.submit(PATH, **sent).status_code == 422, sent
    db.session.expire_all()
    assert part.status is ComponentStatus.OPERATIONAL


def test_two_clicks_and_a_choice(app, ed):
    parts = [make_component(name=name) for name in ("API", "Web", "Mail")]
    db.session.commit()
    with serving(app) as url, chromium() as browser, page(browser) as tab:
        tab.goto(f"{url}/auth/login?next=/dashboard/components")
        tab.locator("[name=login]").fill("ed")
        tab.locator("[name=password]").fill(PASSWORD)
        tab.keyboard.press("Enter")
        tab.get_by_text("Chosen: 0").wait_for()
        assert tab.locator("#bulk select").is_disabled()
        tab.get_by_label("Choose API").check()
        assert tab.get_by_text("Chosen: 1").is_visible()
        tab.get_by_role("button", name="Choose all").click()
        tab.locator("#bulk select").select_option(label="Partial outage")
        tab.get_by_role("button", name="Set status").click()
        tab.get_by_text("3 components: Partial outage").wait_for()
    db.session.rollback()
    db.session.expire_all()
    assert {part.status for part in parts} == {ComponentStatus.PARTIAL_OUTAGE}
