"""What API v1 answers, as the document at /api/v1/openapi.json tells it. The serializers make the dicts themselves;
tests/contract and tests/controllers/api_v1/test_schemathesis.py hold the two together."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

STAMP = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"
WHEN = "in the page's zone or that of the Time-Zone header"

Id = Annotated[int, Field(ge=1, examples=[1])]
Stamp = Annotated[str, Field(pattern=STAMP, examples=["2026-08-20 14:43:00"])]
Place = Annotated[int, Field(description="Its place in the list, smallest first", examples=[1])]
ZeroOrOne = Annotated[int, Field(ge=0, le=1, description="1 for everyone, 0 for members", examples=[1])]
ComponentWord = Literal["Unknown", "Operational", "Performance Issues", "Partial Outage", "Major Outage"]
IncidentWord = Literal["Reported", "Investigating", "Identified", "Watching", "Fixed"]
FromNoughtToFour = Annotated[int, Field(ge=0, le=4)]


def told(about: str, example: Any = None, **rules: Any) -> Any:
    """A field of which the document says what it is, with an example."""
    return Field(description=about, examples=[example], **rules)


class Answer(BaseModel):
    """Exactly these keys, of exactly these types."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Row(Answer):
    """What was once made."""

    id: Id
    created_at: Stamp = Field(description=f"When it was made, {WHEN}")
    updated_at: Stamp = Field(description="When it was last changed")


class Component(Row):
    """A part of the service."""

    name: str = told("What people call it", "API")
    description: str = told("What it is, in a sentence", "For programs")
    link: str = told("Where to read more, or empty", "https://example.com")
    status: FromNoughtToFour = told("0 unknown, 1 operational, 2 to 4 worse and worse. Maintenance is 2", 1)
    order: Place
    group_id: int = told("The group it stands in, 0 for none", 0, ge=0)
    enabled: bool = told("Whether it is shown at all", True)
    meta: dict[str, Any] | list[Any] | None = told("What was stored with it", {"uuid": "x"})
    deleted_at: None = told("Always null")
    status_name: ComponentWord = told("The status in English, whatever the language", "Operational")
    tags: dict[str, str] = told("Its tags: slug and name", {"for-programs": "For programs"})


class ComponentGroup(Row):
    """A heading over components."""

    name: str = told("The heading", "Core")
    order: Place
    visible: ZeroOrOne
    collapsed: int = told("0 always open, 1 folded, 2 folded unless something is wrong", 0, ge=0, le=4)
    enabled_components: list[Component] = Field(description="Its components that are shown, in order")
    enabled_components_lowest: list[Component] = Field(description="The same, the worst first")
    lowest_human_status: ComponentWord | None = told("The worst status, null without components", "Operational")


class IncidentUpdate(Row):
    """What was said of an incident after its first report."""

    incident_id: Id
    status: FromNoughtToFour = told("What the incident became with it", 2)
    message: str = told("What was said, in Markdown", "The database is *full*.")
    user_id: int | None = told("Who said it, null if nobody knows", 1)
    human_status: IncidentWord = told("The status in English", "Identified")
    permalink: str = told("Where people read it", "https://status.example.com/incidents/1#update-1")


class Incident(Row):
    """Something that went wrong, from the first report to the fix."""

    user_id: int | None = told("Who reported it, null if nobody knows", 1)
    component_id: int = told("The first component it touches, 0 for none", 1, ge=0)
    name: str = told("What is wrong, in a line", "API is slow")
    status: FromNoughtToFour = told("0 reported, 1 investigating, 2 identified, 3 watching, 4 fixed", 2)
    visible: ZeroOrOne
    stickied: bool = told("Whether it is pinned to the top of the page", False)
    notifications: bool = told("Always false", False)
    message: str = told("The first report, in Markdown", "We are *looking* into it.")
    occurred_at: Stamp = Field(description=f"Since when, {WHEN}")
    deleted_at: None = told("Always null")
    is_resolved: bool = told("Whether it is over", False)
    meta: dict[str, Any] | Annotated[list[Any], Field(max_length=0)] = told(
        "What was stored with it, an empty list if nothing was", {"ticket": 42}
    )
    updates: list[IncidentUpdate] = Field(description="What was said since, newest first")
    human_status: IncidentWord = told("The status in English", "Identified")
    latest_update_id: int | None = told("The newest update, null without one", 1)
    latest_status: FromNoughtToFour = told("The status of the newest update", 2)
    latest_human_status: IncidentWord = told("The same in English", "Identified")
    latest_icon: str = told("Cachet's icon for it", "icon ion-alert yellows")
    permalink: str = told("Where people read it", "https://status.example.com/incidents/1")
    duration: int = told("Seconds from the beginning to the fix, or to the newest word", 4612, ge=0)


class IncidentTemplate(Row):
    """Text that is prepared for incidents."""

    name: str = told("What people call it", "Outage")
    slug: str = told("What the field template of an incident takes", "outage")
    template: str = told("The text, in Markdown with Jinja's tags", "{{ name }} is down.")
    deleted_at: None = told("Always null")


class Metric(Row):
    """A number that is measured over time."""

    name: str = told("What people call it", "Response time")
    suffix: str = told("The unit that follows each value", "ms")
    description: str = told("What it measures", "Median of a minute")
    default_value: float = told("What a stretch without points is drawn as; 0 for nothing", 0)
    calc_type: int = told("0 the sum of the points, 1 their average", 1, ge=0, le=1)
    display_chart: bool = told("Whether the page shows its chart", True)
    places: int = told("Decimal places", 2, ge=0, le=4)
    default_view: FromNoughtToFour = told("0 an hour, 1 twelve hours, 2 a week, 3 a month, 4 a day", 1)
    threshold: int = told("Within how many minutes an equal value is a repeat", 5, ge=0)
    order: Place
    visible: int = told("0 members, 1 everyone, 2 on no page", 1, ge=0, le=2)
    default_view_name: Literal["Last Hour", "Last 12 Hours", "Last 24 Hours", "Week", "Month"] = told(
        "The view in English", "Last 12 Hours"
    )


class MetricPoint(Row):
    """One value of a metric."""

    metric_id: Id
    value: float = told("How much it was", 42)
    counter: int = told("How often that value came in a row", 1, ge=1)
    calculated_value: float = told("The value times the counter", 42)


class ScheduleComponent(Row):
    """A component that a schedule is about."""

    schedule_id: Id
    component_id: Id
    component_status: FromNoughtToFour = told("What it is meanwhile", 2)


class Schedule(Row):
    """Planned work."""

    name: str = told("What it is, in a line", "Database upgrade")
    message: str = told("What is done, in Markdown", "Short interruptions are possible.")
    status: int = told("0 upcoming, 1 in progress, 2 complete", 1, ge=0, le=2)
    scheduled_at: Stamp = Field(description=f"When it begins, {WHEN}")
    completed_at: Stamp | None = Field(description="When it ends or ended, null if nobody knows")
    deleted_at: None = told("Always null")
    components: list[ScheduleComponent] = Field(description="What is under maintenance meanwhile")
    human_status: Literal["Upcoming", "In Progress", "Complete"] = told("The status in English", "In Progress")


class Subscription(Row):
    """A component that a subscriber chose."""

    subscriber_id: Id
    component_id: Id


class Subscriber(Row):
    """An address that asked to be told."""

    email: str = told("The address", "sue@example.org")
    verify_code: str = told("Names the subscriber; no link can be made from it", "9f86d081884c7d65")
    phone_number: None = told("Always null")
    slack_webhook_url: None = told("Always null")
    verified_at: Stamp | None = Field(description="When the address was confirmed, null for one that is sent nothing")
    is_global: bool = Field(alias="global", description="Whether it hears of everything", examples=[False])
    subscriptions: list[Subscription] = Field(description="The components it chose, when it does not")
