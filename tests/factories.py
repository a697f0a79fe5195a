"""The smallest valid thing of each kind, with keyword overrides; committed, so that requests see it."""

from datetime import datetime, timedelta

from app.extensions import db
from app.lib import clock
from app.models import Component, ComponentGroup, Incident, Maintenance, Metric, Subscriber, User
from app.models.enums import Calculation, ComponentStatus, IncidentStatus, MetricView


def make_component(name: str = "API", *, actor: User | None = None, **fields) -> Component:
    component = Component.create(name=name, actor=actor, **fields)
    db.session.commit()
    return component


def make_group(name: str = "Core", *, actor: User | None = None, **fields) -> ComponentGroup:
    group = ComponentGroup.create(name=name, actor=actor, **fields)
    db.session.commit()
    return group


def make_incident(
    name: str = "Errors when signing in",
    *,
    impacts: dict[Component, ComponentStatus] | None = None,
    status: IncidentStatus = IncidentStatus.INVESTIGATING,
    message: str = "We are looking into it.",
    occurred_at: datetime | None = None,
    notify: bool = True,
    actor: User | None = None,
    **fields,
) -> Incident:
    incident = Incident.open(
        name=name,
        message=message,
        status=status,
        impacts=impacts,
        occurred_at=occurred_at,
        notify=notify,
        actor=actor,
        **fields,
    )
    db.session.commit()
    return incident


def make_subscriber(email: str = "sue@example.org", *, verified: bool = True, components=None) -> Subscriber:
    subscriber = Subscriber.add(email, actor=None, verified=verified, components=components)
    db.session.commit()
    return subscriber


def make_maintenance(
    name: str = "Database upgrade",
    *,
    starts_in: timedelta = timedelta(days=1),
    lasts: timedelta = timedelta(hours=2),
    message: str = "Short interruptions are possible.",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    components=(),
    actor: User | None = None,
    **fields,
) -> Maintenance:
    starts = starts_at or clock.now() + starts_in
    maintenance = Maintenance.plan(
        name=name,
        message=message,
        starts_at=starts,
        ends_at=ends_at or starts + lasts,
        components=components,
        actor=actor,
        **fields,
    )
    db.session.commit()
    return maintenance


def make_metric(values, *, name="Response time", suffix="ms", at=None):
    """A metric of twelve hours with these values: {minutes before `at`, or before now: value}."""
    metric = Metric.create(
        name=name,
        suffix=suffix,
        places=0,
        calculation=Calculation.AVERAGE,
        default_view=MetricView.HALF_DAY,
        threshold=0,
        actor=None,
    )
    db.session.flush()
    for ago, value in values.items():
        metric.add_point(value, at=(at or clock.now()) - timedelta(minutes=ago))
    return metric
