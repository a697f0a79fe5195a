"""The status page: all that the home page shows, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from app.extensions import db
from app.models.charts import Charts
from app.models.component import Component, ComponentGroup
from app.models.enums import Collapse, ComponentStatus, MetricView, Verdict
from app.models.incident import Incident
from app.models.maintenance import Maintenance
from app.models.mixins import Actor
from app.models.setting import Setting
from app.models.strips import Strips
from app.models.timeline import Timeline
from app.models.works import Works


@dataclass(frozen=True)
class Section:
    """A group and its components as the page shows them; `group` is None for those without one."""

    group: ComponentGroup | None
    components: list[Component]

    @property
    def worst(self) -> ComponentStatus:
        return ComponentStatus.worst([component.status for component in self.components])

    @property
    def is_folded(self) -> bool:
        """Whether it starts folded, by the group's collapse rule."""
        if self.group is None or self.group.collapse is Collapse.NEVER:
            return False
        return self.group.collapse is Collapse.ALWAYS or self.worst is ComponentStatus.OPERATIONAL


@dataclass(frozen=True)
class StatusPage:
    """What `viewer` sees at `/`. Incidents without visible components still count; hidden ones do not exist."""

    sections: list[Section]
    components: list[Component]
    open_incidents: list[Incident]
    pinned: list[Incident]
    timeline: Timeline
    strips: Strips
    works: Works
    charts: Charts

    @classmethod
    def load(cls, viewer: Actor | None, start: date | None = None, view: MetricView | None = None) -> "StatusPage":
        """Read it all. `start` is the newest day of the timeline, in the page's zone; today when not given. `view` is
        how far back the charts go; each as its metric says when not given."""
        components = list(db.session.scalars(Component.on_page(viewer)))
        groups = list(db.session.scalars(ComponentGroup.visible_to(viewer)))
        timeline = Timeline.load(viewer, start=start)
        return cls(
            sections=arrange(groups, components),
            components=components,
            open_incidents=[incident for incident in timeline.loaded if incident.is_open],
            pinned=[incident for incident in timeline.loaded if incident.pinned and not incident.is_open],
            timeline=timeline,
            strips=Strips.load(viewer, components),
            works=Works.load(viewer, [day.date for day in timeline.days], Setting.zone()),
            charts=Charts.load(viewer, view),
        )

    @cached_property
    def shown(self) -> dict[int, Component]:
        """The components that this viewer may see named, by id."""
        return {component.id: component for component in self.components}

    @cached_property
    def verdict(self) -> Verdict:
        """The banner's sentence (architecture 5)."""
        return judge(self.components, self.open_incidents, Setting.get("major_outage_rate"), self.works.running)

    @cached_property
    def affected(self) -> list[Component]:
        return [component for component in self.components if component.status is not ComponentStatus.OPERATIONAL]

    @property
    def since(self) -> datetime | None:
        """Since when something is wrong, or None while nothing is."""
        starts = [incident.occurred_at for incident in self.open_incidents]
        starts += [component.status_since for component in self.affected]
        starts += [work.began_at for work in self.works.running if work.began_at is not None]
        return min(starts, default=None)

    @property
    def updated_at(self) -> datetime | None:
        """When the page last had news."""
        times = [incident.last_said_at for incident in self.timeline.loaded]
        times += [component.status_since for component in self.components]
        return max(times, default=None)


def arrange(groups: list[ComponentGroup], components: list[Component]) -> list[Section]:
    """Components under their groups, in both orders; those without a visible group come last."""
    members: dict[int | None, list[Component]] = {group.id: [] for group in groups}
    rest: list[Component] = []
    for component in components:
        members.get(component.group_id, rest).append(component)
    sections = [Section(group, members[group.id]) for group in groups if members[group.id]]
    return [*sections, Section(None, rest)] if rest else sections


def judge(
    components: list[Component],
    open_incidents: list[Incident],
    major_outage_rate: int,
    running: Sequence[Maintenance] = (),
) -> Verdict:
    """The verdict on what one viewer may see. Incidents and work none of whose components they see count, too."""
    statuses = [component.status for component in components]
    major = statuses.count(ComponentStatus.MAJOR_OUTAGE)
    if statuses and major * 100 >= major_outage_rate * len(statuses) and major:
        return Verdict.MAJOR_OUTAGE
    worst = ComponentStatus.worst(statuses)
    shown = {component.id for component in components}
    loose = any(shown.isdisjoint(i.component_id for i in incident.impacts) for incident in open_incidents)
    if loose and worst.severity < ComponentStatus.PERFORMANCE_ISSUES.severity:
        return Verdict.ISSUES
    if running and worst.severity < ComponentStatus.UNDER_MAINTENANCE.severity:
        return Verdict.MAINTENANCE
    return Verdict.of(worst)
