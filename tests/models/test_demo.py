"""The demo: believable, quiet, and gone without a trace when it is taken away."""

import pytest
import sqlalchemy as sa

from app.errors import Conflict
from app.extensions import db
from app.models import (
    Component,
    ComponentDay,
    Incident,
    IncidentTemplate,
    Maintenance,
    Metric,
    MetricPoint,
    Notice,
    Origin,
    StatusChange,
)
from app.models.component import ComponentGroup
from app.models.demo import KINDS, Demo
from app.models.enums import ComponentStatus, MetricView
from app.models.statuspage_import import StatuspageImport
from app.models.statuspage_words import OtherComponent, OtherPage
from app.models.uptime import uptimes
from tests.factories import make_component, make_incident, make_maintenance, make_subscriber

MADE = (Component, ComponentGroup, Incident, IncidentTemplate, Maintenance, Metric, MetricPoint, Origin)


def count(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


@pytest.fixture
def filled(installed, olive):
    Demo.fill(actor=olive)
    db.session.commit()


def test_it_fills_a_fresh_page_and_mails_nobody(installed, olive, run_jobs, mailbox):
    make_subscriber()
    Demo.fill(actor=olive)
    db.session.commit()
    run_jobs()
    assert Demo.is_there()
    assert not Demo.may_fill()
    assert not count(Notice)
    by_name = {component.name: component for component in db.session.scalars(sa.select(Component))}
    assert by_name["File storage"].status is ComponentStatus.UNDER_MAINTENANCE
    assert by_name["Search"].status is ComponentStatus.PERFORMANCE_ISSUES
    percentages = uptimes(list(by_name.values()), 90)
    assert 99 < percentages[by_name["API"].id] < 100
    assert len(Maintenance.running(None)) == 1
    assert len(Maintenance.upcoming(None)) == 1
    for metric in db.session.scalars(Metric.in_order()):
        values = [value for _at, value in metric.series(MetricView.MONTH).points]
        assert len([value for value in values if value is not None]) >= 29


def test_taking_it_away_leaves_nothing_of_it(filled, olive):
    Demo.remove(actor=olive)
    db.session.commit()
    assert {model.__name__: count(model) for model in (*MADE, ComponentDay, StatusChange)} == {
        model.__name__: 0 for model in (*MADE, ComponentDay, StatusChange)
    }
    with pytest.raises(Conflict):
        Demo.remove(actor=olive)


def test_taking_it_away_leaves_what_others_have_added(filled, olive):
    group = db.session.scalars(sa.select(ComponentGroup)).first()
    assert group is not None
    own = make_component("Ours", group_id=group.id)
    make_incident("Ours too", impacts={own: ComponentStatus.MAJOR_OUTAGE})
    db.session.scalars(sa.select(Incident).order_by(Incident.id)).first().delete(actor=olive)
    db.session.commit()
    Demo.remove(actor=olive)
    db.session.commit()
    db.session.expire_all()
    assert [component.name for component in db.session.scalars(sa.select(Component))] == ["Ours"]
    assert [incident.name for incident in db.session.scalars(sa.select(Incident))] == ["Ours too"]
    assert own.group_id is None


def test_a_row_that_got_the_number_of_one_of_the_example_is_no_part_of_it(filled, olive):
    last = db.session.scalars(sa.select(Component).order_by(Component.id.desc())).first()
    number = last.id
    last.delete(actor=olive)
    db.session.commit()
    own = make_component("Ours", id=number)
    Demo.remove(actor=olive)
    db.session.commit()
    assert list(db.session.scalars(sa.select(Component))) == [own]


def test_it_comes_again_after_everything_was_deleted_by_hand(filled, olive):
    for model in KINDS:
        for row in db.session.scalars(sa.select(model)).all():
            row.delete(actor=olive)
    db.session.commit()
    Demo.fill(actor=olive)
    db.session.commit()
    assert count(Origin) == sum(map(count, KINDS))
    Demo.remove(actor=olive)
    db.session.commit()
    assert Demo.may_fill() and not Demo.is_there()


def test_what_an_import_brings_is_no_part_of_it(filled, olive):
    page = OtherPage("statuspage:p1", "Elsewhere")
    page.components = [OtherComponent("g", "Platform", "", is_group=True), OtherComponent("a", "API", "", group_id="g")]
    for _done in StatuspageImport(page).run():
        db.session.commit()
    Demo.remove(actor=olive)
    db.session.commit()
    (kept,) = db.session.scalars(sa.select(Component))
    assert (kept.name, kept.group.name) == ("API", "Platform")


@pytest.mark.parametrize("make", [make_component, make_incident, make_maintenance])
def test_a_page_in_use_is_not_filled(installed, olive, make):
    make()
    with pytest.raises(Conflict) as refused:
        Demo.fill(actor=olive)
    assert "fresh page" in refused.value.message


def test_its_template_works(filled):
    template = db.session.scalars(sa.select(IncidentTemplate)).one()
    said = template.render({"component": "API", "occurred_at": "2026-08-21 10:30", "workaround": "Use the website."})
    assert "API" in said
    assert "Meanwhile: Use the website." in said
    assert "30 minutes" in said
