"""How the status of a component went, worked out from its reasons: baseline, impacts of incidents, maintenance windows.

Reasons are stretches of time, so this can be done again for any part of the past: a corrected incident corrects it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.baseline import Baseline
from app.models.enums import ComponentStatus
from app.models.impact import Impact
from app.models.status_change import StatusChange
from app.models.window import Window


@dataclass(frozen=True)
class Reason:
    """Why a component is in `status` from `began_at` until `ended_at`, or until further notice."""

    status: ComponentStatus
    began_at: datetime
    ended_at: datetime | None
    cause_type: str | None = None
    cause_id: int | None = None

    def holds(self, at: datetime) -> bool:
        return self.began_at <= at and (self.ended_at is None or at < self.ended_at)


@dataclass(frozen=True)
class Step:
    """From `at` on the status is `status`, because of the cause named."""

    at: datetime
    status: ComponentStatus
    cause_type: str | None = None
    cause_id: int | None = None


def reasons(component_id: int, since: datetime, until: datetime) -> list[Reason]:
    """Every reason that holds at some time between the two."""

    def overlapping(model: Any) -> tuple[Any, ...]:
        return (
            model.component_id == component_id,
            model.began_at <= until,
            sa.or_(model.ended_at.is_(None), model.ended_at >= since),
        )

    stretch = (Impact.began_at, Impact.ended_at)
    impacts = sa.select(Impact.status, *stretch, Impact.incident_id).where(*overlapping(Impact)).order_by(Impact.id)
    said = sa.select(Baseline.status, Baseline.began_at, Baseline.ended_at).where(*overlapping(Baseline))
    work = sa.select(Window.began_at, Window.ended_at, Window.maintenance_id).where(*overlapping(Window))
    return [
        *(Reason(*row) for row in db.session.execute(said.order_by(Baseline.id))),
        *(Reason(*row[:3], "Incident", row[3]) for row in db.session.execute(impacts)),
        *(
            Reason(ComponentStatus.UNDER_MAINTENANCE, began, ended, "Maintenance", maintenance_id)
            for began, ended, maintenance_id in db.session.execute(work.order_by(Window.id))
        ),
    ]


def steps(reasons: list[Reason], since: datetime, until: datetime, before: ComponentStatus) -> list[Step]:
    """How the worst of `reasons` goes from `since` to `until`, both included: one step per change, from `before` on."""
    found: list[Step] = []
    coming = sorted(reasons, key=lambda reason: reason.began_at, reverse=True)
    # What ends names no cause: the reason that ended is the one to name.
    ending = {reason.ended_at: reason for reason in reasons if reason.cause_type}
    held: list[Reason] = []
    times = {since, *(r.began_at for r in reasons), *(r.ended_at for r in reasons if r.ended_at is not None)}
    for at in sorted(time for time in times if since <= time <= until):
        while coming and coming[-1].began_at <= at:
            held.append(coming.pop())
        held = [reason for reason in held if reason.holds(at)]
        top = max(held, key=lambda r: (r.status.severity, r.cause_type is not None), default=None)
        status = top.status if top is not None else ComponentStatus.OPERATIONAL
        if status is not before:
            cause = top if top is not None and top.cause_type and top.began_at == at else ending.get(at)
            found.append(Step(at, status, *((cause.cause_type, cause.cause_id) if cause else (None, None))))
            before = status
    return found


def status_before(component_id: int, moment: datetime) -> StatusChange | None:
    """The newest change before `moment`."""
    return db.session.scalar(
        sa.select(StatusChange)
        .where(StatusChange.component_id == component_id, StatusChange.at < moment)
        .order_by(StatusChange.at.desc(), StatusChange.id.desc())
        .limit(1)
    )


def rewrite(component_id: int, since: datetime, until: datetime, actor_label: str) -> None:
    """Bring the changes between the two times into step with the reasons. What is right already stays untouched."""
    earlier = status_before(component_id, since)
    before = earlier.new if earlier is not None else ComponentStatus.OPERATIONAL
    kept = sa.select(StatusChange).where(
        StatusChange.component_id == component_id, StatusChange.at >= since, StatusChange.at <= until
    )
    known = {(change.at, change.old, change.new): change for change in db.session.scalars(kept)}
    for step in steps(reasons(component_id, since, until), since, until, before):
        if known.pop((step.at, before, step.status), None) is None:
            db.session.add(
                StatusChange(
                    component_id=component_id,
                    old=before,
                    new=step.status,
                    at=step.at,
                    cause_type=step.cause_type,
                    cause_id=step.cause_id,
                    actor_label=actor_label,
                )
            )
        before = step.status
    for stale in known.values():
        db.session.delete(stale)
    db.session.flush()
