"""What may be sent of a subscriber."""

from pydantic import Field

from app.schemas.api_v1.base import Input
from app.schemas.api_v1.kinds import ComponentIds, Email, Flag


class NewSubscriber(Input):
    """The body of POST /subscribers."""

    email: Email = Field(description="The address")
    verify: Flag | None = Field(
        default=None,
        description="Whether it is confirmed already; otherwise it is sent a link to confirm. If not given, as the "
        "page does with those who subscribe on it",
    )
    components: ComponentIds | None = Field(
        default=None, description="The ids of the components to hear of; none, or an empty list, for everything"
    )
