"""The page that is measured: a service with incidents over ninety days, charts, and work that is planned."""

import random
from datetime import timedelta

from app.extensions import db
from app.lib import clock
from app.models import Component, ComponentGroup, Incident, Maintenance, Metric
from app.models.enums import ComponentStatus, IncidentStatus
from app.models.recalled import Stretch, Told

DAYS = 90
PLACES = ("Frankfurt", "Dublin", "Ohio", "Singapore", "São Paulo")
PARTS = ("API", "Sign-in", "Web", "Mail", "Search", "Uploads", "Webhooks", "Reports", "Billing", "Exports")
HARM = (ComponentStatus.PERFORMANCE_ISSUES, ComponentStatus.PARTIAL_OUTAGE, ComponentStatus.MAJOR_OUTAGE)
STEPS = (IncidentStatus.IDENTIFIED, IncidentStatus.WATCHING, IncidentStatus.FIXED)
CAUSES = (
    "a full disk",
    "a deploy that was taken back",
    "an expired certificate",
    "a slow query",
    "a cable that was cut",
)
WORDS = (
    "Some requests fail and others take up to {n} seconds.",
    "About {n} of a hundred requests are answered with an error.",
    "The cause is {cause}.",
    "Traffic goes another way while {cause} is dealt with.",
    "Nothing was lost; what was sent meanwhile is worked off within {n} minutes.",
    "We have been watching this for {n} minutes and see no more errors.",
    "Customers in other places are not affected.",
)


def fill(components: int = 30, incidents: int = 200) -> None:
    """Put it on a page that has been set up: the same each time, apart from the clock. The caller commits."""
    draw = random.Random(components)
    groups = [ComponentGroup.create(name=place, actor=None) for place in PLACES]
    parts = [
        Component.create(name=f"{PARTS[n // 5 % len(PARTS)]} {PLACES[n % 5]}", group=groups[n % 5], actor=None)
        for n in range(components)
    ]
    db.session.flush()
    for n in range(incidents):
        _incident(draw, parts, ended_ago=timedelta(days=DAYS * n / incidents, minutes=20))
    for part in parts:
        part.settle(since=clock.now() - timedelta(days=DAYS + 1))
    _plan(parts)
    for name, suffix, middle in (("Response time", "ms", 120), ("Sign-ins a minute", "", 900)):
        _metric(draw, name, suffix, middle)


def _incident(draw: random.Random, parts: list[Component], ended_ago: timedelta) -> None:
    length = timedelta(minutes=draw.randint(10, 240))
    began, fixed = clock.now() - ended_ago - length, clock.now() - ended_ago
    touched = draw.sample(parts, k=draw.choice((1, 1, 2)))
    said = [Told(began + length * step / 3, status, _words(draw)) for step, status in enumerate(STEPS, start=1)]
    Incident.recall(
        name=f"{draw.choice(('Slow', 'Failing', 'Late'))} answers of {touched[0].name}",
        message=_words(draw),
        opened_as=IncidentStatus.INVESTIGATING,
        status=IncidentStatus.FIXED,
        occurred_at=began,
        fixed_at=fixed,
        updates=said,
        impacts=[Stretch(part, draw.choice(HARM), began, fixed) for part in touched],
        settle=False,
        actor=None,
    )


def _words(draw: random.Random) -> str:
    told = draw.sample(WORDS, k=draw.randint(1, 3))
    return " ".join(words.format(n=draw.randint(2, 90), cause=draw.choice(CAUSES)) for words in told)


def _plan(parts: list[Component]) -> None:
    starts = clock.now() + timedelta(days=2)
    Maintenance.plan(
        name="New disks for the mail store",
        message="Mail is delivered later, none is lost.",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        components=parts[:2],
        notify=False,
        actor=None,
    )


def _metric(draw: random.Random, name: str, suffix: str, middle: int) -> None:
    metric = Metric.create(name=name, suffix=suffix, actor=None)
    for age in range(12 * 60, 0, -10):
        metric.add_point(round(draw.gauss(middle, middle / 10), 1), at=clock.now() - timedelta(minutes=age))
