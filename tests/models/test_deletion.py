"""What was deleted can be put back for thirty days, with all that hung on it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.errors import Conflict
from app.extensions import db
from app.lib import clock
from app.models import (
    Component,
    ComponentGroup,
    DeletedRows,
    Deletion,
    Event,
    Impact,
    Incident,
    IncidentTemplate,
    IncidentUpdate,
    Maintenance,
    Metric,
    Subscriber,
    User,
)
from app.models.deletion import KEPT_FOR
from app.models.enums import ComponentStatus, IncidentStatus, MetricView
from tests.consistency import assert_consistent
from tests.factories import make_component, make_group, make_incident, make_maintenance, make_subscriber

# Changes of status are worked out again, from what is there again.
ANEW = {"id", "created_at", "updated_at", "cause_type", "cause_id", "actor_label"}


def everything():
    """Every row of the domain, by table; what the audit trail and the archive hold aside."""
    aside = {"events", "deletions", "deleted_rows", "alembic_version"}
    tables = [table for table in db.metadata.sorted_tables if table.name not in aside]
    db.session.flush()
    return {
        table.name: sorted(
            [
                {
                    name: value
                    for name, value in row.items()
                    if name not in (ANEW if table.name == "status_changes" else {"updated_at"})
                }
                for row in db.session.execute(sa.select(table)).mappings()
            ],
            key=str,
        )
        for table in tables
    }


@pytest.fixture
def filled(installed):
    """A component in a group with a past, an open incident, work under way, a chart, a template and a subscriber."""
    api = make_component(name="API", group=make_group(name="Europe"))
    web = make_component(name="Web")
    old = make_incident(name="Old", impacts={api: ComponentStatus.MAJOR_OUTAGE})
    old.post_update(status=IncidentStatus.FIXED, message="Fixed.", actor=installed)
    now = make_incident(name="Now", impacts={api: ComponentStatus.PARTIAL_OUTAGE, web: ComponentStatus.MAJOR_OUTAGE})
    now.post_update(
        status=IncidentStatus.IDENTIFIED,
        message="A cable.",
        impacts={api: ComponentStatus.MAJOR_OUTAGE},
        actor=installed,
    )
    make_maintenance(name="Disks", components=[web])
    metric = Metric.create(name="Response time", suffix="ms", actor=None)
    for minutes in range(0, 90, 7):
        metric.add_point(minutes + 0.5, at=clock.now() - timedelta(minutes=minutes))
    IncidentTemplate.create(name="Outage", body="x", actor=None)
    make_subscriber(components=[api])
    db.session.commit()


def there_and_back(model, name, olive):
    subject = db.session.scalar(sa.select(model).where(model.name == name))
    subject.delete(actor=olive)
    db.session.commit()
    deletion = Deletion.of(subject)
    assert (deletion.label, deletion.actor_label) == (name, "olive")
    back = deletion.restore(actor=olive)
    db.session.commit()
    db.session.expire_all()
    return back


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (Component, "API"),
        (ComponentGroup, "Europe"),
        (Incident, "Old"),
        (Incident, "Now"),
        (Maintenance, "Disks"),
        (Metric, "Response time"),
        (IncidentTemplate, "Outage"),
    ],
)
def test_all_is_as_it_was(filled, olive, monkeypatch, model, name):
    now = clock.now()
    monkeypatch.setattr("app.lib.clock.now", lambda: now)
    before = everything()
    there_and_back(model, name, olive)
    assert everything() == before
    newest = db.session.scalar(sa.select(Event).order_by(Event.id.desc()).limit(1))
    assert (newest.name.split(".")[1], newest.actor_label, newest.data["name"]) == ("restored", "olive", name)
    assert newest.kind.alters_page or model is IncidentTemplate


def test_an_update_comes_back_with_what_it_said_of_components(filled, olive):
    update = db.session.scalar(sa.select(IncidentUpdate).where(IncidentUpdate.message == "A cable."))
    api = db.session.scalar(sa.select(Component).where(Component.name == "API"))
    update.delete(actor=olive)
    db.session.commit()
    assert api.status is ComponentStatus.PARTIAL_OUTAGE
    Deletion.of(update).restore(actor=olive)
    db.session.commit()
    db.session.expire_all()
    incident = db.session.scalar(sa.select(Incident).where(Incident.name == "Now"))
    assert [u.message for u in incident.updates] == ["A cable."]
    assert incident.status is IncidentStatus.IDENTIFIED
    assert api.status is ComponentStatus.MAJOR_OUTAGE
    assert sum(impact.is_open for impact in api.impacts) == 1


def test_after_a_newer_word_only_the_words_come_back(filled, olive):
    update = db.session.scalar(sa.select(IncidentUpdate).where(IncidentUpdate.message == "A cable."))
    incident, api = update.incident, db.session.scalar(sa.select(Component).where(Component.name == "API"))
    update.delete(actor=olive)
    incident.post_update(status=IncidentStatus.FIXED, message="All well.", actor=olive)
    db.session.commit()
    Deletion.of(update).restore(actor=olive)
    db.session.commit()
    db.session.expire_all()
    assert [u.message for u in incident.updates] == ["All well.", "A cable."]
    assert (incident.status, api.status) == (IncidentStatus.FIXED, ComponentStatus.OPERATIONAL)


def test_a_chart_comes_back_with_its_points(filled, olive):
    metric = there_and_back(Metric, "Response time", olive)
    assert max(value or 0 for _at, value in metric.series(MetricView.HALF_DAY).points) > 80


def test_what_stands_in_its_place_stays(filled, olive):
    api = db.session.scalar(sa.select(Component).where(Component.name == "API"))
    group = db.session.scalar(sa.select(ComponentGroup))
    group.delete(actor=olive)
    other = make_group(name="Elsewhere")
    api.edit(group=other, actor=olive)
    db.session.commit()
    deletion = db.session.scalar(Deletion.restorable())
    deletion.restore(actor=olive)
    db.session.commit()
    db.session.expire_all()
    assert api.group.name == "Elsewhere"
    assert {g.name for g in db.session.scalars(sa.select(ComponentGroup))} == {"Elsewhere", "Europe"}


def test_what_belonged_to_something_that_is_gone_cannot_come_back(filled, olive):
    update = db.session.scalar(sa.select(IncidentUpdate).where(IncidentUpdate.message == "A cable."))
    incident = update.incident
    update.delete(actor=olive)
    incident.delete(actor=olive)
    db.session.commit()
    with pytest.raises(Conflict):
        Deletion.of(update).restore(actor=olive)
    assert (
        db.session.scalar(sa.select(sa.func.count(IncidentUpdate.id)).where(IncidentUpdate.message == "A cable.")) == 0
    )
    assert Deletion.of(update).restored_at is None


def test_it_comes_back_once(filled, olive):
    template = db.session.scalar(sa.select(IncidentTemplate))
    template.delete(actor=olive)
    db.session.commit()
    deletion = Deletion.of(template)
    deletion.restore(actor=olive)
    db.session.commit()
    with pytest.raises(Conflict):
        deletion.restore(actor=olive)


def test_a_name_that_was_taken_meanwhile_is_said_so(filled, olive):
    template = db.session.scalar(sa.select(IncidentTemplate))
    slug = template.slug
    template.delete(actor=olive)
    IncidentTemplate.create(name="Outage", slug=slug, body="new", actor=olive)
    db.session.commit()
    deletion = db.session.scalar(Deletion.restorable())
    with pytest.raises(Conflict, match="taken its place"):
        deletion.restore(actor=olive)
    assert [t.body for t in db.session.scalars(sa.select(IncidentTemplate))] == ["new"]


def test_a_number_that_was_taken_meanwhile_is_no_hindrance(filled, olive):
    incident = db.session.scalar(sa.select(Incident).where(Incident.name == "Now"))
    incident.delete(actor=olive)
    db.session.commit()
    other = make_incident(name="Another", id=incident.id)
    back = Deletion.of(incident).restore(actor=olive)
    db.session.commit()
    db.session.expire_all()
    assert back.id != other.id
    assert [u.message for u in back.updates] == ["A cable."]
    assert other.updates == []


def test_a_component_that_comes_back_has_heard_what_was_over_meanwhile(filled, olive):
    """What it was part of was fixed, finished or begun while it lay in the bin."""
    web = make_component(name="Store")
    hit = make_incident(name="Hit", impacts={web: ComponentStatus.MAJOR_OUTAGE})
    running = make_maintenance("Running", components=[web], starts_in=timedelta(minutes=-5))
    coming = make_maintenance("Coming", components=[web])
    short = make_maintenance("Short", components=[web])
    assert running.is_running and web.status is ComponentStatus.MAJOR_OUTAGE
    web.delete(actor=olive)
    db.session.commit()
    hit.fix(actor=olive)
    running.finish(actor=olive)
    coming.begin(actor=olive)
    short.begin(actor=olive)
    short.finish(actor=olive)
    db.session.commit()
    back = Deletion.of(web).restore(actor=olive)
    db.session.commit()
    assert back.status is ComponentStatus.UNDER_MAINTENANCE
    assert_consistent()
    coming.finish(actor=olive)
    db.session.commit()
    assert db.session.get(Component, back.id).status is ComponentStatus.OPERATIONAL
    assert_consistent()


def test_what_gets_another_number_keeps_its_order(filled, olive):
    """SQLite gives the numbers of what was deleted last to the next; the last word on a component stays the last."""
    api = db.session.scalar(sa.select(Component).where(Component.name == "API"))
    incident = make_incident(name="Worse", impacts={api: ComponentStatus.PERFORMANCE_ISSUES})
    for status in (ComponentStatus.PARTIAL_OUTAGE, ComponentStatus.MAJOR_OUTAGE):
        incident.edit(impacts={api: status}, actor=olive)
    db.session.commit()
    ids = [impact.id for impact in incident.impacts]
    incident.delete(actor=olive)
    db.session.commit()
    other = make_incident(name="Another", impacts={api: ComponentStatus.PARTIAL_OUTAGE})
    db.session.execute(sa.update(Impact).where(Impact.incident_id == other.id).values(id=ids[1]))
    db.session.commit()
    back = Deletion.of(incident).restore(actor=olive)
    db.session.commit()
    db.session.expire_all()
    assert [impact.status for impact in back.impacts] == [
        ComponentStatus.PERFORMANCE_ISSUES,
        ComponentStatus.PARTIAL_OUTAGE,
        ComponentStatus.MAJOR_OUTAGE,
    ]
    assert not {impact.id for impact in back.impacts} & {ids[1]}


def test_whoever_has_the_number_of_somebody_gone_is_not_taken_for_them(filled, olive, ed):
    """SQLite gives the number of what was deleted to the next."""
    api = db.session.scalar(sa.select(Component).where(Component.name == "API"))
    reader = make_subscriber("first@example.org", components=[api])
    incident = make_incident(name="By Ed", actor=ed)
    incident.post_update(status=IncidentStatus.WATCHING, message="Mine.", actor=ed)
    update, hidden, number = incident.updates[0], api.group, ed.id
    for each in (api, update, hidden):
        each.delete(actor=olive)
    deletions = {each.subject_type: each for each in db.session.scalars(Deletion.restorable().limit(3))}
    reader.delete(actor=olive)
    ed.delete(actor=olive)
    db.session.commit()
    group = make_group(name="Open to all", id=hidden.id)
    stranger = User.create(username="next", email="next@example.org", password="x", actor=None)
    other = make_subscriber("second@example.org", components=[])
    db.session.execute(sa.update(User).where(User.id == stranger.id).values(id=number))
    db.session.execute(sa.update(Subscriber).where(Subscriber.id == other.id).values(id=reader.id))
    db.session.commit()
    for kind in ("IncidentUpdate", "Component"):
        deletions[kind].restore(actor=olive)
    db.session.commit()
    back = db.session.scalar(sa.select(Component).where(Component.name == "API"))
    assert back.group_id is None and back.group is not group
    assert db.session.scalar(sa.select(IncidentUpdate.user_id).where(IncidentUpdate.message == "Mine.")) is None
    kept = Subscriber.__table__.metadata.tables["subscriptions"]
    assert not db.session.execute(sa.select(kept).where(kept.c.subscriber_id == reader.id)).all()


def test_what_has_the_number_of_something_gone_is_not_tied(filled, olive):
    group = db.session.scalar(sa.select(ComponentGroup))
    [api] = group.components
    group.delete(actor=olive)
    deletion = db.session.scalar(Deletion.restorable())
    api.delete(actor=olive)
    db.session.commit()
    other = make_component(name="Another", id=api.id)
    deletion.restore(actor=olive)
    db.session.commit()
    db.session.expire_all()
    assert other.group is None


def test_an_address_that_was_deleted_is_forgotten(filled, olive):
    reader = db.session.scalar(sa.select(Subscriber))
    reader.delete(actor=olive)
    db.session.commit()
    assert reader.email not in str(everything())
    assert not db.session.scalar(sa.select(sa.func.count(DeletedRows.id)))


def test_after_thirty_days_it_is_gone(filled, olive, monkeypatch):
    db.session.scalar(sa.select(IncidentTemplate)).delete(actor=olive)
    db.session.commit()
    later = clock.now() + KEPT_FOR + timedelta(seconds=1)
    monkeypatch.setattr("app.lib.clock.now", lambda: later)
    assert db.session.scalar(Deletion.restorable()) is None
    assert Deletion.prune()
    db.session.commit()
    assert not db.session.scalar(sa.select(sa.func.count(DeletedRows.id)))
    assert not Deletion.prune()
