import pytest
import sqlalchemy as sa

from app.extensions import db
from app.lib import clock
from app.models import Component, Event, StatusChange
from app.models.base import LARGEST_INTEGER
from app.models.enums import ComponentStatus, IncidentStatus, Visibility
from tests.factories import make_component, make_group, make_incident
from tests.queries import count_queries

OK, SLOW, PARTIAL, MAJOR, UNKNOWN, WORK = ComponentStatus


def changes(component):
    rows = db.session.scalars(sa.select(StatusChange).filter_by(component_id=component.id).order_by(StatusChange.id))
    return [(row.old, row.new) for row in rows]


def test_the_current_status_is_the_worst_of_baseline_and_open_impacts(olive):
    api = make_component(status=SLOW)
    first = make_incident(impacts={api: PARTIAL})
    second = make_incident(impacts={api: MAJOR})
    assert api.status is MAJOR
    second.post_update(status=IncidentStatus.FIXED, message="Done.", actor=olive)
    assert api.status is PARTIAL
    first.post_update(status=IncidentStatus.FIXED, message="Done.", actor=olive)
    assert api.status is SLOW


def test_saying_a_status_outright_overrules_open_incidents(olive):
    api = make_component()
    incident = make_incident(impacts={api: MAJOR})
    api.say_status(OK, actor=olive)
    db.session.commit()
    assert api.status is OK
    assert incident.worst_impacts == {api: OK}
    assert incident.is_open


def test_under_maintenance_is_said_of_the_component_and_of_no_incident(olive):
    api = make_component()
    incident = make_incident(impacts={api: MAJOR})
    api.say_status(WORK, actor=olive)
    assert (api.status, incident.worst_impacts) == (WORK, {api: OK})
    incident.fix(actor=olive)
    assert api.status is WORK


def test_what_an_incident_eases_recovers_with_the_incidents(olive):
    api = make_component(status=PARTIAL)
    worse, milder = make_incident(impacts={api: MAJOR}), make_incident(impacts={api: OK})
    made = make_incident(impacts={api: SLOW})
    api.ease(SLOW, actor=olive)
    assert api.status is SLOW
    assert (worse.worst_impacts, milder.worst_impacts) == ({api: SLOW}, {api: OK})
    for incident in (made, worse):
        assert api.status is SLOW
        incident.fix(actor=olive)
    assert api.status is api.baseline is OK


def test_easing_leaves_alone_what_is_not_worse(olive):
    api = make_component(status=SLOW)
    incident = make_incident(impacts={api: PARTIAL})
    api.ease(PARTIAL, actor=olive)
    db.session.commit()
    incident.fix(actor=olive)
    assert api.status is api.baseline is SLOW
    assert not db.session.scalars(sa.select(Event).filter_by(name="component.status_changed")).all()


def test_every_change_of_status_is_kept_with_its_time_cause_and_author(olive):
    api = make_component()
    began = clock.ago(hours=3)
    incident = make_incident(impacts={api: PARTIAL}, occurred_at=began, actor=olive)
    change = db.session.scalar(sa.select(StatusChange))
    assert (change.old, change.new, change.at) == (OK, PARTIAL, began)
    assert (change.cause_type, change.cause_id, change.actor_label) == ("Incident", incident.id, "olive")


def test_nothing_is_noted_when_nothing_changes(olive):
    api = make_component()
    api.say_status(OK, actor=olive)
    db.session.commit()
    assert changes(api) == []
    assert not db.session.scalars(sa.select(Event).filter_by(name="component.status_changed")).all()


def test_a_guest_sees_neither_disabled_nor_members_only_components(installed, olive):
    secret = make_group("Secret", visibility=Visibility.MEMBERS)
    make_component("Public")
    make_component("Off", enabled=False)
    make_component("Ours", visibility=Visibility.MEMBERS)
    make_component("In secret", group=secret)
    make_component("Hidden", visibility=Visibility.HIDDEN)
    assert [c.name for c in db.session.scalars(Component.visible_to(None))] == ["Public"]
    assert [c.name for c in db.session.scalars(Component.on_page(olive))] == ["Public", "Ours", "In secret"]


def test_deleting_a_component_takes_its_impacts_along(olive):
    api, web = make_component("API"), make_component("Web")
    incident = make_incident(impacts={api: MAJOR, web: SLOW})
    api.delete(actor=olive)
    db.session.commit()
    db.session.expire_all()
    assert incident.components == [web]


def test_deleting_a_group_keeps_its_components(olive):
    group = make_group()
    api = make_component(group=group)
    group.delete(actor=olive)
    db.session.commit()
    assert api.group_id is None


def test_moving_up_and_down(installed):
    a, _b, c = (make_component(name) for name in "abc")
    c.move(-1, actor=None)
    a.move(-1, actor=None)
    db.session.commit()
    assert [x.name for x in db.session.scalars(Component.in_order())] == ["a", "c", "b"]


def test_tags_are_shared_by_slug(installed):
    make_component("API", tags=["Hello World"])
    web = make_component("Web", tags=["hello world", "Foo", "  "])
    assert [(tag.slug, tag.name) for tag in web.tags] == [("hello-world", "Hello World"), ("foo", "Foo")]


@pytest.mark.parametrize("make", [make_component, make_group])
def test_a_new_one_comes_last_even_after_the_last_place_that_there_is(app, make):
    made = [make("First"), make("Last", position=LARGEST_INTEGER), make("New"), make("Newer")]
    assert [row.position for row in made] == [1, LARGEST_INTEGER, LARGEST_INTEGER, LARGEST_INTEGER]
    assert list(db.session.scalars(type(made[0]).in_order())) == made
    made[3].move(-1, actor=None)
    assert [row.position for row in made] == [1, 2, 4, 3]


@pytest.mark.parametrize("make", [make_component, make_group])
def test_whose_place_is_given_is_asked_for_no_other(app, make):
    with count_queries() as sent:
        make(position=7)
    assert not [statement for statement in sent if "max(" in statement]
