"""How things stand now, and no more: what badges and widgets say. No table."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models.component import Component
from app.models.enums import ComponentStatus, Verdict
from app.models.incident import Incident
from app.models.maintenance import Maintenance
from app.models.mixins import Actor
from app.models.setting import Setting
from app.models.status_page import judge


@dataclass(frozen=True)
class Problem:
    """Something that is not as it should be. `css` is its colour token, `kind` says what it is an id of."""

    kind: str
    id: int
    name: str
    word: str
    css: str
    since: datetime

    @property
    def key(self) -> str:
        """The same as long as it is the same problem, so that someone who put it aside is not told again."""
        return f"{self.kind}-{self.id}" if self.kind != "component" else f"component-{self.id}-{self.css}"


@dataclass(frozen=True)
class Standing:
    """What `viewer` may know of the present moment."""

    components: list[Component]
    open_incidents: list[Incident]
    running: list[Maintenance]

    @classmethod
    def load(cls, viewer: Actor | None) -> "Standing":
        """Read it, in five queries at most."""
        # An incident has one or two impacts: to join them costs less than another query.
        broken = Incident.on_page(viewer).where(Incident.fixed_at.is_(None)).options(joinedload(Incident.impacts))
        return cls(
            components=list(db.session.scalars(Component.on_page(viewer))),
            open_incidents=list(db.session.scalars(broken).unique()),
            running=Maintenance.running(viewer),
        )

    @property
    def verdict(self) -> Verdict:
        """The same sentence as on the page."""
        return judge(self.components, self.open_incidents, Setting.get("major_outage_rate"), self.running)

    @property
    def problems(self) -> list[Problem]:
        """Open incidents, then running work, then the components in trouble of which neither tells."""
        shown = {component.id: component for component in self.components}
        found = [self._of_incident(incident, shown) for incident in self.open_incidents]
        found += [
            Problem("maintenance", work.id, work.name, str(work.state.label), "maint", work.began_at or work.starts_at)
            for work in self.running
        ]
        told_of = {id for incident in self.open_incidents for id in incident.component_ids}
        told_of |= {id for work in self.running for id in work.component_ids}
        found += [
            Problem("component", one.id, one.name, str(one.status.label), one.status.css, one.status_since)
            for one in self.components
            if one.status is not ComponentStatus.OPERATIONAL and one.id not in told_of
        ]
        return found

    @staticmethod
    def _of_incident(incident: Incident, shown: dict[int, Component]) -> Problem:
        worst = incident.worst_among(shown)
        css = worst.css if worst.severity else ComponentStatus.PERFORMANCE_ISSUES.css
        return Problem("incident", incident.id, incident.name, str(incident.status.label), css, incident.occurred_at)
