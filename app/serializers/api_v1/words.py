"""Numbers, English words and times as API v1 writes them, whatever the language of the page."""

from datetime import datetime, tzinfo

from app.models.enums import ComponentStatus, IncidentStatus, MaintenanceState, Visibility

# English in every language: clients turn these words into constants of their own.
COMPONENT_WORDS = ("Unknown", "Operational", "Performance Issues", "Partial Outage", "Major Outage")
INCIDENT_WORDS = ("Reported", "Investigating", "Identified", "Watching", "Fixed")
SCHEDULE_WORDS = ("Upcoming", "In Progress", "Complete")
INCIDENT_ICONS = (
    "icon ion-android-calendar",
    "icon ion-flag oranges",
    "icon ion-alert yellows",
    "icon ion-eye blues",
    "icon ion-checkmark greens",
)


def component_number(status: ComponentStatus) -> int:
    """The status as old clients know it: they have no maintenance, and call unknown 0."""
    return {ComponentStatus.UNKNOWN: 0, ComponentStatus.UNDER_MAINTENANCE: 2}.get(status, int(status))


def component_word(status: ComponentStatus) -> str:
    return COMPONENT_WORDS[component_number(status)]


def incident_word(status: IncidentStatus) -> str:
    return INCIDENT_WORDS[status]


def incident_icon(status: IncidentStatus) -> str:
    return INCIDENT_ICONS[status]


def schedule_word(state: MaintenanceState) -> str:
    return SCHEDULE_WORDS[state]


def visible_number(visibility: Visibility) -> int:
    """1 for everyone, 0 for fewer."""
    return int(visibility is Visibility.EVERYONE)


def plain(value: float) -> int | float:
    """`value` as PHP writes it: 42, not 42.0. Some clients read integers only."""
    return int(value) if value == int(value) else value


def stamp(moment: datetime, zone: tzinfo) -> str:
    """A time as `2026-08-20 14:43:00` in `zone`."""
    return moment.astimezone(zone).isoformat(" ", "seconds")[:19]
