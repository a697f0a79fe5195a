from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import Invalid
from app.extensions import db
from app.lib import clock
from app.models import Event, Incident, StatusChange
from app.models.enums import ComponentStatus, IncidentStatus, Visibility
from tests.factories import make_component, make_incident

OK, SLOW, PARTIAL, MAJOR = (ComponentStatus(value) for value in (1, 2, 3, 4))
FIXED, IDENTIFIED, WATCHING = IncidentStatus.FIXED, IncidentStatus.IDENTIFIED, IncidentStatus.WATCHING


def names():
    return [event.name for event in db.session.scalars(sa.select(Event).order_by(Event.id)) if "incident" in event.name]


def test_fixing_an_incident_puts_its_components_right_again(olive):
    api, web = make_component("API"), make_component("Web")
    incident = make_incident(impacts={api: MAJOR, web: PARTIAL})
    assert (api.status, web.status) == (MAJOR, PARTIAL)

    incident.post_update(status=FIXED, message="Back to normal.", actor=olive)
    db.session.commit()

    assert (api.status, web.status) == (OK, OK)
    assert not incident.is_open
    assert incident.worst_impacts == {api: MAJOR, web: PARTIAL}


def test_the_status_follows_the_newest_update(olive):
    incident = make_incident()
    incident.post_update(status=IDENTIFIED, message="Found it.", actor=olive)
    last = incident.post_update(status=WATCHING, message="Looks good.", actor=olive)
    db.session.commit()
    assert incident.status is WATCHING
    last.delete(actor=olive)
    db.session.commit()
    assert incident.status is IDENTIFIED
    assert incident.opened_as is IncidentStatus.INVESTIGATING


def test_another_word_after_the_fix_opens_it_again_with_its_impacts(olive):
    api = make_component()
    incident = make_incident(impacts={api: PARTIAL})
    incident.post_update(status=FIXED, message="Done.", actor=olive)
    incident.post_update(status=IDENTIFIED, message="It came back.", actor=olive)
    db.session.commit()
    assert incident.is_open
    assert api.status is PARTIAL
    assert names() == ["incident.reported", "incident.fixed", "incident.reopened"]


def test_opened_again_a_component_has_one_impact_though_it_was_corrected_after_the_fix(olive):
    api = make_component()
    incident = make_incident(impacts={api: MAJOR})
    incident.fix(actor=olive)
    incident.edit(impacts={api: SLOW}, actor=olive)
    incident.post_update(status=IDENTIFIED, message="It came back.", actor=olive)
    db.session.commit()
    assert api.status is SLOW
    incident.post_update(status=IDENTIFIED, message="It runs again.", impacts={api: OK}, actor=olive)
    db.session.commit()
    assert api.status is OK


def test_what_began_in_an_update_does_not_move_with_the_start_of_the_incident(olive):
    api, web = make_component("API"), make_component("Web")
    start = clock.now() - timedelta(hours=3)
    incident = make_incident(impacts={api: MAJOR}, occurred_at=start)
    incident.post_update(status=IDENTIFIED, message="It spreads.", impacts={web: SLOW}, actor=olive)
    lone = make_incident(occurred_at=start)
    lone.post_update(status=IDENTIFIED, message="It begins to show.", impacts={web: SLOW}, actor=olive)
    db.session.commit()
    spread, shown = incident.impacts[1].began_at, lone.impacts[0].began_at

    for edited in (incident, lone):
        edited.edit(occurred_at=start - timedelta(hours=2), actor=olive)
    db.session.commit()

    assert [impact.began_at for impact in incident.impacts] == [start - timedelta(hours=2), spread]
    assert [impact.began_at for impact in lone.impacts] == [shown]


def test_an_update_may_change_impacts_and_add_components(olive):
    api, web = make_component("API"), make_component("Web")
    incident = make_incident(impacts={api: MAJOR})
    incident.post_update(status=IDENTIFIED, message="Less bad.", impacts={api: SLOW, web: PARTIAL}, actor=olive)
    db.session.commit()
    assert (api.status, web.status) == (SLOW, PARTIAL)


def test_deleting_an_open_incident_frees_its_components(olive):
    api = make_component()
    make_incident(impacts={api: MAJOR}).delete(actor=olive)
    db.session.commit()
    assert api.status is OK


def test_a_component_that_was_not_affected_after_all(olive):
    api = make_component()
    incident = make_incident(impacts={api: MAJOR})
    incident.drop_component(api, actor=olive)
    db.session.commit()
    assert api.status is OK
    assert incident.components == []


def test_an_incident_reported_when_it_was_over_never_touches_the_present(olive):
    api = make_component()
    incident = make_incident(impacts={api: MAJOR}, status=FIXED, occurred_at=clock.ago(hours=2))
    assert api.status is OK
    assert incident.worst_impacts == {api: MAJOR}


def test_moving_the_start_moves_the_impacts(olive):
    api = make_component()
    incident = make_incident(impacts={api: MAJOR})
    earlier = clock.ago(hours=5)
    incident.edit(occurred_at=earlier, actor=olive)
    db.session.commit()
    assert [impact.began_at for impact in incident.impacts] == [earlier]


def test_an_incident_cannot_put_a_component_under_maintenance(installed):
    with pytest.raises(Invalid):
        make_incident(impacts={make_component(): ComponentStatus.UNDER_MAINTENANCE})


def test_guests_see_only_what_is_for_everyone(olive):
    make_incident("Public")
    make_incident("Ours", visibility=Visibility.MEMBERS)
    make_incident("Hidden", visibility=Visibility.HIDDEN)
    assert [i.name for i in db.session.scalars(Incident.on_page(None))] == ["Public"]
    assert [i.name for i in db.session.scalars(Incident.on_page(olive))] == ["Ours", "Public"]


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("open"), st.sampled_from([OK, SLOW, PARTIAL, MAJOR])),
        st.tuples(st.just("update"), st.sampled_from([OK, SLOW, PARTIAL, MAJOR])),
        st.tuples(st.just("fix"), st.none()),
        st.tuples(st.just("say"), st.sampled_from([OK, SLOW, PARTIAL, MAJOR])),
        st.tuples(st.just("delete"), st.none()),
    ),
    max_size=8,
)


@given(acts=ACTS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_the_status_is_the_worst_of_what_was_said(installed, acts):
    api, baseline, open_now = make_component(), OK, []
    for act, status in acts:
        if act == "open":
            open_now.append([make_incident(impacts={api: status}), status])
        elif act == "say":
            api.say_status(status, actor=None)
            baseline, open_now = status, [[incident, status] for incident, _before in open_now]
        elif open_now and act == "update":
            open_now[-1][0].post_update(status=IDENTIFIED, message="…", impacts={api: status}, actor=None)
            open_now[-1][1] = status
        elif open_now and act == "fix":
            open_now.pop()[0].post_update(status=FIXED, message="…", actor=None)
        elif open_now and act == "delete":
            open_now.pop()[0].delete(actor=None)
        db.session.commit()
        assert api.status is ComponentStatus.worst([baseline, *(impact for _incident, impact in open_now)])


@pytest.fixture
def at(monkeypatch):
    """at(hours): the time is so many hours after ten o'clock of a day long gone; returns it."""

    def put(hours: float) -> datetime:
        moment = datetime(2026, 3, 4, 10, 0, tzinfo=UTC) + timedelta(hours=hours)
        monkeypatch.setattr(clock, "now", lambda: moment)
        return moment

    put(0)
    return put


def stretches(component):
    """The hours, counted from ten o'clock, at which its status changed, and to what."""
    changes = sa.select(StatusChange).filter_by(component_id=component.id).order_by(StatusChange.at)
    return [
        ((c.at - datetime(2026, 3, 4, 10, 0, tzinfo=UTC)) / timedelta(hours=1), c.new)
        for c in db.session.scalars(changes)
    ]


def test_a_fix_that_is_taken_back_never_was(olive, at):
    api = make_component()
    at(1)
    incident = make_incident(impacts={api: MAJOR})
    at(2)
    fix = incident.fix(actor=olive)
    at(5)
    fix.delete(actor=olive)
    db.session.commit()
    assert stretches(api) == [(1, MAJOR)]
    assert incident.is_open


def test_an_update_that_is_taken_back_takes_what_it_did_to_components_back(olive, at):
    api, web = make_component("API"), make_component("Web")
    at(1)
    incident = make_incident(impacts={api: SLOW})
    at(2)
    update = incident.post_update(status=IDENTIFIED, message="Worse.", impacts={api: MAJOR, web: PARTIAL}, actor=olive)
    db.session.commit()
    at(5)
    update.delete(actor=olive)
    db.session.commit()
    assert (stretches(api), stretches(web)) == ([(1, SLOW)], [])
    assert incident.components == [api]


def test_what_was_said_of_a_component_after_an_update_outlives_it(olive, at):
    api = make_component()
    at(1)
    incident = make_incident(impacts={api: SLOW})
    at(2)
    update = incident.post_update(status=IDENTIFIED, message="Worse.", impacts={api: MAJOR}, actor=olive)
    at(3)
    api.say_status(PARTIAL, actor=olive)
    at(5)
    update.delete(actor=olive)
    db.session.commit()
    assert stretches(api) == [(1, SLOW), (3, PARTIAL)]


def test_opened_again_by_mistake_it_was_over_when_it_was_said_to_be(olive, at):
    api = make_component()
    at(1)
    incident = make_incident(impacts={api: MAJOR})
    over = at(2)
    incident.fix(actor=olive)
    at(4)
    again = incident.post_update(status=IDENTIFIED, message="Again?", actor=olive)
    at(6)
    again.delete(actor=olive)
    db.session.commit()
    assert stretches(api) == [(1, MAJOR), (2, OK)]
    assert incident.fixed_at == over


def test_what_is_over_has_begun(olive, at):
    api = make_component()
    now = at(0)
    incident = make_incident(impacts={api: MAJOR}, occurred_at=now + timedelta(hours=3))
    over = at(1)
    incident.fix(actor=olive)
    done = make_incident(impacts={api: MAJOR}, status=FIXED, occurred_at=over + timedelta(hours=3))
    db.session.commit()
    assert stretches(api) == [(0, MAJOR), (1, OK)]
    assert (incident.occurred_at, incident.fixed_at, done.fixed_at) == (over, over, over)
    incident.edit(occurred_at=over + timedelta(hours=9), actor=olive)
    assert incident.occurred_at == incident.fixed_at == over


def test_what_begins_in_the_future_is_felt_from_now_on_in_impact_and_history_alike(installed):
    component = make_component()
    incident = make_incident(impacts={component: ComponentStatus.MAJOR_OUTAGE}, occurred_at=clock.now() + timedelta(1))
    assert db.session.scalar(sa.select(StatusChange.at)) == incident.impacts[0].began_at
