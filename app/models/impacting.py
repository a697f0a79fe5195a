"""What an incident does to components: the part of Incident that changes and reads its impacts."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.errors import Invalid
from app.extensions import db
from app.i18n import _
from app.lib import clock
from app.models.base import UtcDateTime, hold_rows
from app.models.component import Component
from app.models.enums import ComponentStatus
from app.models.impact import Impact
from app.models.mixins import Actor

Impacts = Mapping[Component, ComponentStatus]


class Impacting:
    """Impacts on components, each a stretch of time."""

    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fixed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @declared_attr
    def impacts(cls) -> Mapped[list[Impact]]:
        return relationship(
            Impact, back_populates="incident", cascade="all, delete-orphan", passive_deletes=True, order_by=Impact.id
        )

    @property
    def is_open(self) -> bool:
        return self.fixed_at is None

    def set_impact(self, component: Component, status: ComponentStatus, *, at: datetime) -> None:
        """What this incident does to `component` from `at` on. The caller settles the component."""
        current = self.impact_on(component)
        if current is not None and current.status is status:
            return
        if current is not None:
            current.ended_at = max(at, current.began_at)
        ended = None if self.is_open else (self.fixed_at or at)
        began = at if ended is None else min(at, ended)
        self.impacts.append(Impact(component=component, status=status, began_at=began, ended_at=ended))
        db.session.flush()

    def drop_component(self, component: Component, *, actor: Actor | None) -> None:
        """Say that `component` was not affected after all."""
        since = self._began_at
        for impact in [impact for impact in self.impacts if impact.component_id == component.id]:
            self.impacts.remove(impact)
        db.session.flush()
        db.session.expire(component, ["impacts"])
        component.settle(since=since, until=self.fixed_at, actor=actor)

    def apply_impacts(self, impacts: Impacts, *, at: datetime, actor: Actor | None) -> None:
        """Set several impacts and let each component work out its status."""
        hold_rows(Component, (component.id for component in impacts))
        at = min(at, clock.now())  # what is set and what is settled begin at one instant
        for component, status in impacts.items():
            if status not in ComponentStatus.impacts():
                raise Invalid(impacts=_("An incident cannot put a component under maintenance."))
            self.set_impact(component, status, at=at)
        for component in impacts:
            component.settle(since=at, until=self.fixed_at, actor=actor)

    def impact_on(self, component: Component) -> Impact | None:
        """The impact that is in force on `component`."""
        return next((i for i in self.impacts if i.is_open and i.component_id == component.id), None)

    def _take_back(self, at: datetime) -> list[Component]:
        """As if nothing had been said at `at`, which is later than the first report: what it changed goes on as it was
        before. The components concerned, for the caller to settle."""
        touched: dict[Component, None] = {}
        for impact in [impact for impact in self.impacts if impact.began_at == at > self.occurred_at]:
            touched[impact.component] = None
            self.impacts.remove(impact)
            before = [
                i for i in self.impacts if i.component_id == impact.component_id and i.ended_at == at > i.began_at
            ]
            for earlier in before[-1:]:
                earlier.ended_at = impact.ended_at
        db.session.flush()
        for component in touched:
            db.session.expire(component, ["impacts"])
        return list(touched)

    def _move_start(self, before: datetime) -> None:
        # Impacts that stood from the beginning move with it; later ones cannot begin before the incident.
        # None begins in the future: nobody would notice that it has. What is over has begun.
        start = min(self.occurred_at, clock.now())
        if self.fixed_at is not None:
            self.occurred_at = start
        for impact in self.impacts:
            if impact.began_at <= before or impact.began_at < start:
                impact.began_at = start
            if impact.ended_at is not None:
                impact.ended_at = max(impact.ended_at, impact.began_at)
        if self.fixed_at is not None:
            self.fixed_at = max(self.fixed_at, self.occurred_at)

    @property
    def _began_at(self) -> datetime:
        """When the first of its impacts began, for what has to be settled again."""
        return min([self.occurred_at, *(impact.began_at for impact in self.impacts)])

    @property
    def components(self) -> list[Component]:
        """What it touches or touched, each once, in the order in which they were named."""
        return list(dict.fromkeys(impact.component for impact in self.impacts))

    @property
    def present_impacts(self) -> dict[Component, ComponentStatus]:
        """What it does to each component now: nothing once it is fixed."""
        return {impact.component: impact.status for impact in self.impacts if impact.is_open}

    @property
    def worst_impacts(self) -> dict[Component, ComponentStatus]:
        """For each component the worst that this incident did to it; while open, what it does now."""
        worst: dict[Component, ComponentStatus] = {}
        for impact in self.impacts:
            if impact.is_open or not self.is_open:
                before = worst.get(impact.component, impact.status)
                worst[impact.component] = ComponentStatus.worst([before, impact.status])
        return worst

    def worst_among(self, component_ids: Collection[int]) -> ComponentStatus:
        """The worst that it does, or did, to any of these components."""
        told = [impact for impact in self.impacts if impact.component_id in component_ids]
        return ComponentStatus.worst([impact.status for impact in told if impact.is_open or not self.is_open])

    @property
    def component_ids(self) -> list[int]:
        """What it touches or touched, by id: enough for a page that has the components already."""
        return list(dict.fromkeys(impact.component_id for impact in self.impacts))
