"""Day notes: what stands behind the troubled days of a strip, by component and day."""

from bisect import bisect_right
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.extensions import db
from app.lib import clock
from app.models.enums import ComponentStatus, Visibility
from app.models.impact import Impact
from app.models.incident import Incident
from app.models.maintenance import Maintenance
from app.models.mixins import Actor
from app.models.uptime import Span
from app.models.window import Window


class Kind(StrEnum):
    """What a note leads to."""

    INCIDENT = "incident"
    MAINTENANCE = "maintenance"


class Note(NamedTuple):
    """An incident or a maintenance, known by no more than its name. A tuple: a page has hundreds."""

    kind: str  # of Kind
    id: int
    name: str


DayNotes = Mapping[int, Mapping[date, list[Note]]]


def load_notes(viewer: Actor | None, component_ids: Collection[int], span: Span) -> DayNotes:
    """The notes of these components, by their id and day, oldest first: one query for what `viewer` may see, with one
    row for each incident or maintenance and component that it touched."""
    notes: dict[int, dict[date, list[Note]]] = {component_id: {} for component_id in component_ids}
    if not notes:
        return notes
    now = clock.now()
    seen = [Visibility.EVERYONE] if viewer is None else [Visibility.EVERYONE, Visibility.MEMBERS]
    given = {"components": component_ids, "begin": span.begin, "end": span.end, "seen": seen, "now": now}
    days, starts, present = span.days, _starts(span), _plain(now)
    for kind, row_id, name, component_id, began, ended, lasting in db.session.execute(_ROWS, given):
        note, noted = Note(kind, row_id, name), notes[component_id]
        until = max(ended or present, present) if lasting else ended
        for day in days[max(bisect_right(starts, began) - 1, 0) : bisect_right(starts, until)]:
            noted.setdefault(day, []).append(note)
    return notes


@lru_cache(maxsize=16)
def _starts(span: Span) -> list[datetime]:
    """When each day of `span` begins, as `_touching` tells times: the same all day long."""
    return [_plain(clock.start_of_day(day, span.zone)) for day in span.days]


def _plain(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _touching(kind: Kind, told: Any, stretch: Any) -> sa.Select[Any]:
    """Of each row of `told` and each component: from when to when its stretches lasted, and whether one still does.
    Times as they are stored, in UTC without saying so: a page has hundreds."""
    return (
        sa.select(
            sa.literal(kind.value).label("kind"),
            told.id.label("id"),
            told.name.label("name"),
            stretch.component_id.label("component_id"),
            sa.type_coerce(sa.func.min(stretch.began_at), sa.DateTime()).label("began"),
            sa.type_coerce(sa.func.max(stretch.ended_at), sa.DateTime()).label("ended"),
            (sa.func.count() > sa.func.count(stretch.ended_at)).label("lasting"),
        )
        .join_from(stretch, told)
        .where(
            stretch.component_id.in_(sa.bindparam("components", expanding=True)),
            stretch.began_at < sa.bindparam("end"),
            sa.or_(stretch.ended_at.is_(None), stretch.ended_at >= sa.bindparam("begin")),
            told.visibility.in_(sa.bindparam("seen", expanding=True)),
        )
        .group_by(told.id, told.name, stretch.component_id)
    )


# Made once: to put it together takes as long as to ask it.
_ROWS = sa.union_all(
    _touching(Kind.INCIDENT, Incident, Impact).where(Impact.status != ComponentStatus.OPERATIONAL),
    _touching(Kind.MAINTENANCE, Maintenance, Window).where(
        # As Maintenance.on_page: what has begun may have been told to appear later.
        sa.or_(Maintenance.publish_at.is_(None), Maintenance.publish_at <= sa.bindparam("now"))
    ),
).order_by("began", "kind", "id")
