"""The kinds of field that API v1 knows. Each says what it takes, and turns it into what the verbs want."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from app.errors import Invalid
from app.lib.text import is_web_link, one_line, slug
from app.models.base import LARGEST_INTEGER
from app.models.subscriber import normal_email

# MySQL's TEXT holds 65,535 bytes, so that is what every database promises.
MOST_BYTES = 65_000
MOST_TAGS = 20
LONGEST_TAG = 100
DEEPEST = 32
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?")
# The same for readers of the document: without months and hours that there are not.
TELLABLE = (
    r"(197[1-9]|19[89]\d|20\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[ T]"
    r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-]([01]\d|2[0-3]):?[0-5]\d)?"
)


def refuse(kind: str, **context: Any) -> PydanticCustomError:
    """The error for a rule of ours; `sentences.py` has its words."""
    return PydanticCustomError(kind, "refused", context)


def storable(value: str) -> str:
    """`value`, unless some database could not keep it."""
    if "\0" in value or any(0xD800 <= ord(character) < 0xE000 for character in value):
        raise refuse("characters")
    return value


def line(value: Any) -> Any:
    """Text as a single line that every database can keep."""
    return one_line(storable(value)) if isinstance(value, str) else value


def _prose(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if len(storable(value).encode()) > MOST_BYTES:
        raise refuse("too_many_bytes", most=MOST_BYTES)
    return value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise refuse("blank")
    return value


def _web_address(value: Any) -> Any:
    value = line(value)
    if isinstance(value, str) and value and not is_web_link(value):
        raise refuse("web_address")
    return value


def _flag(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


@dataclass(frozen=True)
class Between:
    """The rule that an integer is one of these."""

    least: int
    most: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "minimum": self.least, "maximum": self.most}

    def _check(self, value: int) -> int:
        if not self.least <= value <= self.most:
            raise refuse("not_between", least=self.least, most=self.most)
        return value


def _moment(value: Any, info: ValidationInfo) -> datetime:
    text = value.strip() if isinstance(value, str) else ""
    if not MOMENT.fullmatch(text):
        raise refuse("moment")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise refuse("moment") from None
    if not 1970 < moment.year < 2100:
        raise refuse("moment_range")
    return (moment if moment.tzinfo else moment.replace(tzinfo=(info.context or {})["zone"])).astimezone(UTC)


def _tags(value: Any) -> list[str]:
    names = value.split(",") if isinstance(value, str) else list(value.values()) if isinstance(value, dict) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise refuse("tags")
    names = [name for name in map(line, names) if name]
    if len(names) > MOST_TAGS:
        raise refuse("many_tags")
    if any(not 0 < len(slug(name)) <= LONGEST_TAG or len(name) > LONGEST_TAG for name in names):
        raise refuse("tag")
    return names


def _document(value: Any) -> Any:
    if not isinstance(value, (dict, list)):
        raise refuse("document")
    waiting: list[tuple[Any, int]] = [(value, 0)]
    while waiting:
        part, depth = waiting.pop()
        if depth > DEEPEST or (isinstance(part, float) and not isfinite(part)):
            raise refuse("document")
        if isinstance(part, str):
            storable(part)
        elif isinstance(part, (dict, list)):
            inner = [*part, *part.values()] if isinstance(part, dict) else part
            waiting.extend((item, depth + 1) for item in inner)
    if len(json.dumps(value)) > MOST_BYTES:
        raise refuse("too_many_bytes", most=MOST_BYTES)
    return value


def _named(value: Any) -> Any:
    if value == []:  # how PHP writes an empty object
        return {}
    if not isinstance(value, dict):
        raise refuse("document")
    return _document(value)


def _ids(value: Any) -> list[int]:
    rows = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(rows, list):
        raise refuse("ids")
    return [_id(row) for row in rows]


def _id(row: Any) -> int:
    # Whole objects are sent back, too: rows that name a component, or components.
    named = row.get("component_id", row.get("id")) if isinstance(row, dict) else row
    text = str(named).strip() if isinstance(named, (str, int)) and not isinstance(named, bool) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_INTEGER))):
        raise refuse("ids")
    return int(text)


def _email(value: str) -> str:
    try:
        return normal_email(value)
    except Invalid:
        raise refuse("email") from None


Name = Annotated[str, Field(min_length=1, max_length=255), BeforeValidator(line)]
Prose = Annotated[str, BeforeValidator(_prose)]
Message = Annotated[str, Field(min_length=1), AfterValidator(_not_blank), BeforeValidator(_prose)]
Link = Annotated[
    str,
    Field(max_length=2000, json_schema_extra={"pattern": r"^(https?://[a-z0-9].*)?$"}),
    BeforeValidator(_web_address),
]
Flag = Annotated[bool, BeforeValidator(_flag)]
Whole = Annotated[int, Between(-LARGEST_INTEGER, LARGEST_INTEGER)]
ComponentStatusNumber = Annotated[int, Between(0, 4)]
IncidentStatusNumber = Annotated[int, Between(0, 4)]
UpdateStatusNumber = Annotated[int, Between(1, 4)]
ScheduleStatusNumber = Annotated[int, Between(0, 2)]
CollapseNumber = Annotated[int, Between(0, 4)]
Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "pattern": f"^{TELLABLE}$", "examples": ["2026-08-20 14:43:00"]}),
]
Tags = Annotated[
    list[str],
    BeforeValidator(_tags),
    WithJsonSchema(
        {
            "type": ["string", "array"],
            "items": {"type": "string", "maxLength": LONGEST_TAG},
            "maxItems": MOST_TAGS,
            "examples": ["eu, for programs"],
        }
    ),
]
Document = Annotated[dict[str, Any] | list[Any], BeforeValidator(_document)]
NamedValues = Annotated[dict[str, Any], BeforeValidator(_named)]
ComponentIds = Annotated[list[Annotated[int, Between(1, LARGEST_INTEGER)]], BeforeValidator(_ids)]
Email = Annotated[
    str,
    Field(max_length=255, json_schema_extra={"format": "email"}),
    AfterValidator(_email),
    BeforeValidator(line),
]
