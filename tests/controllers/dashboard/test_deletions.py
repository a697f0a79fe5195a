"""What was deleted comes back by a click: at once beside the word that it is gone, or from the list for a month."""

import re
from datetime import timedelta

import sqlalchemy as sa

from app.extensions import db
from app.jobs import housekeeping
from app.lib import clock
from app.models import Deletion, Incident, IncidentTemplate
from app.models.enums import ComponentStatus
from tests.factories import make_component, make_incident


def delete(browser, incident):
    path = f"/dashboard/incidents/{incident.id}/delete"
    browser.get(path)
    return browser.submit(path)


def undo_in(page):
    return re.search(r'action="(/dashboard/deleted/\d+/restore)"', page.text)[1]


def test_undo_stands_beside_the_word_that_it_is_gone(browser, client):
    api = make_component(name="API")
    incident = make_incident(name="Slow answers", impacts={api: ComponentStatus.MAJOR_OUTAGE})
    delete(browser, incident)
    page = browser.get("/dashboard/incidents")
    assert "Slow answers has been deleted." in page.text
    assert "Slow answers" not in client.get("/").text
    assert "Undo" not in browser.get("/dashboard/incidents").text
    answer = browser.submit(undo_in(page))
    assert answer.location == f"/dashboard/incidents/{incident.id}"
    assert "Slow answers is back." in browser.get(answer.location).text
    public = client.get("/").text
    assert "Slow answers" in public
    assert "Major outage" in public


def test_the_list_names_who_and_when(browser):
    assert "Nothing was deleted in the last 30 days" in browser.get("/dashboard/deleted").text
    delete(browser, make_incident(name="Slow answers"))
    page = browser.get("/dashboard/deleted")
    assert re.search(r"Slow answers.*Incident.*ed.*Put back", page.text, re.S)
    browser.submit(undo_in(page))
    assert "Nothing was deleted in the last 30 days" in browser.get("/dashboard/deleted").text


def test_a_second_click_finds_it_there(browser):
    delete(browser, make_incident(name="Slow answers"))
    path = undo_in(browser.get("/dashboard/deleted"))
    browser.submit(path)
    answer = browser.submit(path)
    assert answer.location == "/dashboard/deleted"
    assert "It has been put back already." in browser.get(answer.location).text
    assert len(db.session.scalars(sa.select(Incident)).all()) == 1


def test_the_list_asks_as_often_for_a_thousand(browser, queries):
    for number in range(3):
        IncidentTemplate.create(name=f"Outage {number}", body="x", actor=None).delete(actor=None)
    db.session.commit()
    few = queries("/dashboard/deleted")
    for number in range(100):
        IncidentTemplate.create(name=f"Outage {number}", body="x", actor=None).delete(actor=None)
    db.session.commit()
    assert queries("/dashboard/deleted") == few
    assert browser.get("/dashboard/deleted?page=2").status_code == 200


def test_the_clock_forgets_it_after_thirty_days(browser, monkeypatch):
    delete(browser, make_incident(name="Slow answers"))
    housekeeping.prune_deletions()
    assert db.session.scalar(sa.select(Deletion)) is not None
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr("app.lib.clock.now", lambda: later)
    housekeeping.prune_deletions()
    assert db.session.scalar(sa.select(Deletion)) is None
