from datetime import timedelta

from app.extensions import db
from app.lib import clock
from app.models import Event
from app.models.enums import ComponentStatus, IncidentStatus, Verdict, Visibility
from app.models.notice import Notice
from app.models.standing import Standing
from tests.factories import make_component, make_group, make_incident, make_maintenance, make_subscriber


def test_a_fresh_dashboard_says_what_to_do_first(browser):
    page = browser.get("/dashboard/").text
    assert "Add your first component" in page
    assert "Nothing is open" in page


def test_the_tiles_say_how_things_are(browser):
    make_incident(impacts={make_component(): ComponentStatus.PARTIAL_OUTAGE})
    make_subscriber("new@example.org")
    make_subscriber("silent@example.org", verified=False)
    old = make_subscriber("old@example.org")
    old.verified_at = clock.ago(days=30)
    db.session.add(Notice(event_id=db.session.scalar(db.select(Event.id).limit(1)), subscriber_id=old.id))
    db.session.commit()
    page = browser.get("/dashboard/").text
    tiles = page[page.index('class="tiles"') : page.index('class="cols overview"')]
    assert "Partial outage" in tiles
    assert "<strong>2</strong><small>+1 this week</small>" in tiles
    assert "<strong>1</strong><small>to go · 0 failed</small>" in tiles
    assert 'value="0" max="1"' in tiles


def test_hidden_incidents_are_listed_and_do_not_colour_the_status(browser):
    make_component()
    make_incident("Between us", visibility=Visibility.HIDDEN)
    page = browser.get("/dashboard/").text
    assert "Between us" in page
    assert "Hidden" in page
    assert "Operational" in page[page.index('class="tiles"') : page.index('class="cols overview"')]


def test_the_status_is_that_of_the_page_whatever_is_hidden(browser, olive):
    def tells(verdict):
        page = browser.get("/dashboard/").text
        assert Standing.load(olive).verdict is verdict
        assert str(verdict.short) in page[page.index('class="tiles"') : page.index('class="cols overview"')]

    make_component()
    group = make_group(visibility=Visibility.HIDDEN)
    secret = make_component("Secret", group=group, status=ComponentStatus.MAJOR_OUTAGE)
    make_maintenance("Quiet", starts_in=timedelta(hours=-1), visibility=Visibility.HIDDEN)
    tells(Verdict.OPERATIONAL)
    make_maintenance("Known", starts_in=timedelta(hours=-1), visibility=Visibility.MEMBERS)
    tells(Verdict.MAINTENANCE)
    make_incident("Ours", impacts={secret: ComponentStatus.MAJOR_OUTAGE}, visibility=Visibility.MEMBERS)
    tells(Verdict.ISSUES)


def test_what_stands_in_a_hidden_group_does_not_count_for_the_uptime(browser):
    make_component()
    secret = make_component("Secret", group=make_group(visibility=Visibility.HIDDEN))
    make_incident(impacts={secret: ComponentStatus.MAJOR_OUTAGE}, occurred_at=clock.ago(days=3))
    assert "<strong>100</strong><small>%" in browser.get("/dashboard/").text


def test_disabled_components_have_no_quick_status(browser):
    make_component("Museum piece", enabled=False)
    assert "Museum piece" not in browser.get("/dashboard/").text


def test_marking_fixed_asks_for_nothing(browser, look):
    api = make_component()
    incident = make_incident(impacts={api: ComponentStatus.MAJOR_OUTAGE})
    browser.get("/dashboard/")
    answer = browser.submit(f"/dashboard/incidents/{incident.id}/updates", status="4", message="", notify="y")
    assert answer.status_code == 302
    assert look(incident).status is IncidentStatus.FIXED
    assert incident.updates[0].message == "This incident has been fixed."
    assert api.status is ComponentStatus.OPERATIONAL


def test_two_who_mark_it_fixed_at_once_say_it_once(browser, look):
    incident = make_incident()
    browser.get("/dashboard/")
    for _ in range(2):
        answer = browser.submit(f"/dashboard/incidents/{incident.id}/updates", status="4", message="")
    assert answer.status_code == 302
    assert "fixed already" in browser.get(answer.location).text
    assert len(look(incident).updates) == 1


def test_the_overview_asks_a_fixed_number_of_queries(queries):
    def plan(number):
        parts = [make_component(f"Part {number}")]
        make_maintenance(f"Runs {number}", starts_in=timedelta(minutes=-5), components=parts)
        make_maintenance(f"Planned {number}", components=parts)
        make_maintenance(f"Weekly {number}", rule="FREQ=WEEKLY", components=parts)

    make_incident("First", impacts={make_component("One"): ComponentStatus.MAJOR_OUTAGE})
    plan(0)
    few = queries("/dashboard/")
    for number in range(1, 12):
        plan(number)
    for number in range(12):
        parts = {make_component(f"C{number}"): ComponentStatus.PARTIAL_OUTAGE}
        make_incident(f"Incident {number}", impacts=parts).post_update(
            status=IncidentStatus.WATCHING, message="Better.", actor=None
        )
    db.session.commit()
    assert queries("/dashboard/") == few <= 15
