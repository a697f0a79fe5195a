from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import Conflict, Invalid, NotFound
from app.extensions import db
from app.lib import clock
from app.models import Component, Maintenance, Setting, StatusChange, Window
from app.models.enums import ComponentStatus, IncidentStatus, MaintenanceState, Visibility
from tests.factories import make_component, make_incident, make_maintenance

OK, SLOW, PARTIAL, MAJOR, WORK = (ComponentStatus(value) for value in (1, 2, 3, 4, 6))
PLANNED, RUNNING, FINISHED, CANCELLED = MaintenanceState
HOUR = timedelta(hours=1)
START = datetime(2031, 6, 3, 22, tzinfo=UTC)  # a Tuesday


def test_components_are_under_maintenance_while_it_runs(olive):
    api, web = make_component("API"), make_component("Web")
    work = make_maintenance(components=[api])
    assert (work.state, api.status) == (PLANNED, OK)
    work.begin(actor=olive)
    db.session.commit()
    assert (work.state, api.status, web.status) == (RUNNING, WORK, OK)
    work.finish(actor=olive)
    db.session.commit()
    assert (work.state, api.status) == (FINISHED, OK)


def test_a_component_goes_back_to_what_it_was(olive):
    api = make_component()
    make_incident(impacts={api: MAJOR})
    work = make_maintenance(starts_at=clock.ago(hours=1), components=[api])
    assert api.status is MAJOR
    db.session.scalar(Maintenance.listed()).cancel(actor=olive)
    api.say_status(SLOW, actor=olive)
    assert (work.state, api.status) == (CANCELLED, SLOW)


def test_a_start_in_the_past_begins_at_once_from_then(olive):
    api = make_component()
    start = clock.ago(hours=1)
    work = make_maintenance(starts_at=start, components=[api])
    assert (api.status, api.status_since, work.began_at) == (WORK, start, start)


def test_what_is_entered_when_it_was_over_never_touches_the_present(olive):
    api = make_component()
    work = make_maintenance(starts_at=clock.ago(days=2), components=[api])
    assert (work.state, api.status, work.finished_at) == (FINISHED, OK, work.ends_at)
    changes = db.session.scalars(sa.select(StatusChange).order_by(StatusChange.at)).all()
    assert [change.at for change in changes] == [work.starts_at, work.ends_at]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"ends_at": START}, "ends_at"),
        ({"ends_at": START - HOUR}, "ends_at"),
        ({"ends_at": START + timedelta(days=400)}, "ends_at"),
        ({"starts_at": datetime(9000, 1, 1, tzinfo=UTC), "ends_at": datetime(9000, 1, 2, tzinfo=UTC)}, "starts_at"),
        ({"publish_at": START + HOUR}, "publish_at"),
        ({"rule": "every now and then"}, "rule"),
        ({"rule": "FREQ=MINUTELY"}, "rule"),
        ({"rule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}, "rule"),
        ({"rule": "FREQ=DAILY", "ends_at": START + HOUR * 25}, "rule"),
        ({"rule": "FREQ=DAILY;UNTIL=20200101"}, "rule"),
        ({"rule": "FREQ=MONTHLY;BYMONTHDAY=" + ",".join(["+10"] * 100)}, "rule"),
    ],
)
def test_plans_that_cannot_be_meant_are_refused(olive, fields, wrong):
    work = make_maintenance("Fine", starts_at=START)
    with pytest.raises(Invalid) as error:
        make_maintenance(**{"starts_at": START, **fields})
    assert set(error.value.fields) == {wrong}
    db.session.rollback()
    with pytest.raises(Invalid):
        work.edit(actor=olive, **fields)
    db.session.rollback()
    assert (work.starts_at, work.rule) == (START, "")
    assert len(db.session.scalars(Maintenance.listed()).all()) == 1


@pytest.mark.parametrize("end", ["finish", "cancel"])
def test_what_is_over_takes_no_more_steps(olive, end):
    work = make_maintenance(starts_at=clock.ago(hours=1))
    getattr(work, end)(actor=olive)
    for step in ("begin", "finish", "cancel"):
        with pytest.raises(Conflict):
            getattr(work, step)(actor=olive)
    with pytest.raises(Conflict):
        work.move(START, START + HOUR, actor=olive)
    work.edit(name="Another name", components=[], actor=olive)
    assert work.name == "Another name"


def test_steps_out_of_order_are_refused(olive):
    work, series = make_maintenance(), make_maintenance(rule="FREQ=DAILY")
    with pytest.raises(Conflict):
        work.finish(actor=olive)
    with pytest.raises(Conflict):
        series.begin(actor=olive)
    work.begin(actor=olive)
    with pytest.raises(Conflict):
        work.begin(actor=olive)
    with pytest.raises(Invalid):
        work.move(START, START + HOUR, actor=olive)
    work.delete(actor=olive)
    with pytest.raises(NotFound):
        work.begin(actor=olive)


def test_moving_counts_its_sequence_and_a_running_one_moves_its_end(olive):
    work = make_maintenance()
    work.move(START, START + HOUR, actor=olive)
    assert (work.starts_at, work.sequence) == (START, 1)
    work.move(START, START + HOUR, actor=olive)
    assert work.sequence == 1
    work.begin(actor=olive)
    work.move(START, START + HOUR * 3, actor=olive)
    assert (work.ends_at, work.sequence, work.state) == (START + HOUR * 3, 3, RUNNING)


def test_begun_by_hand_after_its_end_it_takes_as_long_as_planned(olive):
    work = make_maintenance(starts_at=clock.ago(hours=9), auto_begin=False)
    work.begin(actor=olive)
    assert work.ends_at - work.began_at == HOUR * 2
    Maintenance.tick(clock.now())
    assert work.state is RUNNING


def test_components_come_and_go_while_it_runs_and_afterwards_for_all_of_its_time(olive):
    api, web = make_component("API"), make_component("Web")
    work = make_maintenance(starts_at=clock.ago(hours=1), components=[api])
    work.edit(components=[web], actor=olive)
    assert (api.status, web.status) == (OK, WORK)
    assert len(work.windows) == 2
    work.finish(actor=olive)
    began, finished = work.began_at, work.finished_at
    work.edit(components=[api], actor=olive)
    db.session.commit()
    (first, second) = db.session.scalars(sa.select(Window).order_by(Window.id))
    assert {first.component_id, second.component_id} == {api.id}
    assert (second.began_at, second.ended_at) == (began, finished)
    assert (api.status, web.status) == (OK, OK)


def test_deleting_it_puts_the_past_right(olive):
    api = make_component()
    work = make_maintenance(starts_at=clock.ago(hours=1), components=[api])
    series = make_maintenance(starts_at=clock.ago(minutes=30), rule="FREQ=DAILY", components=[api])
    Maintenance.tick(clock.now())
    assert len(db.session.scalars(sa.select(Window)).all()) == 2
    work.delete(actor=olive)
    assert api.status is WORK
    series.delete(actor=olive)
    db.session.commit()
    assert (api.status, db.session.scalars(sa.select(StatusChange)).all()) == (OK, [])
    assert db.session.scalars(Maintenance.listed()).all() == []


def test_updates_are_said_corrected_and_taken_back(olive):
    work = make_maintenance()
    first, second = (work.post_update(text, actor=olive) for text in ("One.", "Two."))
    assert [update.message for update in work.updates] == ["Two.", "One."]
    first.edit(message="1", actor=olive)
    second.delete(actor=olive)
    db.session.commit()
    assert [update.message for update in work.updates] == ["1"]
    with pytest.raises(Invalid):
        work.post_update(" ", actor=olive)


def test_guests_see_what_is_published_and_for_everyone(olive):
    make_maintenance("Public")
    make_maintenance("Ours", visibility=Visibility.MEMBERS)
    make_maintenance("Hidden", visibility=Visibility.HIDDEN)
    make_maintenance("Draft", publish_at=clock.now() + HOUR)
    make_maintenance("Running", starts_at=clock.ago(hours=1))
    make_maintenance("Done", starts_at=clock.ago(days=1))
    assert [slot.name for slot in Maintenance.upcoming(None)] == ["Public"]
    assert [slot.name for slot in Maintenance.upcoming(olive)] == ["Public", "Ours"]
    assert [work.name for work in Maintenance.running(None)] == ["Running"]
    assert [work.name for work in db.session.scalars(Maintenance.past(None))] == ["Done"]
    assert {work.name for work in db.session.scalars(Maintenance.visible_to(None))} == {"Public", "Running", "Done"}
    assert len(db.session.scalars(Maintenance.visible_to(olive)).all()) == 6


def test_the_first_date_is_the_first_that_the_rule_gives(olive):
    Setting.set(timezone="Europe/Berlin")
    series = make_maintenance(starts_at=START, rule="rrule:freq=weekly;byday=fr")
    assert (series.rule, series.zone) == ("FREQ=WEEKLY;BYDAY=FR", "Europe/Berlin")
    assert (series.starts_at, series.ends_at) == (START + timedelta(days=2), START + timedelta(days=2, hours=2))
    assert [slot.starts_at for slot in series.next_dates(2)] == [START + timedelta(days=2), START + timedelta(days=9)]


def test_a_date_is_taken_out_once_and_not_computed_again(olive):
    api = make_component()
    series = make_maintenance(starts_at=START, rule="FREQ=DAILY", components=[api])
    date = series.occurrence(START, actor=olive)
    assert series.occurrence(START) is date
    assert (date.components, date.series, date.rule, date.uid != series.uid) == ([api], series, "", True)
    date.cancel(actor=olive)
    assert [slot.series_at for slot in series.next_dates(1)] == [START + timedelta(days=1)]
    with pytest.raises(Conflict):
        series.occurrence(START + HOUR)


def test_cancelling_a_series_stops_what_is_to_come_and_keeps_what_was(olive):
    series = make_maintenance(starts_at=clock.ago(hours=1), rule="FREQ=DAILY")
    Maintenance.tick(clock.now())
    (running,) = Maintenance.running(None)
    moved = series.occurrence(series.next_dates(1)[0].starts_at)
    series.cancel(actor=olive)
    db.session.commit()
    assert (series.state, running.state, moved.state) == (CANCELLED, RUNNING, CANCELLED)
    assert series.next_dates() == [] and Maintenance.upcoming(None) == []
    Maintenance.tick(clock.now() + timedelta(days=9))
    assert len(db.session.scalars(series.dates_of()).all()) == 2


def test_editing_a_series_changes_the_dates_that_nobody_has_touched(olive):
    series = make_maintenance(starts_at=START, rule="FREQ=DAILY")
    touched = series.occurrence(START + timedelta(days=1), actor=olive)
    touched.edit(name="Special", actor=olive)
    series.edit(name="Other", starts_at=START + HOUR, ends_at=START + HOUR * 2, actor=olive)
    db.session.commit()
    assert (touched.name, touched.starts_at) == ("Special", START + timedelta(days=1))
    days = [(slot.name, slot.starts_at) for slot in series.next_dates(2)]
    assert days == [("Other", START + HOUR), ("Other", START + HOUR + timedelta(days=2))]  # not the touched day twice


def test_a_series_becomes_a_single_maintenance_and_back(olive):
    series = make_maintenance(starts_at=clock.ago(days=3), rule="FREQ=DAILY;COUNT=90")
    following = series.next_dates(1)[0].starts_at
    series.edit(rule="", actor=olive)
    assert (series.is_series, series.starts_at, series.state) == (False, following, PLANNED)
    series.edit(rule="FREQ=WEEKLY", actor=olive)
    assert [slot.starts_at for slot in series.next_dates(2)] == [following, following + timedelta(days=7)]


def test_upcoming_asks_the_database_equally_often_however_much_is_planned(olive):
    def count():
        queries = []
        sa.event.listen(db.engine, "before_cursor_execute", note := lambda *args: queries.append(args[2]))
        try:
            db.session.expire_all()
            for slot in Maintenance.upcoming(None):
                assert slot.component_ids
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", note)
        return len(queries)

    api = make_component()
    make_maintenance(components=[api], rule="FREQ=DAILY")
    few = count()
    for _more in range(4):
        make_maintenance(components=[api])
        make_maintenance(components=[api], rule="FREQ=WEEKLY")
    assert count() == few


ACTS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["open", "update", "say"]), st.sampled_from([OK, SLOW, PARTIAL, MAJOR])),
        st.tuples(st.sampled_from(["fix", "begin", "finish", "cancel", "delete", "drop", "add"]), st.none()),
    ),
    max_size=10,
)


@given(acts=ACTS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_the_status_is_the_worst_of_what_holds(installed, acts):
    api, baseline, incidents, works = make_component(), OK, [], []
    for act, status in acts:
        if act == "open":
            incidents.append([make_incident(impacts={api: status}), status])
        elif act == "say":
            api.say_status(status, actor=None)
            baseline, incidents = status, [[incident, status] for incident, _before in incidents]
        elif act == "update" and incidents:
            said = {"status": IncidentStatus.IDENTIFIED, "message": "…", "impacts": {api: status}}
            incidents[-1][0].post_update(**said, actor=None)
            incidents[-1][1] = status
        elif act == "fix" and incidents:
            incidents.pop()[0].fix(actor=None)
        elif act == "begin":
            works.append([make_maintenance(components=[api]), True])
            works[-1][0].begin(actor=None)
        elif act in ("finish", "cancel", "delete") and works:
            getattr(works.pop()[0], act)(actor=None)
        elif act in ("drop", "add") and works:
            works[-1][0].edit(components=[api] if act == "add" else [], actor=None)
            works[-1][1] = act == "add"
        db.session.commit()
        held = [baseline, *(impact for _incident, impact in incidents), *(WORK for _work, covers in works if covers)]
        assert db.session.get_one(Component, api.id).status is ComponentStatus.worst(held)
