"""What may be sent of an incident update."""

from typing import Any

from pydantic import Field

from app.models.enums import IncidentStatus
from app.schemas.api_v1.base import Input
from app.schemas.api_v1.incident import Affecting
from app.schemas.api_v1.kinds import Flag, Message, UpdateStatusNumber

STATUS = "1 investigating, 2 identified, 3 watching, 4 fixed; the incident follows"


class NewIncidentUpdate(Affecting):
    """The body of POST /incidents/{id}/updates."""

    status: UpdateStatusNumber = Field(description=STATUS)
    message: Message = Field(description="What is new, in Markdown")
    notify: Flag = Field(default=True, description="Whether subscribers are told")


class ChangedIncidentUpdate(Input):
    """The body of PUT /incidents/{id}/updates/{update}. What is absent stays as it is, and nobody is told."""

    status: UpdateStatusNumber | None = Field(default=None, description=STATUS)
    message: Message | None = Field(default=None, description="What was said, in Markdown")

    def written(self) -> dict[str, Any]:
        """What was given, by the names of the model."""
        fields = self.given(message="message")
        if self.status is not None:
            fields["status"] = IncidentStatus(self.status)
        return fields
