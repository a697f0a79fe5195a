"""What may be sent of an incident."""

from typing import Any

from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from app.models.enums import IncidentStatus
from app.schemas.api_v1.base import Input
from app.schemas.api_v1.kinds import (
    ComponentStatusNumber,
    Flag,
    IncidentStatusNumber,
    Message,
    Moment,
    Name,
    NamedValues,
    Whole,
    refuse,
)

STATUS = "0 reported, 1 investigating, 2 identified, 3 watching, 4 fixed"


class Affecting(Input):
    """What touches a component: incidents and their updates."""

    model_config = ConfigDict(json_schema_extra={"dependentRequired": {"component_status": ["component_id"]}})

    component_id: Whole = Field(default=0, description="The component concerned; 0 for none. Needs component_status")
    component_status: ComponentStatusNumber | None = Field(
        default=None,
        description="What that component is from now on: 0 to 4. Needs component_id, unless the incident has one",
    )


class IncidentInput(Affecting):
    """What a new incident and a changed one share."""

    visible: Flag = Field(default=True, description="Whether guests see it, too")
    stickied: Flag = Field(default=False, description="Whether it is pinned to the top of the page")
    notify: Flag = Field(default=True, description="Whether subscribers are told of a new incident")
    occurred_at: Moment | None = Field(
        default=None, description="Since when, in the page's zone or that of the Time-Zone header; now if absent"
    )

    template: Name | None = Field(default=None, description="The slug of a template, whose text becomes the message")
    vars: NamedValues = Field(default={}, description="What to put into the template, by name")

    def written(self) -> dict[str, Any]:
        """What was given, by the names of the model; without `visible` and the component."""
        fields = self.given(
            name="name", message="message", stickied="pinned", occurred_at="occurred_at", meta="meta", status="status"
        )
        if "status" in fields:
            fields["status"] = IncidentStatus(fields["status"])
        return fields


class NewIncident(IncidentInput):
    """The body of POST /incidents."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": ["message"]}, {"required": ["template"]}],
            "dependentRequired": {"component_status": ["component_id"]},
        }
    )

    name: Name = Field(description="What is wrong, in a line")
    status: IncidentStatusNumber = Field(description=STATUS)
    message: Message | None = Field(
        default=None,
        validate_default=True,
        description="The first report, in Markdown. Needed unless template is given",
    )
    meta: NamedValues = Field(default={}, description="Anything of your own, kept and given back as it is")

    @field_validator("message")
    @classmethod
    def _said_or_made(cls, message: str | None, info: ValidationInfo) -> str | None:
        if message is None and not info.data.get("template"):
            raise refuse("blank")
        return message


class ChangedIncident(IncidentInput):
    """The body of PUT /incidents/{id}. What is absent stays as it is, and nobody is told."""

    name: Name | None = Field(default=None, description="What is wrong, in a line")
    status: IncidentStatusNumber | None = Field(default=None, description=STATUS)
    message: Message | None = Field(default=None, description="The first report, in Markdown")
