"""The demo: a believable small service on a fresh page, and the way to take exactly that away again."""

import math
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.errors import Conflict
from app.extensions import db
from app.i18n import _
from app.lib import clock
from app.models import demo_story as story
from app.models.base import count_rows
from app.models.component import Component, ComponentGroup
from app.models.enums import ComponentStatus, IncidentStatus, MetricView
from app.models.incident import Incident
from app.models.incident_template import IncidentTemplate
from app.models.maintenance import Maintenance
from app.models.metric import Metric
from app.models.mixins import Actor
from app.models.origin import EXAMPLE, Origin
from app.models.recalled import Stretch, Told

# In the order in which they are taken away: what stands in others first.
KINDS: tuple[Any, ...] = (Incident, Maintenance, Metric, IncidentTemplate, Component, ComponentGroup)


class Demo:
    """No table. What it made is noted in Origin, so that what others add meanwhile stays."""

    @staticmethod
    def is_there() -> bool:
        """Whether something of it is on the page."""
        return count_rows(sa.select(Origin.id).where(Origin.source == EXAMPLE).limit(1)) > 0

    @staticmethod
    def may_fill() -> bool:
        """Whether the page is fresh: it has nothing yet that the example would stand among."""
        return not db.session.scalar(sa.select(sa.or_(*(sa.exists(sa.select(model.id)) for model in KINDS))))

    @classmethod
    def fill(cls, *, actor: Actor | None) -> None:
        """Make it up. Nobody is mailed. Raises Conflict on a page that is not fresh."""
        if not cls.may_fill():
            raise Conflict(_("There is something on this page already. The example is for a fresh page."))
        cls._forget()  # what was deleted by hand: SQLite gives its numbers out again
        cls(actor)._fill()

    @classmethod
    def remove(cls, *, actor: Actor | None) -> int:
        """Take away what is left of it; how many things those were. Raises Conflict when there is no demo."""
        if not cls.is_there():
            raise Conflict(_("There is no example to take away."))
        gone = 0
        for model in KINDS:
            of_it = sa.select(Origin).where(Origin.source == EXAMPLE, Origin.subject_type == model.__name__)
            for origin in db.session.scalars(of_it.order_by(Origin.id)).all():
                row = origin.subject(model)
                if row is not None:
                    row.delete(actor=actor)
                    gone += 1
        cls._forget()
        return gone

    @staticmethod
    def _forget() -> None:
        db.session.execute(sa.delete(Origin).where(Origin.source == EXAMPLE))

    def __init__(self, actor: Actor | None) -> None:
        self.actor, self.now = actor, clock.now()
        self.components: dict[str, Component] = {}

    def _fill(self) -> None:
        for name, members in story.GROUPS:
            group = self._made(ComponentGroup.create(name=str(name), actor=self.actor))
            for key, label, description in members:
                self.components[key] = self._made(
                    Component.create(name=str(label), description=str(description), group_id=group.id, actor=self.actor)
                )
        for days, hour, minutes, *told in story.INCIDENTS:
            day = (self.now - timedelta(days=days)).replace(hour=hour, minute=12, second=0, microsecond=0)
            self._incident(day, day + timedelta(minutes=minutes), *told)
        minutes, *told = story.OPEN
        self._incident(self.now - timedelta(minutes=minutes), None, *told)
        for hours, length, name, keys, message in story.MAINTENANCES:
            self._maintenance(self.now + timedelta(hours=hours), length, name, keys, message)
        for metric in story.METRICS:
            self._metric(*metric)
        name, body = story.TEMPLATE
        self._made(IncidentTemplate.create(name=str(name), body=str(body), actor=self.actor))

    def _incident(
        self,
        began: datetime,
        fixed: datetime | None,
        name: Any,
        impacts: dict[str, ComponentStatus],
        message: Any,
        words: list[tuple[float, IncidentStatus, Any]],
    ) -> None:
        length = (fixed or self.now) - began
        self._made(
            Incident.recall(
                name=str(name),
                message=str(message),
                occurred_at=began,
                fixed_at=fixed,
                opened_as=IncidentStatus.INVESTIGATING,
                status=words[-1][1],
                updates=[Told(began + share * length, status, str(said)) for share, status, said in words],
                impacts=[Stretch(self.components[key], status, began, fixed) for key, status in impacts.items()],
                actor=self.actor,
            )
        )

    def _maintenance(self, start: datetime, hours: float, name: Any, keys: list[str], message: Any) -> None:
        # Planned work begins at round hours; what runs already began some time ago.
        start = start.replace(minute=0, second=0, microsecond=0) if start > self.now else start
        self._made(
            Maintenance.plan(
                name=str(name),
                message=str(message),
                starts_at=start,
                ends_at=start + timedelta(hours=hours),
                components=[self.components[key] for key in keys],
                notify=False,
                actor=self.actor,
            )
        )

    def _metric(self, name: Any, suffix: Any, calculation: Any, middle: float, swing: float) -> None:
        metric: Metric = self._made(
            Metric.create(
                name=str(name),
                suffix=str(suffix),
                calculation=calculation,
                places=0,
                threshold=0,
                default_view=MetricView.HALF_DAY,
                actor=self.actor,
            )
        )
        # A month by two hours; every ten minutes for the last day, which is looked at most closely.
        ages = [*range(30 * 24 * 60, 24 * 60, -120), *range(24 * 60, -1, -10)]
        for n, age in enumerate(ages):
            at = self.now - timedelta(minutes=age)
            by_day = math.sin((at.hour * 60 + at.minute) / 1440 * 2 * math.pi - 2)
            jitter = math.sin(n * 12.9898) * 0.3 + math.sin(n * 4.1) * 0.2
            metric.add_point(round(max(middle + swing * (by_day + jitter), 0), 1), at=at)

    def _made(self, row: Any) -> Any:
        kind = type(row).__name__
        db.session.flush()
        db.session.add(Origin(source=EXAMPLE, kind=kind, external_id=str(row.id), subject_type=kind, subject_id=row.id))
        return row
