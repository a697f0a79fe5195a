"""The clock's round over planned work."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.jobs import maintenances
from app.lib import clock
from app.models import Event, Maintenance, Setting, StatusChange, Window
from app.models.enums import ComponentStatus, MaintenanceState
from tests.factories import make_component, make_maintenance

HOUR = timedelta(hours=1)
WORK, OK = ComponentStatus.UNDER_MAINTENANCE, ComponentStatus.OPERATIONAL
START = datetime(2031, 6, 3, 22, tzinfo=UTC)  # a Tuesday


@pytest.fixture
def at(monkeypatch):
    """at(moment): it is that time from now on, and the clock has just ticked."""

    def set_time(moment):
        monkeypatch.setattr("app.lib.clock.now", lambda: moment)
        maintenances.tick()
        db.session.expire_all()

    return set_time


def dates():
    return db.session.scalars(sa.select(Maintenance).where(Maintenance.series_id.is_not(None)).order_by(Maintenance.id))


def test_work_begins_and_finishes_by_the_clock(installed, at):
    api = make_component()
    work = make_maintenance(starts_at=START, components=[api])
    at(START - HOUR * 0.1)
    assert (work.state, api.status) == (MaintenanceState.PLANNED, OK)
    at(START + timedelta(seconds=15))
    assert (work.state, api.status, api.status_since) == (MaintenanceState.IN_PROGRESS, WORK, START)
    at(START + HOUR * 2 + timedelta(seconds=10))
    assert (work.state, api.status, api.status_since) == (MaintenanceState.FINISHED, OK, START + HOUR * 2)


def test_what_the_clock_missed_altogether_took_place_as_planned(installed, at):
    api = make_component()
    work = make_maintenance(starts_at=START, components=[api])
    at(START + HOUR * 30)
    window = db.session.scalar(sa.select(Window))
    assert (work.state, window.began_at, window.ended_at) == (MaintenanceState.FINISHED, START, START + HOUR * 2)
    changes = db.session.scalars(sa.select(StatusChange).order_by(StatusChange.at)).all()
    assert [(change.new, change.at) for change in changes] == [(WORK, START), (OK, START + HOUR * 2)]


def test_two_rounds_at_once_do_everything_once(installed, at):
    make_maintenance(starts_at=START, rule="FREQ=DAILY", components=[make_component()])
    make_maintenance(starts_at=START)
    for _round in range(2):
        at(START + HOUR)
    for _round in range(2):
        at(START + HOUR * 3)
    names = [event.name for event in db.session.scalars(sa.select(Event))]
    assert (names.count("maintenance.begun"), names.count("maintenance.finished")) == (2, 2)
    assert len(db.session.scalars(sa.select(Window)).all()) == 1


def test_one_that_fails_holds_up_no_other(installed, at, caplog):
    broken = make_maintenance("Broken", starts_at=START, rule="FREQ=DAILY")
    fine = make_maintenance("Fine", starts_at=START)
    db.session.execute(sa.update(Maintenance).where(Maintenance.id == broken.id).values(rule="FREQ=NEVER"))
    db.session.commit()
    at(START + HOUR)
    assert fine.state is MaintenanceState.IN_PROGRESS
    assert f"maintenance {broken.id} did not keep to its plan" in caplog.text


def test_what_is_done_by_hand_the_clock_leaves_alone(installed, at):
    api = make_component()
    work = make_maintenance(starts_at=START, components=[api], auto_begin=False, auto_finish=False)
    at(START + HOUR)
    assert work.state is MaintenanceState.PLANNED
    work.begin(actor=None)
    db.session.commit()
    at(START + HOUR * 9)
    assert (work.state, api.status) == (MaintenanceState.IN_PROGRESS, WORK)


def test_each_date_of_a_series_becomes_a_maintenance_of_its_own(installed, at):
    api = make_component()
    series = make_maintenance(starts_at=START, rule="FREQ=WEEKLY;BYDAY=TU,TH", components=[api])
    at(START + HOUR)
    (first,) = dates()
    assert (first.state, first.series_at, api.status, series.state) == (
        MaintenanceState.IN_PROGRESS,
        START,
        WORK,
        MaintenanceState.PLANNED,
    )
    at(START + HOUR * 3)
    assert (first.state, api.status) == (MaintenanceState.FINISHED, OK)
    assert series.next_dates(1)[0].starts_at == START + timedelta(days=2)
    at(START + timedelta(days=2, hours=1))
    assert [date.state for date in dates()] == [MaintenanceState.FINISHED, MaintenanceState.IN_PROGRESS]


def test_dates_missed_while_the_clock_was_away_took_place_and_rounds_are_bounded(installed, at):
    make_maintenance(starts_at=START, rule="FREQ=DAILY")
    at(START + timedelta(days=120))
    assert len(list(dates())) == 50
    for _round in range(3):
        at(START + timedelta(days=120))
    states = [date.state for date in dates()]
    assert len(states) == 121 and states.count(MaintenanceState.FINISHED) == 120
    assert list(dates())[7].finished_at == START + timedelta(days=7, hours=2)


def test_a_series_is_over_after_its_last_date(installed, at):
    series = make_maintenance(starts_at=START, rule="FREQ=DAILY;COUNT=2")
    at(START + HOUR)
    assert series.is_open
    at(START + HOUR * 25)
    assert not series.is_open and len(list(dates())) == 2
    at(START + HOUR * 27)
    assert [date.state for date in dates()] == [MaintenanceState.FINISHED] * 2


def test_a_reminder_takes_its_date_out_and_so_does_nothing_else(installed, at):
    series = make_maintenance(starts_at=START, rule="FREQ=DAILY")
    at(START - HOUR * 2)
    assert list(dates()) == []
    at(START - HOUR * 0.9)
    at(START - HOUR * 0.8)
    (first,) = dates()
    assert first.reminded_at and first.state is MaintenanceState.PLANNED
    assert [slot.maintenance for slot in Maintenance.upcoming(None)] == [first]
    assert series.next_dates(1)[0].starts_at == START + timedelta(days=1)


def test_a_moved_date_begins_when_it_was_moved_to_and_a_cancelled_one_never(installed, at):
    series = make_maintenance(starts_at=START, rule="FREQ=DAILY")
    series.occurrence(START).move(START + HOUR * 5, START + HOUR * 6, actor=None)
    series.occurrence(START + timedelta(days=1)).cancel(actor=None)
    db.session.commit()
    at(START + HOUR)
    assert [date.state for date in dates()] == [MaintenanceState.PLANNED, MaintenanceState.CANCELLED]
    at(START + HOUR * 5.5)
    at(START + HOUR * 25)
    assert [date.state for date in dates()] == [MaintenanceState.FINISHED, MaintenanceState.CANCELLED]


def test_dates_begun_by_hand_wait_while_their_time_lasts_and_vanish_after_it(installed, at):
    make_maintenance(starts_at=START, rule="FREQ=DAILY", auto_begin=False)
    at(START + HOUR)
    assert [date.state for date in dates()] == [MaintenanceState.PLANNED]
    at(START + timedelta(days=5, hours=12))
    assert len(list(dates())) == 1


def test_a_fresh_page_has_nothing_to_do(installed, at):
    at(START)
    assert Maintenance.due(START) == []
    Setting.set(maintenance_reminder=10**6)
    assert Maintenance.due(clock.now()) == []
