"""Uptime against a plain calculation, minute by minute, over days that gain and lose an hour."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.extensions import db
from app.lib import clock
from app.models import Component, ComponentDay, Incident, Setting
from app.models.component_day import by_day
from app.models.enums import ComponentStatus, IncidentStatus
from app.models.recalled import Stretch
from app.models.uptime import Span, Strip, mean, uptimes

# Three days around the end of summer time in Berlin, in 10-minute steps.
BEGIN = datetime(2026, 10, 23, 22, 0, tzinfo=UTC)
NOW = BEGIN + timedelta(days=3, hours=4)
STEPS = 6 * 76
WEIGHT = {ComponentStatus.MAJOR_OUTAGE: 1.0, ComponentStatus.PARTIAL_OUTAGE: 0.3}

STRETCH = st.tuples(
    st.sampled_from(ComponentStatus.impacts()),
    st.integers(0, STEPS - 1),
    st.one_of(st.none(), st.integers(1, 200)),
)


def moment(step: int) -> datetime:
    return BEGIN + timedelta(minutes=10 * step)


def recall(component: Component, status: ComponentStatus, first: int, length: int | None) -> Incident:
    end = None if length is None else moment(min(first + length, STEPS))
    return Incident.recall(
        name="Errors",
        message="…",
        occurred_at=moment(first),
        fixed_at=end,
        status=IncidentStatus.WATCHING if end is None else IncidentStatus.FIXED,
        impacts=[Stretch(component, status, moment(first), end)],
        actor=None,
    )


def plainly(stretches, zone: ZoneInfo) -> dict[date, dict[ComponentStatus, float]]:
    """The seconds of each day in each status, counted step by step."""
    days: dict[date, dict[ComponentStatus, float]] = {}
    for step in range(STEPS):
        held = [s for s, first, n in stretches if first <= step and (n is None or step < min(first + n, STEPS))]
        worst = ComponentStatus.worst(held)
        if moment(step) < NOW and worst is not ComponentStatus.OPERATIONAL:
            day = days.setdefault(moment(step).astimezone(zone).date(), {})
            day[worst] = day.get(worst, 0) + 600
    return days


@given(
    stretches=st.lists(STRETCH, max_size=6),
    taken_back=st.sets(st.integers(0, 5)),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata"]),
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_days_and_uptime_are_what_a_plain_count_makes_of_the_stretches(
    installed, monkeypatch, stretches, taken_back, zone
):
    monkeypatch.setattr(clock, "now", lambda: BEGIN - timedelta(days=1))
    Setting.set(timezone=zone)
    component = Component.create(name="API", actor=None)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    made = [recall(component, *stretch) for stretch in stretches]
    for place in sorted(taken_back & set(range(len(made))), reverse=True):
        made.pop(place).delete(actor=None)
    kept = [stretch for place, stretch in enumerate(stretches) if place not in taken_back]

    strip = Strip.load([component], 5)[component.id]
    expected = plainly(kept, ZoneInfo(zone))
    assert strip.troubled == expected
    lost = sum(seconds * WEIGHT.get(status, 0) for day in expected.values() for status, seconds in day.items())
    length = (strip.span.end - strip.span.begin).total_seconds()
    assert strip.uptime == pytest.approx(100 * (1 - lost / length))
    assert uptimes([component], 5)[component.id] == pytest.approx(strip.uptime)

    before = dict(strip.troubled)
    ComponentDay.rebuild(component.id, ZoneInfo(zone))
    assert Strip.load([component], 5)[component.id].troubled == before
    db.session.rollback()


def test_a_day_has_as_many_hours_as_its_zone_gives_it():
    zone = ZoneInfo("Europe/Berlin")
    begin, end = datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 26, 23, tzinfo=UTC)
    assert [n / 3600 for _day, n in by_day(begin, end, zone)] == [25, 24]


def test_the_last_day_of_a_span_is_today(installed, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 8, 21, 23, 30, tzinfo=UTC))
    Setting.set(timezone="Europe/Berlin")
    span = Span.of(90)
    assert (span.first, span.last, len(span.days)) == (date(2026, 5, 25), date(2026, 8, 22), 90)


def test_the_uptime_of_several_is_their_mean():
    assert mean([100.0, 99.0]) == 99.5
    assert mean([]) is None
