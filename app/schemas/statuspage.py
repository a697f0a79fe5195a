"""Answers of Statuspage's API v2, read and checked as a whole before anything is made of them."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    FailFast,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from app.errors import Problem
from app.lib.text import one_line
from app.models.statuspage_words import Affected, OtherComponent, OtherIncident, OtherPage, OtherUpdate

LONGEST = 65_535
NAMES = ("components", "incidents", "scheduled-maintenances")


class Unreadable(Problem):
    """What was given is not what a page of Statuspage serves; says in which file, and where in it."""


def _text(value: Any) -> Any:
    if value is None:
        return ""
    # PostgreSQL has no place for the first, no database for the others: halves of characters.
    return re.sub(r"[\x00\ud800-\udfff]", "", value) if isinstance(value, str) else value


def _line(value: Any) -> Any:
    # Names come to stand in headers of mails, in calendars and on the operator's terminal.
    return one_line(value) if isinstance(value, str) else value


def _fitting(value: str) -> str:
    # MySQL counts the bytes of a text.
    if len(value.encode()) > LONGEST:
        raise ValueError(f"is longer than {LONGEST:,} bytes")
    return value


def _moment(value: datetime) -> datetime:
    aware = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    if not 1990 <= aware.year <= 2200:
        raise ValueError("is no time that a status page could mean")
    return aware.astimezone(UTC)


_Line = Annotated[str, BeforeValidator(_line), BeforeValidator(_text)]
Id = Annotated[_Line, StringConstraints(min_length=1, max_length=191)]
Name = Annotated[_Line, StringConstraints(min_length=1, max_length=255)]
Word = Annotated[_Line, StringConstraints(max_length=255)]
Prose = Annotated[str, BeforeValidator(_text), AfterValidator(_fitting)]
Moment = Annotated[datetime, AfterValidator(_moment)]


def _listed(value: Any) -> Any:
    return [] if value is None else value


# Only the first thing that is wrong is told; to collect all of them takes gigabytes.
First = FailFast()


class _Component(BaseModel):
    id: Id
    name: Word = ""
    status: Word = "operational"
    description: Prose = ""
    group_id: Id | None = None
    group: bool = False

    def taken(self, place: str) -> OtherComponent:
        return OtherComponent(
            self.id, self.name.strip(), place, self.status, self.description, self.group_id, self.group
        )


class _Listed(_Component):
    name: Name


class _Affected(BaseModel):
    code: Word = ""
    name: Word = ""
    new_status: Word = ""


class _Update(BaseModel):
    status: Word
    body: Prose = ""
    created_at: Moment
    display_at: Moment | None = None
    affected_components: Annotated[list[_Affected], First, BeforeValidator(_listed)] = []

    def taken(self) -> OtherUpdate:
        affected = tuple(Affected(one.code, one.name, one.new_status) for one in self.affected_components)
        return OtherUpdate(self.display_at or self.created_at, self.status, self.body, affected)


class _Incident(BaseModel):
    id: Id
    name: Name
    status: Word
    impact: Word = "none"
    created_at: Moment
    started_at: Moment | None = None
    resolved_at: Moment | None = None
    updated_at: Moment | None = None
    scheduled_for: Moment | None = None
    scheduled_until: Moment | None = None
    incident_updates: Annotated[list[_Update], First, BeforeValidator(_listed)] = []
    components: Annotated[list[_Component], First, BeforeValidator(_listed)] = []

    def taken(self, place: str) -> OtherIncident:
        # They are served newest first, some within the same second.
        updates = sorted((update.taken() for update in reversed(self.incident_updates)), key=lambda update: update.at)
        planned = self.scheduled_for and (self.scheduled_for, self.scheduled_until or self.scheduled_for)
        return OtherIncident(
            id=self.id,
            name=self.name,
            place=place,
            status=self.status,
            impact=self.impact,
            started_at=self.started_at or self.created_at,
            resolved_at=self.resolved_at,
            updated_at=self.updated_at or self.created_at,
            updates=tuple(updates),
            component_ids=tuple(dict.fromkeys(component.id for component in self.components)),
            planned=planned or None,
        )


class _Page(BaseModel):
    id: Word = ""
    name: Word = ""


class _Document(BaseModel):
    page: _Page = Field(default_factory=_Page)
    components: Annotated[list[_Listed], First, BeforeValidator(_listed)] = []
    incidents: Annotated[list[_Incident], First, BeforeValidator(_listed)] = []
    scheduled_maintenances: Annotated[list[_Incident], First, BeforeValidator(_listed)] = []


_DOCUMENT = TypeAdapter(_Document)


def holds_any(data: bytes) -> bool:
    """Whether this is JSON with at least one of the lists that we look for."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and not document.keys().isdisjoint(_LISTS)


_LISTS = ("components", "incidents", "scheduled_maintenances")


def read(files: Iterable[tuple[str, bytes]], fallback: str) -> OtherPage:
    """The page that these files, each with its name, tell of; `fallback` names it when no file does. Raises Unreadable.

    Files may repeat each other: of two things with one id the one that changed last counts."""
    documents = [(name, _document(name, data)) for name, data in files]
    page = next((document.page for _name, document in documents if document.page.id), _Page())
    found = OtherPage(f"statuspage:{page.id or fallback}"[:191], page.name or fallback)
    components: dict[str, OtherComponent] = {}
    embedded: dict[str, OtherComponent] = {}
    incidents: dict[str, OtherIncident] = {}
    maintenances: dict[str, OtherIncident] = {}
    for name, document in documents:
        parts = [(f"{name}: components[{n}]", one) for n, one in enumerate(document.components)]
        _collect(found, "components", components, [one.taken(place) for place, one in parts])
        for key, rows, into in (
            ("incidents", document.incidents, incidents),
            ("scheduled_maintenances", document.scheduled_maintenances, maintenances),
        ):
            stories = [(f"{name}: {key}[{n}]", one) for n, one in enumerate(rows)]
            kind = "incidents" if into is incidents else "maintenances"
            _collect(found, kind, into, [one.taken(place) for place, one in stories])
            embedded.update({c.id: c.taken(place) for place, one in stories for c in one.components if c.name.strip()})
    # An answer with incidents alone still says of which components they speak.
    found.components = [*components.values(), *(one for id, one in embedded.items() if id not in components)]
    # They are served newest first; of those of one instant the order stays.
    found.incidents = sorted((one for one in reversed(incidents.values())), key=_begins)
    found.maintenances = sorted((one for one in reversed(maintenances.values())), key=_begins)
    return found


def _begins(one: OtherIncident) -> datetime:
    return one.planned[0] if one.planned else one.started_at


def _collect(page: OtherPage, kind: str, known: dict[str, Any], rows: list[Any]) -> None:
    seen: set[str] = set()
    for row in rows:
        if row.id in seen:
            page.twice.append((kind, row.place))
            continue
        seen.add(row.id)
        before = known.get(row.id)
        if before is None or getattr(row, "updated_at", 1) >= getattr(before, "updated_at", 0):
            known[row.id] = row


def _document(name: str, data: bytes) -> _Document:
    try:
        raw = json.loads(data)
    except json.JSONDecodeError as error:
        raise Unreadable(f"{name}: line {error.lineno}, column {error.colno}: is no JSON ({error.msg})") from None
    except RecursionError:
        raise Unreadable(f"{name}: is nested too deeply") from None
    except ValueError:
        raise Unreadable(f"{name}: is no JSON in UTF-8, or has a number that is too long") from None
    try:
        return _DOCUMENT.validate_python(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]).lstrip(".")
        raise Unreadable(f"{name}: {place or 'the whole'}: {first['msg']}") from None
