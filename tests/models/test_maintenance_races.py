"""Two who do something with the same planned work: whoever comes second goes by what the first has made of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event as Flag

import pytest
import sqlalchemy as sa

from app.errors import Conflict, Invalid, NotFound
from app.extensions import db
from app.jobs import maintenances
from app.lib import clock
from app.models import Maintenance, MaintenanceUpdate, Window
from app.models.enums import ComponentStatus, MaintenanceState
from tests.consistency import assert_consistent
from tests.factories import make_component, make_maintenance
from tests.processes import wait_until
from tests.queries import count_queries

OK, WORK = ComponentStatus.OPERATIONAL, ComponentStatus.UNDER_MAINTENANCE
PLANNED, RUNNING, FINISHED, CANCELLED = MaintenanceState
HOUR = timedelta(hours=1)
START = datetime(2031, 6, 3, 22, tzinfo=UTC)


@pytest.fixture
def elsewhere(app, installed, monkeypatch):
    """elsewhere(row, verb): another session does that and commits, and this one still has what it had read."""
    monkeypatch.setattr(db.session(), "expire_on_commit", False)

    def do(row, verb):
        if isinstance(row, Maintenance):
            for name in ("components", "windows", "updates", "series"):
                getattr(row, name)
        db.session.commit()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(in_a_session, app, type(row), row.id, verb).result()

    return do


def in_a_session(app, model, id, verb):
    with app.app_context():
        verb(db.session.get_one(model, id))
        db.session.commit()


def test_deleted_while_it_begins_it_leaves_nothing_under_maintenance(elsewhere):
    api = make_component()
    work = make_maintenance(components=[api])
    elsewhere(work, lambda work: work.begin(actor=None))
    work.delete(actor=None)
    db.session.commit()
    db.session.expire_all()
    assert (api.status, db.session.scalars(sa.select(Window)).all()) == (OK, [])
    assert_consistent()


def test_what_has_just_begun_is_not_moved_to_another_start(elsewhere):
    work = make_maintenance()
    elsewhere(work, lambda work: work.begin(actor=None))
    with pytest.raises(Invalid):
        work.move(work.starts_at + HOUR, work.ends_at + HOUR, actor=None)
    db.session.rollback()
    assert work.state is RUNNING


def test_a_component_named_while_it_is_finished_does_not_stay_under_maintenance(elsewhere):
    api, web = make_component("API"), make_component("Web")
    work = make_maintenance(starts_at=clock.ago(hours=1), components=[api])
    elsewhere(work, lambda work: work.finish(actor=None))
    work.edit(components=[api, web], actor=None)
    db.session.commit()
    db.session.expire_all()
    assert (work.state, api.status, web.status) == (FINISHED, OK, OK)
    assert {window.ended_at for window in work.windows} == {work.finished_at}
    assert_consistent()


def test_components_named_while_it_begins_are_those_that_it_covers(elsewhere):
    api, web = make_component("API"), make_component("Web")
    work = make_maintenance(components=[api])
    elsewhere(work, lambda work: work.begin(actor=None))
    work.edit(components=[web], actor=None)
    db.session.commit()
    db.session.expire_all()
    assert (work.state, api.status, web.status) == (RUNNING, OK, WORK)
    assert_consistent()


def test_the_clock_does_not_begin_what_was_moved_meanwhile(elsewhere):
    work = make_maintenance(starts_at=START)
    elsewhere(work, lambda work: work.move(START + HOUR, START + HOUR * 3, actor=None))
    work.catch_up(START)
    assert (work.state, work.starts_at) == (PLANNED, START + HOUR)


@pytest.mark.parametrize("deed", ["move", "delete"])
def test_a_round_of_the_clock_goes_by_what_it_holds(app, installed, monkeypatch, caplog, deed):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one lock for all")
    id = make_maintenance(starts_at=START).id
    db.session.remove()
    deeds = [deed]

    def meanwhile(_row, _context):
        if deeds:  # the first to read it is the clock
            name = deeds.pop()
            times = {"starts_at": START + HOUR, "ends_at": START + HOUR * 3} if name == "move" else {}
            with ThreadPoolExecutor(1) as pool:
                pool.submit(in_a_session, app, Maintenance, id, lambda row: getattr(row, name)(actor=None, **times))

    monkeypatch.setattr("app.lib.clock.now", lambda: START)
    sa.event.listen(Maintenance, "load", meanwhile)
    try:
        maintenances.tick()
    finally:
        sa.event.remove(Maintenance, "load", meanwhile)
    left = [(work.state, work.starts_at) for work in db.session.scalars(Maintenance.listed())]
    assert (deeds, left) == ([], [(PLANNED, START + HOUR)] if deed == "move" else [])
    assert "did not keep to its plan" not in caplog.text


@pytest.mark.parametrize(
    "deed",
    [
        lambda work: work.begin(actor=None),
        lambda work: work.finish(actor=None),
        lambda work: work.cancel(actor=None),
        lambda work: work.move(START, START + HOUR, actor=None),
        lambda work: work.edit(name="Other", actor=None),
        lambda work: work.post_update("…", actor=None),
        lambda work: work.delete(actor=None),
        lambda work: work.occurrence(START),
        lambda work: work.catch_up(START),
    ],
    ids=["begin", "finish", "cancel", "move", "edit", "post_update", "delete", "occurrence", "catch_up"],
)
def test_what_was_deleted_meanwhile_is_gone_for_whatever_comes_next(elsewhere, deed):
    work = make_maintenance(starts_at=clock.ago(hours=1), components=[make_component()])
    elsewhere(work, lambda work: work.delete(actor=None))
    with pytest.raises(NotFound):
        deed(work)
    assert_consistent()


def test_a_cancelled_series_gives_no_date_any_more(elsewhere):
    series = make_maintenance(starts_at=START, rule="FREQ=DAILY")
    elsewhere(series, lambda series: series.cancel(actor=None))
    with pytest.raises(Conflict):
        series.occurrence(START)


def test_a_date_taken_out_while_its_series_is_cancelled_is_cancelled_too(app, installed):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one lock for all")
    series = make_maintenance(starts_at=START, rule="FREQ=DAILY")
    id = series.id
    series.occurrence(START)
    waits = Flag()

    def note(_connection, _cursor, statement, *_rest):
        if " FOR " in statement and "FROM maintenances" in statement:
            waits.set()

    with ThreadPoolExecutor(1) as pool:
        sa.event.listen(db.engine, "before_cursor_execute", note)
        try:
            asked = pool.submit(in_a_session, app, Maintenance, id, lambda series: series.cancel(actor=None))
            wait_until(lambda: waits.is_set() or asked.done(), 30, "the other's wait")
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", note)
            db.session.commit()
        asked.result()
    assert {work.state for work in db.session.scalars(Maintenance.listed())} == {CANCELLED}


def test_a_date_holds_its_components_before_it_names_them(installed):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one lock for all")
    series = make_maintenance(starts_at=START, rule="FREQ=DAILY", components=[make_component()])
    with count_queries() as sent:
        series.occurrence(START)
    (named,) = (place for place, said in enumerate(sent) if "INSERT INTO maintenance_components" in said)
    assert any("FROM components" in said and " FOR " in said for said in sent[:named])


def test_a_series_counts_what_is_said_of_it_and_of_its_dates(elsewhere):
    series = make_maintenance(starts_at=START, rule="FREQ=DAILY")
    date = series.occurrence(START)
    elsewhere(series, lambda series: series.edit(name="Other", actor=None))
    date.post_update("…", actor=None)
    db.session.commit()
    assert (series.name, series.sequence) == ("Other", 2)


@pytest.mark.parametrize("model", [Maintenance, MaintenanceUpdate])
@pytest.mark.parametrize(
    "deed", [lambda said: said.edit(message="1", actor=None), lambda said: said.delete(actor=None)]
)
def test_an_update_taken_back_meanwhile_is_gone(elsewhere, model, deed):
    work = make_maintenance()
    said = work.post_update("One.", actor=None)
    gone = {Maintenance: work, MaintenanceUpdate: said}[model]
    elsewhere(gone, lambda gone: gone.delete(actor=None))
    with pytest.raises(NotFound):
        deed(said)
