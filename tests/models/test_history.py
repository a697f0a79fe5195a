from datetime import UTC, date, datetime, timedelta

import pytest

from app.extensions import db
from app.models import Setting
from app.models.enums import ComponentStatus, IncidentStatus, Visibility
from app.models.history import Found, History, known_components
from app.models.impact import Impact
from app.models.incident import Incident
from app.models.maintenance import Maintenance
from app.models.recalled import Stretch as Suffered
from tests.factories import make_component, make_group
from tests.queries import count_queries

NOW = datetime(2026, 8, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def august(installed, monkeypatch):
    monkeypatch.setattr("app.lib.clock.now", lambda: NOW)


def at(month: int, day: int, hour: int = 10, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def recall(name, began, ended=None, component=None, status=ComponentStatus.MAJOR_OUTAGE, **fields) -> Incident:
    ended = ended or began + timedelta(hours=2)
    impacts = [Suffered(component, status, began, ended)] if component else []
    fields.setdefault("message", "We are looking into it.")
    incident = Incident.recall(
        name=name, occurred_at=began, fixed_at=ended, status=IncidentStatus.FIXED, actor=None, impacts=impacts, **fields
    )
    db.session.commit()
    return incident


def work(name="New disks", began=None, **fields) -> Maintenance:
    began = began or at(8, 5)
    row = Maintenance(
        name=name, starts_at=began, ends_at=began + timedelta(hours=1), began_at=began, finished_at=began, **fields
    )
    db.session.add(row)
    db.session.commit()
    return row


def names(history: History) -> dict[date, list[str]]:
    return {day.date: [entry.thing.name for entry in day.entries] for day in history.days if day.entries}


def test_every_day_up_to_today_is_told_newest_first_and_quiet_ones_are_folded():
    api = make_component()
    recall("Down", at(8, 10), component=api)
    history = History.load(None)
    assert [day.date.day for day in history.days] == list(range(20, 0, -1))
    told = [(stretch.oldest.date.day, stretch.newest.date.day) for stretch in history.stretches]
    assert told == [(11, 20), (10, 10), (1, 9)]
    assert history.anchors[date(2026, 8, 15)][1] == date(2026, 8, 20)
    assert history.days[10].worst is ComponentStatus.MAJOR_OUTAGE


def test_what_goes_on_past_midnight_is_continued_on_the_next_days():
    recall("Long", at(7, 30), at(8, 3, 0))
    history = History.load(None, "2026-08")
    assert names(history) == {}
    assert {day.date.day for day in history.days if day.continued} == {1, 2}


@pytest.mark.parametrize(
    "text", ["", "x", "2026-13", "2026-00", "9999-12", "2026-09", "0001-01", "2026-8", "２０２６-07"]
)
def test_a_month_that_is_none_or_to_come_or_before_everything_is_the_present_one(text):
    recall("Down", at(7, 10))
    assert History.load(None, text).month == date(2026, 8, 1)


def test_older_and_newer_skip_months_in_which_nothing_began():
    recall("First", at(11, 3, year=2025))
    recall("Second", at(3, 3))
    recall("Third", at(8, 3))
    march = History.load(None, "2026-03")
    assert (march.older, march.newer, march.first) == (date(2025, 11, 1), date(2026, 8, 1), date(2025, 11, 1))
    assert (History.load(None).newer, History.load(None, "2025-11").older) == (None, None)
    assert [month.isoformat()[:7] for month in march.months][::9] == ["2026-08", "2025-11"]


def test_days_are_those_of_the_page_s_zone():
    Setting.set(timezone="Pacific/Auckland")
    recall("Late", at(7, 31, 20))
    assert names(History.load(None, "2026-08")) == {date(2026, 8, 1): ["Late"]}


def test_guests_see_neither_what_is_for_members_nor_what_is_hidden():
    recall("For all", at(8, 2))
    for visibility in (Visibility.MEMBERS, Visibility.HIDDEN):
        recall("Not for all", at(6, 2), visibility=visibility)
        work("Not for all", at(6, 3), visibility=visibility)
    work("Draft", at(6, 4), publish_at=NOW + timedelta(days=1))
    history = History.load(None, "2026-06")
    assert (history.month, history.first, history.older) == (date(2026, 8, 1), date(2026, 8, 1), None)
    assert Found.load(None, "Not for all", [], None, 1).total == 0


def test_members_see_what_is_for_members(olive):
    recall("For members", at(6, 2), visibility=Visibility.MEMBERS)
    assert names(History.load(olive, "2026-06")) == {date(2026, 6, 2): ["For members"]}


def test_one_component_alone():
    api, web = make_component("API"), make_component("Web")
    both = recall("Both", at(8, 4), component=api, status=ComponentStatus.PERFORMANCE_ISSUES)
    worse = {"status": ComponentStatus.MAJOR_OUTAGE, "began_at": at(8, 4), "ended_at": at(8, 5)}
    both.impacts.append(Impact(component=web, **worse))
    recall("Only the web", at(8, 6), component=web)
    work("On the API", components=[api])
    db.session.commit()
    history = History.load(None, component_id=api.id)
    assert names(history) == {date(2026, 8, 5): ["On the API"], date(2026, 8, 4): ["Both"]}
    (entry,) = next(day.entries for day in history.days if day.date.day == 4)
    assert entry.worst is ComponentStatus.PERFORMANCE_ISSUES
    assert [component.name for component in entry.components] == ["API", "Web"]


def test_a_component_that_may_not_be_seen_is_none_and_is_not_named():
    hidden = make_component("Secret", visibility=Visibility.MEMBERS)
    recall("Down", at(8, 4), component=hidden)
    history = History.load(None, component_id=hidden.id)
    assert history.component is None
    (entry,) = history.days[16].entries
    assert (entry.components, entry.worst) == ([], ComponentStatus.OPERATIONAL)


def test_uptimes_of_the_page_are_the_mean_and_of_a_component_its_own():
    api, _web = make_component("API"), make_component("Web")
    recall("Down", at(8, 4, 0), at(8, 5, 0), component=api)
    make_component("Counted nowhere", show_uptime=False)
    assert History.load(None).uptime[30] == pytest.approx(100 * (1 - 1 / 60))
    assert History.load(None, component_id=api.id).uptime[30] == pytest.approx(100 * (1 - 1 / 30))
    assert set(History.load(None).uptime) == {30, 60, 90, 365}


def test_a_group_s_uptime_is_the_mean_of_those_of_its_components_that_count():
    core = make_group("Core")
    api, web = make_component("API", group=core), make_component("Web", group=core)
    make_component("Counted nowhere", group=core, show_uptime=False)
    make_component("Alone")
    recall("Down", at(8, 4, 0), at(8, 5, 0), component=api)
    recall("Long ago", at(1, 4, 0), at(1, 6, 0), component=web)
    history = History.load(None)
    (group, rest) = history.sections
    assert [component.name for component in group.components] == ["API", "Web"]
    assert history.uptimes.of(group.components) == {
        30: pytest.approx(100 * (1 - 0.5 / 30)),
        60: pytest.approx(100 * (1 - 0.5 / 60)),
        90: pytest.approx(100 * (1 - 0.5 / 90)),
        365: pytest.approx(100 * (1 - 1.5 / 365)),
    }
    assert history.uptimes.of(rest.components)[365] == 100
    assert history.uptime[365] == pytest.approx(100 * (1 - 1 / 365))


def test_nothing_counts_where_no_uptime_is_shown():
    make_component("Counted nowhere", group=make_group(), show_uptime=False)
    history = History.load(None)
    assert (history.sections, history.uptime) == ([], {})


def test_maintenance_that_was_cancelled_is_kept_and_what_is_planned_or_a_series_is_not():
    work("Cancelled", at(8, 3)).began_at = None
    Maintenance.query.filter_by(name="Cancelled").one().cancelled_at = at(8, 2)
    work("Planned", at(8, 19)).began_at = None
    Maintenance.query.filter_by(name="Planned").one().finished_at = None
    work("Series", at(8, 7), rule="FREQ=DAILY")
    db.session.commit()
    history = History.load(None)
    assert names(history) == {date(2026, 8, 3): ["Cancelled"]}
    assert history.days[17].entries[0].was_cancelled and history.days[17].worst is ComponentStatus.OPERATIONAL


def test_words_are_found_in_names_messages_and_updates_newest_first():
    recall("Slow mail", at(1, 1))
    recall("Other", at(2, 1), message="The mail queue is long.")
    told = recall("Third", at(3, 1))
    told.post_update(status=IncidentStatus.FIXED, message="MAIL flows again.", actor=None)
    work("Mail servers", at(4, 1))
    db.session.commit()
    assert [entry.thing.name for entry in Found.load(None, "mail", [], None, 1)] == [
        "Mail servers", "Third", "Other", "Slow mail",
    ]  # fmt: skip


@pytest.mark.parametrize("words", ["%", "_", "\\", "100%"])
def test_signs_of_the_database_are_words(words):
    recall("Down", at(1, 1))
    assert Found.load(None, words, [], None, 1).total == 0
    recall(f"Load {words} high", at(2, 1))
    assert Found.load(None, words, [], None, 1).total == 1


def test_fifty_a_page_and_a_page_past_the_end_is_the_last():
    for number in range(51):
        recall(f"Down {number}", at(1, 1) + timedelta(hours=number))
    first, last = Found.load(None, "down", [], None, 1), Found.load(None, "down", [], None, 10**6)
    assert (len(first.items), first.pages, last.page, len(last.items)) == (50, 2, 2, 1)


def test_the_same_number_of_queries_whatever_the_month_holds():
    components = [make_component(f"Component {n}") for n in range(3)]
    counts = []
    for round_ in range(2):
        for number in range(1 + round_ * 10):
            recall(f"Down {number}", at(8, 1 + number), component=components[number % 3])
            work(f"Work {number}", at(8, 2 + number), components=[components[number % 3]])
        db.session.expire_all()
        with count_queries() as sent:
            history = History.load(None)
            assert [entry.components for day in history.days for entry in day.entries]
        with count_queries() as searched:
            shown, component = known_components(None, None)
            found = Found.load(None, "o", shown, component, 1)
            assert [entry.components for entry in found]
        counts.append((len(sent), len(searched)))
    assert counts[0] == counts[1]
