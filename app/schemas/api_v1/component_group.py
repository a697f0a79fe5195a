"""What may be sent of a component group."""

from typing import Any

from pydantic import Field

from app.models.enums import Collapse
from app.schemas.api_v1.base import Input
from app.schemas.api_v1.kinds import CollapseNumber, Flag, Name, Whole


class ComponentGroupInput(Input):
    """What a new group and a changed one share."""

    order: Whole = Field(default=0, description="Its place in the list, smallest first")
    collapsed: CollapseNumber = Field(
        default=0, description="0 always open, 1 folded, 2 to 4 folded unless something is wrong"
    )
    visible: Flag = Field(default=False, description="Whether guests see it, too")

    def written(self) -> dict[str, Any]:
        """What was given, by the names of the model; without `visible`."""
        fields = self.given(name="name", order="position")
        if "collapsed" in self.model_fields_set:
            fields["collapse"] = Collapse(min(self.collapsed, Collapse.UNLESS_TROUBLE))
        return fields


class NewComponentGroup(ComponentGroupInput):
    """The body of POST /components/groups."""

    name: Name = Field(description="The heading")


class ChangedComponentGroup(ComponentGroupInput):
    """The body of PUT /components/groups/{id}. What is absent stays as it is."""

    name: Name | None = Field(default=None, description="The heading")
