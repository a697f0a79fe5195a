"""What is news, when it was told, and what it is called."""

from datetime import UTC, datetime, timedelta

import pytest

from app.extensions import db
from app.models import Incident, news
from app.models.enums import ComponentStatus, IncidentStatus, MaintenanceState
from app.models.news_piece import of_incident, of_maintenance
from app.models.recalled import Stretch, Told
from app.models.recalled_work import recall_work
from tests.clocks import stopped
from tests.factories import make_component, make_group, make_incident, make_maintenance

NOW = datetime(2026, 8, 21, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def at(app, monkeypatch):
    """Sets the clock, which stands still."""
    with stopped(monkeypatch) as put:
        put(NOW)
        yield put


def told(pieces) -> list[tuple]:
    return [(piece.kind, piece.state, piece.at) for piece in pieces]


def names(stories) -> set[str]:
    return {story.thing.name for story in stories}


def recalled(**fields) -> Incident:
    fields = {"name": "Long ago", "message": "It broke.", "status": IncidentStatus.FIXED, **fields}
    incident = Incident.recall(actor=None, **fields)
    db.session.commit()
    return incident


def test_a_report_is_told_when_it_is_written_though_it_began_before(at):
    incident = make_incident(occurred_at=NOW - HOUR)
    assert told(of_incident(incident)) == [("report", IncidentStatus.INVESTIGATING, NOW)]
    ahead = make_incident(occurred_at=NOW + HOUR)
    assert told(of_incident(ahead)) == [("report", IncidentStatus.INVESTIGATING, NOW)]


def test_what_was_over_when_it_was_written_down_is_dated_as_it_was(at):
    incident = recalled(
        occurred_at=NOW - 9 * DAY,
        fixed_at=NOW - 8 * DAY,
        updates=[Told(NOW - 8 * DAY, IncidentStatus.FIXED, "It is over.")],
    )
    assert [piece.at for piece in of_incident(incident)] == [NOW - 9 * DAY, NOW - 8 * DAY]


def test_names_of_pieces_survive_another_import(at):
    api = make_component()
    began = NOW - 9 * DAY
    story = {
        "updates": [Told(began + HOUR, IncidentStatus.WATCHING, text) for text in ("One.", "Another at that time.")],
        "impacts": [Stretch(api, ComponentStatus.MAJOR_OUTAGE, began, began + DAY)],
    }
    incident = recalled(occurred_at=began, fixed_at=began + DAY, **story)
    before = [piece.key for piece in of_incident(incident)]
    assert len(set(before)) == len(before) == 4
    story["updates"].append(Told(began + DAY, IncidentStatus.FIXED, "Over."))
    incident.retell(actor=None, occurred_at=began, fixed_at=began + DAY, status=IncidentStatus.FIXED, **story)
    db.session.commit()
    after = [piece.key for piece in of_incident(incident)]
    assert after[:3] == before[:3] and len(set(after)) == len(after) == 4


def test_an_end_without_a_word_is_news_too(at):
    incident = make_incident()
    at(NOW + HOUR)
    incident.edit(status=IncidentStatus.FIXED, actor=None)
    db.session.commit()
    assert told(of_incident(incident))[1:] == [("fixed", IncidentStatus.FIXED, NOW + HOUR)]
    at(NOW + 2 * HOUR)
    incident.post_update(status=IncidentStatus.FIXED, message="All is well.", actor=None)
    db.session.commit()
    assert [piece.kind for piece in of_incident(incident)] == ["report", "update"]


def test_work_that_runs_longer_is_told_anew_under_way(at):
    work = make_maintenance(starts_in=-HOUR, lasts=2 * HOUR)
    assert told(of_maintenance(work)) == [("begun", MaintenanceState.IN_PROGRESS, NOW)]
    at(NOW + HOUR / 2)
    work.move(work.starts_at, work.ends_at + HOUR, actor=None)
    db.session.commit()
    assert told(of_maintenance(work)) == [
        ("planned", MaintenanceState.IN_PROGRESS, NOW + HOUR / 2),
        ("begun", MaintenanceState.IN_PROGRESS, NOW),
    ]


def test_an_end_with_a_word_is_told_once(at):
    work = make_maintenance(starts_in=-HOUR, lasts=3 * HOUR)
    at(NOW + HOUR)
    work.finish(actor=None, message="All done.")
    db.session.commit()
    assert told(of_maintenance(work))[1:] == [("update", MaintenanceState.FINISHED, NOW + HOUR)]


def test_a_series_is_told_once_and_its_dates_when_they_come(at):
    series = make_maintenance("Weekly", starts_in=HOUR, rule="FREQ=DAILY")
    assert told(of_maintenance(series)) == [("planned", MaintenanceState.PLANNED, NOW)]
    at(NOW + HOUR)
    series.catch_up(NOW + HOUR)
    db.session.commit()
    date = db.session.scalars(series.dates_of()).one()
    assert told(of_maintenance(date)) == [("begun", MaintenanceState.IN_PROGRESS, NOW + HOUR)]
    other = series.occurrence(NOW + DAY + HOUR)
    assert of_maintenance(other) == []
    at(NOW + 2 * HOUR)
    other.move(other.starts_at + HOUR, other.ends_at + HOUR, actor=None)
    db.session.commit()
    assert told(of_maintenance(other)) == [("planned", MaintenanceState.PLANNED, NOW + 2 * HOUR)]
    series.cancel(actor=None)
    db.session.commit()
    assert told(of_maintenance(series))[-1] == ("cancelled", MaintenanceState.CANCELLED, NOW + 2 * HOUR)


def test_work_of_the_past_is_dated_as_it_was(at):
    began = NOW - 9 * DAY
    work = recall_work(
        actor=None, name="Old", message="", starts_at=began, ends_at=began + HOUR, began_at=began,
        finished_at=began + HOUR, announced_at=began - DAY, updates=[(began + HOUR / 2, "Half.")],
    )  # fmt: skip
    db.session.commit()
    assert told(of_maintenance(work)) == [
        ("planned", MaintenanceState.PLANNED, began - DAY),
        ("begun", MaintenanceState.IN_PROGRESS, began),
        ("update", MaintenanceState.IN_PROGRESS, began + HOUR / 2),
        ("finished", MaintenanceState.FINISHED, began + HOUR),
    ]


def test_work_that_is_announced_later_is_told_then(at):
    work = make_maintenance(starts_in=DAY, publish_at=NOW + HOUR)
    assert news.load() == []
    at(NOW + HOUR)
    work.catch_up(NOW + HOUR)
    db.session.commit()
    (story,) = news.load()
    assert told(story.pieces) == [("planned", MaintenanceState.PLANNED, NOW + HOUR)]


def test_what_is_a_year_old_is_news_no_more_unless_somebody_speaks(at):
    for name in ("Silent", "Spoken of"):
        recalled(name=name, occurred_at=NOW - 800 * DAY, fixed_at=NOW - 799 * DAY)
    recalled(name="Last week", occurred_at=NOW - 7 * DAY, fixed_at=NOW - 6 * DAY)
    old = db.session.scalars(Incident.listed(words="Spoken of")).one()
    old.post_update(status=IncidentStatus.FIXED, message="What we learned.", actor=None)
    db.session.commit()
    assert names(news.load()) == {"Spoken of", "Last week"}


def test_the_newest_words_count_of_more_than_there_is_room_for(at, monkeypatch):
    monkeypatch.setattr(news, "MOST", 3)
    first, oldest = make_incident("First"), make_maintenance("First work", starts_in=-HOUR / 2, lasts=HOUR)
    for n in range(4):
        at(NOW + (n + 1) * HOUR)
        make_incident(f"Later {n}")
        make_maintenance(f"Work {n}")
    at(NOW + 9 * HOUR)
    first.post_update(status=IncidentStatus.WATCHING, message="More.", actor=None)
    oldest.post_update("More.", actor=None)
    db.session.commit()
    assert names(news.load()) == {"First", "Later 3", "Later 2", "First work", "Work 3", "Work 2"}


def test_a_component_and_a_group_have_what_touched_them(at):
    core = make_group()
    api, web, other = make_component("API", group=core), make_component("Web", group=core), make_component("Other")
    for part in (api, web, other):
        make_incident(f"{part.name} down", impacts={part: ComponentStatus.MAJOR_OUTAGE})
        make_maintenance(f"{part.name} work", components=[part])
    assert names(news.load(component=api)) == {"API down", "API work"}
    assert names(news.load(group=core)) == {"API down", "API work", "Web down", "Web work"}
    (story,) = [story for story in news.load(component=web) if isinstance(story.thing, Incident)]
    assert [component.name for component in story.components] == ["Web"]
