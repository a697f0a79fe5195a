"""What may be sent of a component."""

from typing import Any

from pydantic import Field

from app.models.enums import ComponentStatus
from app.schemas.api_v1.base import Input
from app.schemas.api_v1.kinds import ComponentStatusNumber, Document, Flag, Link, Name, Prose, Tags, Whole


def component_status(number: int) -> ComponentStatus:
    """The status that API v1 means by `number`: 0 is unknown, 1 to 4 are as they are."""
    return ComponentStatus(number) if number else ComponentStatus.UNKNOWN


class ComponentInput(Input):
    """What a new component and a changed one share."""

    description: Prose = Field(default="", description="What it is, in a sentence")
    link: Link = Field(default="", description="Where to read more: an http or https address, or empty")
    order: Whole = Field(default=0, description="Its place in the list, smallest first")
    group_id: Whole = Field(default=0, description="The group it stands in; 0, or a group that is not there, for none")
    enabled: Flag = Field(default=True, description="Whether it is shown at all")
    meta: Document | None = Field(default=None, description="Anything of your own, kept and given back as it is")
    tags: Tags = Field(default=[], description="Words separated by commas; they replace those it has")

    def written(self) -> dict[str, Any]:
        """What was given, by the names of the model; without status and group, which are told apart."""
        return self.given(
            name="name",
            description="description",
            link="link",
            order="position",
            enabled="enabled",
            meta="meta",
            tags="tags",
        )


class NewComponent(ComponentInput):
    """The body of POST /components."""

    name: Name = Field(description="What people call it")
    status: ComponentStatusNumber = Field(
        description="0 unknown, 1 operational, 2 performance issues, 3 partial outage, 4 major outage"
    )


class ChangedComponent(ComponentInput):
    """The body of PUT /components/{id}. What is absent stays as it is."""

    name: Name | None = Field(default=None, description="What people call it")
    status: ComponentStatusNumber | None = Field(default=None, description="As for a new component")
    silent: Flag = Field(default=False, description="Whether subscribers are spared the news of a changed status")
