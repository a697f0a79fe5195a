"""What may be sent of a schedule: planned work, in Cachet's words."""

from typing import Any

from pydantic import Field

from app.models.enums import MaintenanceState
from app.schemas.api_v1.base import Input
from app.schemas.api_v1.kinds import ComponentIds, Flag, Moment, Name, Prose, ScheduleStatusNumber

STATUS = "0 upcoming, 1 in progress, 2 complete"
BEGINS = "When it begins, in the page's zone or that of the Time-Zone header"


class ScheduleInput(Input):
    """What a new schedule and a changed one share."""

    message: Prose = Field(default="", description="What is done and what people will notice, in Markdown")
    completed_at: Moment | None = Field(
        default=None, description="When it is planned to end. Without it, it goes on until somebody completes it"
    )
    components: ComponentIds | None = Field(
        default=None, description="The ids of the components that are under maintenance meanwhile"
    )

    def written(self) -> dict[str, Any]:
        """What was given, by the names of the model; without the components."""
        fields = self.given(
            name="name", message="message", scheduled_at="starts_at", completed_at="ends_at", status="state"
        )
        if "state" in fields:
            fields["state"] = MaintenanceState(fields["state"])
        return fields


class NewSchedule(ScheduleInput):
    """The body of POST /schedules."""

    name: Name = Field(description="What it is, in a line")
    status: ScheduleStatusNumber = Field(description=STATUS)
    scheduled_at: Moment = Field(description=BEGINS)
    notify: Flag = Field(default=False, description="Whether subscribers are told, and reminded before it begins")


class ChangedSchedule(ScheduleInput):
    """The body of PUT /schedules/{id}. What is absent stays as it is, and nobody is told."""

    name: Name | None = Field(default=None, description="What it is, in a line")
    status: ScheduleStatusNumber | None = Field(default=None, description=f"{STATUS}; it only goes forward")
    scheduled_at: Moment | None = Field(default=None, description=BEGINS)
