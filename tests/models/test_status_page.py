from datetime import UTC, datetime, timedelta

import pytest

from app.lib import clock
from app.models import Setting, StatusPage
from app.models.enums import Collapse, ComponentStatus, IncidentStatus, Verdict, Visibility
from tests.factories import make_component, make_group, make_incident

OK, SLOW, PARTIAL, MAJOR, UNKNOWN = (ComponentStatus(value) for value in (1, 2, 3, 4, 5))


@pytest.mark.parametrize(
    ("statuses", "verdict"),
    [
        ([], Verdict.OPERATIONAL),
        ([OK, OK], Verdict.OPERATIONAL),
        ([OK, UNKNOWN], Verdict.UNKNOWN),
        ([OK, SLOW], Verdict.ISSUES),
        ([SLOW, PARTIAL], Verdict.PARTIAL_OUTAGE),
        ([OK, OK, MAJOR], Verdict.SOME_MAJOR_OUTAGE),
        ([OK, MAJOR], Verdict.MAJOR_OUTAGE),
        ([OK, ComponentStatus.UNDER_MAINTENANCE], Verdict.MAINTENANCE),
    ],
)
def test_the_verdict(installed, statuses, verdict):
    for number, status in enumerate(statuses):
        make_component(f"c{number}", status=status)
    assert StatusPage.load(None).verdict is verdict


def test_an_open_incident_without_components_makes_it_issues(installed):
    make_component()
    make_incident()
    assert StatusPage.load(None).verdict is Verdict.ISSUES


def test_an_open_incident_on_hidden_components_alone_is_no_outage_to_guests_but_not_nothing(installed):
    make_component("API")
    make_incident(impacts={make_component("Ours", visibility=Visibility.MEMBERS): MAJOR})
    assert StatusPage.load(None).verdict is Verdict.ISSUES


def test_hidden_things_never_colour_the_page_for_guests(olive):
    make_component("API")
    make_component("Ours", status=MAJOR, visibility=Visibility.MEMBERS)
    make_incident(visibility=Visibility.MEMBERS)
    assert StatusPage.load(None).verdict is Verdict.OPERATIONAL
    assert StatusPage.load(olive).verdict is Verdict.MAJOR_OUTAGE


def test_a_group_folds_by_its_rule(installed):
    for number, rule in enumerate(Collapse):
        make_component(group=make_group(f"g{number}", collapse=rule))
    assert [section.is_folded for section in StatusPage.load(None).sections] == [False, True, True]
    make_component("bad", status=SLOW, group=StatusPage.load(None).sections[2].group)
    assert [section.is_folded for section in StatusPage.load(None).sections] == [False, True, False]


def test_incidents_stand_under_the_day_of_the_pages_zone(installed, monkeypatch):
    noon = datetime(2026, 8, 20, 12, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: noon)
    make_incident(occurred_at=datetime(2026, 8, 19, 13, tzinfo=UTC), status=IncidentStatus.FIXED)

    def day_of_it():
        return [str(day.date) for day in StatusPage.load(None).timeline.days if day.incidents]

    assert day_of_it() == ["2026-08-19"]
    Setting.set(timezone="Pacific/Auckland")
    assert day_of_it() == ["2026-08-20"]


def test_older_leads_to_the_next_day_with_an_incident_and_ends(installed):
    long_ago = clock.ago(days=40)
    make_incident(occurred_at=long_ago, status=IncidentStatus.FIXED)
    first = StatusPage.load(None).timeline
    assert first.older == long_ago.date()
    assert first.newer is None
    second = StatusPage.load(None, start=first.older).timeline
    assert second.days[0].incidents
    assert second.older is None
    assert second.newer == long_ago.date() + timedelta(days=7)
