"""Past incidents in one go: the story, the status that follows from it, and the days."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.errors import Invalid
from app.extensions import db
from app.lib import clock
from app.models import ComponentDay, Event, Incident, Notice
from app.models.enums import ComponentStatus, IncidentStatus
from app.models.recalled import Stretch, Told
from app.models.uptime import Strip, uptimes
from tests.factories import make_component, make_subscriber

START = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def recall(component, *parts, fixed=6.0, **fields) -> Incident:
    made = Incident.recall(
        actor=None,
        name="Errors",
        message="It failed.",
        status=IncidentStatus.FIXED if fixed is not None else IncidentStatus.WATCHING,
        occurred_at=START,
        fixed_at=at(fixed) if fixed is not None else None,
        updates=[Told(at(1), IncidentStatus.IDENTIFIED, "Found."), Told(at(0.5), IncidentStatus.INVESTIGATING, "Hm.")],
        impacts=[Stretch(component, status, at(a), at(b) if b is not None else None) for status, a, b in parts],
        **fields,
    )
    db.session.commit()
    return made


def test_it_tells_the_whole_story_and_mails_nobody(installed, run_jobs):
    make_subscriber()
    incident = recall(make_component(), (ComponentStatus.MAJOR_OUTAGE, 0, 6))
    run_jobs()
    assert [update.message for update in incident.updates] == ["Found.", "Hm."]
    assert (incident.fixed_at, incident.is_open) == (at(6), False)
    assert db.session.scalars(sa.select(Event.data).where(Event.name == "incident.reported")).one()["notify"] is False
    assert not db.session.scalars(sa.select(Notice)).all()


def test_the_days_know_of_it_and_the_present_does_not(installed):
    component = make_component()
    recall(component, (ComponentStatus.PARTIAL_OUTAGE, 0, 1), (ComponentStatus.MAJOR_OUTAGE, 1, 6))
    strip = Strip.load([component], last=date(2026, 3, 10))[component.id]
    assert strip.troubled == {
        date(2026, 3, 2): {ComponentStatus.PARTIAL_OUTAGE: 3600, ComponentStatus.MAJOR_OUTAGE: 3600},
        date(2026, 3, 3): {ComponentStatus.MAJOR_OUTAGE: 4 * 3600},
    }
    assert strip.worst(date(2026, 3, 3)) is ComponentStatus.MAJOR_OUTAGE
    lost = 5 * 3600 + 0.3 * 3600
    assert strip.uptime == pytest.approx(100 * (1 - lost / (90 * 86400)))
    assert uptimes([component], 90, last=date(2026, 3, 10))[component.id] == pytest.approx(strip.uptime)
    assert component.status is ComponentStatus.OPERATIONAL


def test_what_overlaps_counts_once_by_the_worst(installed):
    component = make_component()
    recall(component, (ComponentStatus.PARTIAL_OUTAGE, 0, 6))
    recall(component, (ComponentStatus.MAJOR_OUTAGE, 2, 3))
    strip = Strip.load([component], last=date(2026, 3, 10))[component.id]
    total = {s: sum(d.get(s, 0) for d in strip.troubled.values()) for s in ComponentStatus}
    assert total[ComponentStatus.MAJOR_OUTAGE] == 3600
    assert total[ComponentStatus.PARTIAL_OUTAGE] == 5 * 3600


def test_an_open_one_is_in_force_and_its_days_grow_by_themselves(installed):
    component = make_component()
    recall(component, (ComponentStatus.MAJOR_OUTAGE, 0, None), fixed=None)
    assert (component.status, component.status_since) == (ComponentStatus.MAJOR_OUTAGE, START)
    assert not db.session.scalars(sa.select(ComponentDay)).all()
    strip = Strip.load([component], last=date(2026, 3, 4))[component.id]
    assert strip.troubled[date(2026, 3, 4)] == {ComponentStatus.MAJOR_OUTAGE: 86400}


@pytest.mark.parametrize("change", ["delete", "move", "drop", "retell"])
def test_correcting_it_corrects_the_days(installed, olive, change):
    component = make_component()
    incident = recall(component, (ComponentStatus.MAJOR_OUTAGE, 0, 6))
    if change == "delete":
        incident.delete(actor=olive)
    elif change == "drop":
        incident.drop_component(component, actor=olive)
    elif change == "move":
        incident.edit(actor=olive, occurred_at=at(5))
    else:
        incident.retell(actor=olive, impacts=[Stretch(component, ComponentStatus.MAJOR_OUTAGE, at(5), at(6))])
    db.session.commit()
    found = Strip.load([component], last=date(2026, 3, 10))[component.id].troubled
    expected = {date(2026, 3, 3): {ComponentStatus.MAJOR_OUTAGE: 3600}} if change in ("move", "retell") else {}
    assert found == expected


def test_a_story_that_cannot_be_is_refused(installed):
    component = make_component()
    with pytest.raises(Invalid) as refused:
        recall(component, (ComponentStatus.MAJOR_OUTAGE, 3, 2))
    assert "ended before" in refused.value.fields["impacts"]
    with pytest.raises(Invalid) as refused:
        recall(component, fixed=-1)
    assert "fixed_at" in refused.value.fields


def test_the_quick_word_ends_what_went_on_and_closes_its_days(installed, olive, monkeypatch):
    component = make_component()
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 25, 12, 0, tzinfo=UTC))
    component.say_status(ComponentStatus.MAJOR_OUTAGE, actor=olive)
    db.session.commit()
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 26, 6, 0, tzinfo=UTC))
    component.say_status(ComponentStatus.OPERATIONAL, actor=olive)
    db.session.commit()
    days = {row.day: row.major_outage for row in db.session.scalars(sa.select(ComponentDay))}
    assert days == {date(2026, 11, 25): 12 * 3600, date(2026, 11, 26): 6 * 3600}
