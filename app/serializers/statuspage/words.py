"""The words of the dialect, English whatever the language of the page: clients compare them."""

from datetime import UTC, datetime

from app.models.enums import ComponentStatus, IncidentStatus, MaintenanceState, Verdict

# It has no word for a state that nobody knows.
COMPONENT = {
    ComponentStatus.OPERATIONAL: "operational",
    ComponentStatus.UNKNOWN: "operational",
    ComponentStatus.PERFORMANCE_ISSUES: "degraded_performance",
    ComponentStatus.PARTIAL_OUTAGE: "partial_outage",
    ComponentStatus.MAJOR_OUTAGE: "major_outage",
    ComponentStatus.UNDER_MAINTENANCE: "under_maintenance",
}
INCIDENT = {
    IncidentStatus.REPORTED: "investigating",
    IncidentStatus.INVESTIGATING: "investigating",
    IncidentStatus.IDENTIFIED: "identified",
    IncidentStatus.WATCHING: "monitoring",
    IncidentStatus.FIXED: "resolved",
}
MAINTENANCE = {
    MaintenanceState.PLANNED: "scheduled",
    MaintenanceState.IN_PROGRESS: "in_progress",
    MaintenanceState.FINISHED: "completed",
}
IMPACT = {
    ComponentStatus.OPERATIONAL: "none",
    ComponentStatus.UNKNOWN: "none",
    ComponentStatus.UNDER_MAINTENANCE: "none",
    ComponentStatus.PERFORMANCE_ISSUES: "minor",
    ComponentStatus.PARTIAL_OUTAGE: "major",
    ComponentStatus.MAJOR_OUTAGE: "critical",
}
ALL_WELL = ("none", "All Systems Operational")
MANY_OUT = ("major", "Partial System Outage")
ROLL_UP = {
    Verdict.OPERATIONAL: ALL_WELL,
    Verdict.UNKNOWN: ALL_WELL,
    Verdict.MAINTENANCE: ("maintenance", "Service Under Maintenance"),
    Verdict.ISSUES: ("minor", "Partially Degraded Service"),
    Verdict.PARTIAL_OUTAGE: ("minor", "Minor Service Outage"),
    Verdict.SOME_MAJOR_OUTAGE: MANY_OUT,
    Verdict.MAJOR_OUTAGE: ("critical", "Major Service Outage"),
}


def status_word(status: IncidentStatus | MaintenanceState) -> str:
    """The status of an incident or of planned work."""
    return INCIDENT[status] if isinstance(status, IncidentStatus) else MAINTENANCE[status]


def roll_up(verdict: Verdict, is_widespread: bool) -> tuple[str, str]:
    """Indicator and description for the whole page."""
    return MANY_OUT if verdict is Verdict.PARTIAL_OUTAGE and is_widespread else ROLL_UP[verdict]


def stamp(moment: datetime) -> str:
    """A time as `2026-05-17T02:50:03.552Z`."""
    return f"{moment.astimezone(UTC).isoformat('T', 'milliseconds')[:23]}Z"


def stamp_or_none(moment: datetime | None) -> str | None:
    """The same for what may not have happened."""
    return stamp(moment) if moment is not None else None
