"""Planned work as clients of Cachet tell it: its status is said outright, and nobody need say when it ends."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from app.errors import Invalid
from app.i18n import _
from app.lib import clock
from app.models.component import Component
from app.models.enums import MaintenanceState
from app.models.maintenance import Maintenance
from app.models.mixins import Actor

# How long work is planned for when nobody said; `meta` remembers that nobody did.
ASSUMED = timedelta(hours=1)
NO_END = "no_end"


def has_no_end(work: Maintenance) -> bool:
    """Whether its end was assumed, and nobody has said another since."""
    return bool(work.meta.get(NO_END)) and not work.auto_finish and work.length == ASSUMED


def told_state(work: Maintenance) -> MaintenanceState:
    """Its state in Cachet's words, in which what was cancelled is complete."""
    return MaintenanceState(min(work.state, MaintenanceState.FINISHED))


def told_times(
    work: Maintenance, touched: list[tuple[int, datetime]] | None = None
) -> tuple[datetime, datetime | None]:
    """When it begins, and when it is planned to end (None if nobody said) or was over. Of a series, its next date;
    `touched` as from Maintenance.touched, read if not given."""
    if not work.is_open:
        return work.starts_at, work.finished_at or work.cancelled_at
    if work.is_series:
        for slot in work.next_dates(1, touched=touched):
            return slot.starts_at, slot.ends_at
    return work.starts_at, None if has_no_end(work) else work.ends_at


def tell(
    *,
    state: MaintenanceState,
    starts_at: datetime,
    ends_at: datetime | None,
    notify: bool,
    actor: Actor | None,
    **fields: Any,
) -> Maintenance:
    """Plan work that may have begun, or be done, already. Without an end it goes on until somebody finishes it."""
    now = clock.now()
    is_done = state is MaintenanceState.FINISHED
    work = Maintenance.plan(
        starts_at=starts_at,
        ends_at=ends_at or starts_at + ASSUMED,
        auto_finish=ends_at is not None,
        meta={} if ends_at is not None else {NO_END: True},
        notify=notify and not is_done,
        actor=actor,
        **fields,
    )
    _reach(work, state, begin=min(starts_at, now), end=min(work.ends_at, now), actor=actor)
    return work


def retell(
    work: Maintenance,
    *,
    actor: Actor | None,
    state: MaintenanceState | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    components: Iterable[Component] | None = None,
    **changes: Any,
) -> None:
    """Change what is given, quietly, and bring it to `state`. Raises Invalid for a state that lies behind it."""
    _check_state(work, state)
    times = {name: at for name, at in (("starts_at", starts_at), ("ends_at", ends_at)) if at is not None}
    _check_times(work, times)
    if starts_at is not None and ends_at is None and (has_no_end(work) or starts_at >= work.ends_at):
        times["ends_at"] = starts_at + work.length
    if ends_at is not None and has_no_end(work):
        changes |= {"auto_finish": True, "meta": {}}
    changed = {name: value for name, value in {**changes, **times}.items() if getattr(work, name) != value}
    chosen = None if components is None or set(components) == set(work.components) else components
    if changed or chosen is not None:
        work.edit(actor=actor, components=chosen, **changed)
    if state is not None:
        now = clock.now()
        _reach(work, state, begin=now, end=min(ends_at or now, now), actor=actor)


def _check_state(work: Maintenance, state: MaintenanceState | None) -> None:
    if state is None or state is told_state(work):
        return
    if work.is_series:
        raise Invalid(status=_("The status of work that repeats follows from its dates."))
    if state < told_state(work):
        raise Invalid(status=_("The status cannot go back: this work has begun, or is over."))


def _check_times(work: Maintenance, times: dict[str, datetime]) -> None:
    if times and work.is_series:
        raise Invalid(**dict.fromkeys(times, _("The dates of work that repeats are moved in the dashboard.")))
    if times and not work.is_open:
        raise Invalid(**dict.fromkeys(times, _("This maintenance is over.")))


def _reach(work: Maintenance, state: MaintenanceState, *, begin: datetime, end: datetime, actor: Actor | None) -> None:
    if state > work.state and work.began_at is None:
        work.begin(actor=actor, at=begin)
    if state > work.state:
        work.finish(actor=actor, notify=False, at=end)
