"""Every closed set of values. Each value owns its words, its severity, its colour token and its icon."""

from enum import IntEnum, StrEnum

from app.i18n import _l


class ComponentStatus(IntEnum):
    """How a component is. Values as in Cachet 3; API v1 writes 5 as 0 and 6 as 2 (architecture 5)."""

    OPERATIONAL = 1
    PERFORMANCE_ISSUES = 2
    PARTIAL_OUTAGE = 3
    MAJOR_OUTAGE = 4
    UNKNOWN = 5
    UNDER_MAINTENANCE = 6

    __hash__ = int.__hash__  # a page looks up thousands, and that of an enum takes its name first

    @property
    def label(self) -> str:
        return _COMPONENT[self][0]

    @property
    def severity(self) -> int:
        """Rank from 0, operational, to 5, major outage: the order of "worst"."""
        return _SEVERITY.index(self)

    @property
    def css(self) -> str:
        """The colour token, also the CSS class."""
        return _COMPONENT[self][1]

    @property
    def icon(self) -> str:
        return _COMPONENT[self][2]

    @classmethod
    def impacts(cls) -> tuple["ComponentStatus", ...]:
        """What an incident may do to a component, mildest first."""
        return (cls.OPERATIONAL, cls.PERFORMANCE_ISSUES, cls.PARTIAL_OUTAGE, cls.MAJOR_OUTAGE, cls.UNKNOWN)

    @classmethod
    def worst(cls, statuses: "list[ComponentStatus]") -> "ComponentStatus":
        """The most severe of `statuses`; operational when there are none."""
        return max(statuses, key=lambda status: status.severity, default=cls.OPERATIONAL)


_COMPONENT = {
    ComponentStatus.OPERATIONAL: (_l("Operational"), "ok", "check"),
    ComponentStatus.PERFORMANCE_ISSUES: (_l("Performance issues"), "perf", "warn"),
    ComponentStatus.PARTIAL_OUTAGE: (_l("Partial outage"), "partial", "partial"),
    ComponentStatus.MAJOR_OUTAGE: (_l("Major outage"), "major", "cross"),
    ComponentStatus.UNKNOWN: (_l("Unknown"), "unknown", "question"),
    ComponentStatus.UNDER_MAINTENANCE: (_l("Under maintenance"), "maint", "spanner"),
}
_SEVERITY = [
    ComponentStatus.OPERATIONAL,
    ComponentStatus.UNKNOWN,
    ComponentStatus.UNDER_MAINTENANCE,
    ComponentStatus.PERFORMANCE_ISSUES,
    ComponentStatus.PARTIAL_OUTAGE,
    ComponentStatus.MAJOR_OUTAGE,
]


class Verdict(StrEnum):
    """The one sentence at the top of the page (architecture 5)."""

    OPERATIONAL = "operational"
    UNKNOWN = "unknown"
    MAINTENANCE = "maintenance"
    ISSUES = "issues"
    PARTIAL_OUTAGE = "partial_outage"
    SOME_MAJOR_OUTAGE = "some_major_outage"
    MAJOR_OUTAGE = "major_outage"

    @property
    def label(self) -> str:
        return _VERDICT[self][0]

    @property
    def short(self) -> str:
        """The same in the words for a component, for where there is little room."""
        return _VERDICT[self][1].label

    @property
    def css(self) -> str:
        return _VERDICT[self][1].css

    @property
    def icon(self) -> str:
        return _VERDICT[self][1].icon

    @classmethod
    def of(cls, worst: ComponentStatus) -> "Verdict":
        """What the worst status of any component makes of the page."""
        return next(verdict for verdict, (_label, status) in _VERDICT.items() if status is worst)


_VERDICT = {
    Verdict.OPERATIONAL: (_l("All systems are operational"), ComponentStatus.OPERATIONAL),
    Verdict.UNKNOWN: (_l("The state of some systems is unknown"), ComponentStatus.UNKNOWN),
    Verdict.MAINTENANCE: (_l("Maintenance in progress"), ComponentStatus.UNDER_MAINTENANCE),
    Verdict.ISSUES: (_l("Some systems are experiencing issues"), ComponentStatus.PERFORMANCE_ISSUES),
    Verdict.PARTIAL_OUTAGE: (_l("Some systems are partly out of service"), ComponentStatus.PARTIAL_OUTAGE),
    Verdict.SOME_MAJOR_OUTAGE: (_l("Some systems are out of service"), ComponentStatus.MAJOR_OUTAGE),
    Verdict.MAJOR_OUTAGE: (_l("Major outage"), ComponentStatus.MAJOR_OUTAGE),
}


class IncidentStatus(IntEnum):
    """How far the work on an incident is (cachet-v2 1.21)."""

    REPORTED = 0
    INVESTIGATING = 1
    IDENTIFIED = 2
    WATCHING = 3
    FIXED = 4

    @property
    def label(self) -> str:
        return _INCIDENT[self][0]

    @property
    def css(self) -> str:
        return _INCIDENT[self][1]


_INCIDENT = {
    IncidentStatus.REPORTED: (_l("Reported"), "reported"),
    IncidentStatus.INVESTIGATING: (_l("Investigating"), "investigating"),
    IncidentStatus.IDENTIFIED: (_l("Identified"), "identified"),
    IncidentStatus.WATCHING: (_l("Watching"), "watching"),
    IncidentStatus.FIXED: (_l("Fixed"), "fixed"),
}


class MaintenanceState(IntEnum):
    """How far planned work is. 0 to 2 as in Cachet (cachet-v2 1.21)."""

    PLANNED = 0
    IN_PROGRESS = 1
    FINISHED = 2
    CANCELLED = 3

    @property
    def label(self) -> str:
        return _MAINTENANCE[self][0]

    @property
    def css(self) -> str:
        return _MAINTENANCE[self][1]


_MAINTENANCE = {
    MaintenanceState.PLANNED: (_l("Planned"), "maint"),
    MaintenanceState.IN_PROGRESS: (_l("In progress"), "maint"),
    MaintenanceState.FINISHED: (_l("Finished"), "ok"),
    MaintenanceState.CANCELLED: (_l("Cancelled"), "unknown"),
}


class Visibility(IntEnum):
    """Who may see something. API v1 knows 0 and 1 (cachet-v2 1.3); hidden is 0 there."""

    MEMBERS = 0
    EVERYONE = 1
    HIDDEN = 2

    @property
    def label(self) -> str:
        return _VISIBILITY[self]


_VISIBILITY = {
    Visibility.EVERYONE: _l("Everyone"),
    Visibility.MEMBERS: _l("Members only"),
    Visibility.HIDDEN: _l("Hidden"),
}


class Collapse(IntEnum):
    """Whether a component group starts folded on the page (cachet-v2 1.21)."""

    NEVER = 0
    ALWAYS = 1
    UNLESS_TROUBLE = 2

    @property
    def label(self) -> str:
        return _COLLAPSE[self]


_COLLAPSE = {
    Collapse.NEVER: _l("Always open"),
    Collapse.ALWAYS: _l("Folded at first"),
    Collapse.UNLESS_TROUBLE: _l("Folded unless something is wrong"),
}


class Calculation(IntEnum):
    """How the points of one stretch of a chart become one value (cachet-v2 1.7)."""

    SUM = 0
    AVERAGE = 1

    @property
    def label(self) -> str:
        return _CALCULATION[self]


_CALCULATION = {Calculation.SUM: _l("Sum"), Calculation.AVERAGE: _l("Average")}


class MetricView(IntEnum):
    """How far back a chart goes. 0 to 3 as in Cachet 2 (cachet-v2 1.21); the day is ours."""

    HOUR = 0
    HALF_DAY = 1
    WEEK = 2
    MONTH = 3
    DAY = 4

    @property
    def label(self) -> str:
        return _METRIC_VIEW[self][0]

    @property
    def short(self) -> str:
        """The same where there is little room."""
        return _METRIC_VIEW[self][1]

    @property
    def slug(self) -> str:
        """What addresses call it."""
        return self.name.lower().replace("_", "-")

    @classmethod
    def named(cls, slug: str) -> "MetricView | None":
        """The one that addresses call so, or None."""
        return next((view for view in cls if view.slug == slug), None)

    @classmethod
    def in_order(cls) -> tuple["MetricView", ...]:
        """The shortest first."""
        return tuple(_METRIC_VIEW)


_METRIC_VIEW = {
    MetricView.HOUR: (_l("Last hour"), _l("1 h")),
    MetricView.HALF_DAY: (_l("Last 12 hours"), _l("12 h")),
    MetricView.DAY: (_l("Last 24 hours"), _l("24 h")),
    MetricView.WEEK: (_l("Last 7 days"), _l("7 d")),
    MetricView.MONTH: (_l("Last 30 days"), _l("30 d")),
}


class RollupUnit(IntEnum):
    """How long a stretch a roll-up sums."""

    MINUTE = 0
    HOUR = 1
    DAY = 2


class Role(StrEnum):
    """What a member is; app/permissions.py says what each may do."""

    OWNER = "owner"
    ADMINISTRATOR = "administrator"
    EDITOR = "editor"
    VIEWER = "viewer"

    @property
    def label(self) -> str:
        return _ROLE[self][0]

    @property
    def help(self) -> str:
        """What it may do, in a few words."""
        return _ROLE[self][1]


_ROLE = {
    Role.OWNER: (_l("Owner"), _l("Everything, and who the owners are.")),
    Role.ADMINISTRATOR: (_l("Administrator"), _l("Everything, with the settings and the team.")),
    Role.EDITOR: (_l("Editor"), _l("Incidents, maintenance, components, metrics, templates and subscribers.")),
    Role.VIEWER: (_l("Viewer"), _l("Looks, and changes nothing.")),
}


class NoticeState(IntEnum):
    """Where a notice is on its way to one recipient."""

    WAITING = 0
    SENDING = 1
    SENT = 2
    FAILED = 3
    DROPPED = 4
