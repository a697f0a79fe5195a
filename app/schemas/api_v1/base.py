"""The base of every input of API v1: null means "not given", unknown fields are ignored, refusals name the field."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from app.errors import Invalid
from app.schemas.api_v1.sentences import sentence


class Input(BaseModel):
    """What a client sent for one resource. Values come from JSON, forms or the query, so text may stand for numbers."""

    model_config = ConfigDict(extra="ignore")

    # Where an empty text says something; everywhere else it is the same as nothing.
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"name", "message", "description", "link"})

    @model_validator(mode="before")
    @classmethod
    def _without_nothing(cls, data: Any) -> Any:
        return {
            name: value
            for name, value in data.items()
            if value is not None and (value != "" or name in cls.may_be_empty)
        }

    @classmethod
    def read(cls, data: Mapping[str, Any], zone: tzinfo) -> Self:
        """The checked input; times without a zone are read in `zone`. Raises Invalid with a sentence per field."""
        try:
            return cls.model_validate(data, context={"zone": zone})
        except ValidationError as error:
            fields: dict[str, str] = {}
            for found in error.errors(include_url=False, include_input=False):
                field = str(found["loc"][0]) if found["loc"] else "body"
                fields.setdefault(field, sentence(field, found["type"], found.get("ctx", {})))
            raise Invalid(**fields) from None

    def given(self, **names: str) -> dict[str, Any]:
        """What was given of the fields named, under the name that follows each: given(order="position")."""
        return {theirs: getattr(self, ours) for ours, theirs in names.items() if ours in self.model_fields_set}
