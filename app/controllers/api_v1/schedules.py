"""Schedules in API v1: planned work."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Response, g
from sqlalchemy.orm import selectinload

from app.controllers.api_v1 import bp
from app.controllers.api_v1.choosing import chosen
from app.controllers.api_v1.documented import documented
from app.controllers.api_v1.envelope import data, gone, saved
from app.controllers.api_v1.finding import ID, loads, one
from app.controllers.api_v1.given import given
from app.controllers.api_v1.listing import Listing, by_number, is_number, is_text
from app.controllers.api_v1.zone import zone
from app.errors import Invalid
from app.extensions import db
from app.i18n import _, _l
from app.lib import clock
from app.models.component import Component
from app.models.maintenance import Maintenance
from app.models.told_work import retell, tell, told_times
from app.permissions import requires
from app.schemas.api_v1 import answers
from app.schemas.api_v1.schedule import ChangedSchedule, NewSchedule
from app.serializers.api_v1.schedule import schedule_json

_affected = selectinload(Maintenance.components).joinedload(Component.group)
_over_at = sa.func.coalesce(Maintenance.finished_at, Maintenance.cancelled_at)
_status = sa.case((_over_at.is_not(None), 2), (Maintenance.began_at.is_not(None), 1), else_=0)
_listing = Listing(
    filters={
        "id": is_number(Maintenance.id),
        "name": is_text(Maintenance.name),
        "status": by_number(lambda number: _status == number),
    },
    sortable={
        "id": Maintenance.id,
        "name": Maintenance.name,
        "status": _status,
        "scheduled_at": Maintenance.starts_at,
        "completed_at": sa.func.coalesce(_over_at, Maintenance.ends_at),
        "created_at": Maintenance.created_at,
        "updated_at": Maintenance.updated_at,
    },
    order=(Maintenance.id.asc(),),
)
# What the model calls the times, and what clients do.
FIELDS = {"starts_at": "scheduled_at", "publish_at": "scheduled_at", "ends_at": "completed_at"}


def find(id: int) -> Maintenance:
    """The planned work, if the caller may see it."""
    shown = Maintenance.visible_to(g.viewer).where(Maintenance.id == id).options(_affected)
    # Its own verbs hold it, with its series.
    return one(shown, _l("There is no schedule with this id."), held=False)


@bp.get("/schedules")
@documented(gives=answers.Schedule, lists=_listing)
def schedules() -> Response:
    """All planned work that the caller may see, oldest first."""
    shown = Maintenance.visible_to(g.viewer).options(_affected)
    touched = Maintenance.touched(None, clock.now())
    return _listing.answer(shown, lambda work: schedule_json(work, zone(), g.viewer, touched))


@bp.get(f"/schedules/{ID}")
@documented(gives=answers.Schedule)
@loads(find)
def schedule(found: Maintenance) -> Response:
    """One schedule."""
    return data(schedule_json(found, zone(), g.viewer))


@bp.post("/schedules")
@documented(gives=answers.Schedule, takes=NewSchedule)
@requires("maintenances.manage")
def create_schedule() -> Response:
    """Plan work, which may have begun or be done already."""
    wanted = NewSchedule.read(given(), zone())
    with _in_their_words():
        made = tell(
            notify=wanted.notify,
            components=chosen(wanted.components or []),
            actor=g.actor,
            **{"message": "", "ends_at": None, **wanted.written()},
        )
    return saved(lambda: schedule_json(made, zone(), g.viewer))


@bp.put(f"/schedules/{ID}")
@documented(gives=answers.Schedule, takes=ChangedSchedule)
@loads(find)
@requires("maintenances.manage")
def change_schedule(found: Maintenance) -> Response:
    """Change what is given, quietly; the status begins the work or finishes it."""
    wanted = ChangedSchedule.read(given(), zone())
    found.hold()
    changes = _without_echoes(wanted.written(), found)
    components = _named(wanted.components, found) if wanted.components is not None else None
    with _in_their_words():
        retell(found, components=components, actor=g.actor, **changes)
    return saved(lambda: schedule_json(found, zone(), g.viewer))


@bp.delete(f"/schedules/{ID}")
@documented()
@loads(find)
@requires("maintenances.manage")
def delete_schedule(found: Maintenance) -> Response:
    """Remove it, as if it had not been; a series with all its dates."""
    found.delete(actor=g.actor)
    db.session.commit()
    return gone()


def _named(ids: list[int], found: Maintenance) -> list[Component]:
    # A token that reads as a guest cannot send back what it is not shown.
    hidden = [] if g.actor.can("api.read") else [c for c in found.components if not c.is_announceable]
    return [*chosen(ids), *hidden]


def _without_echoes(changes: dict[str, Any], found: Maintenance) -> dict[str, Any]:
    """`changes` without the times that the client only sends back as it read them: they must not move the work."""
    begins, ends = told_times(found)
    known = {"starts_at": [begins], "ends_at": [ends, found.ends_at] if ends is not None else []}
    return {
        name: value
        for name, value in changes.items()
        if not any(clock.reads_alike(value, moment, zone()) for moment in known.get(name, []) if moment is not None)
    }


@contextmanager
def _in_their_words() -> Iterator[None]:
    """Name the fields of a refusal as clients know them."""
    try:
        yield
    except Invalid as refused:
        told = {name: why for name, why in refused.fields.items() if name not in FIELDS}
        for name in refused.fields.keys() & FIELDS.keys():
            field, why = FIELDS[name], refused.fields[name]
            told[field] = _("The %(field)s cannot be taken: %(why)s", field=field, why=why)
        raise Invalid(**told) from None
