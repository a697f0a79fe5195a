"""What happens to planned work: begin, finish, move and cancel, also one date of a series."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import ID, bp
from app.controllers.dashboard.answers import confirm_page, done_or_late, said_or_late
from app.controllers.dashboard.maintenances import cancel_detail, find, show
from app.errors import NotFound
from app.forms.maintenance import QUICK_MOVES, FinishForm, MoveForm
from app.i18n import _
from app.models.maintenance import Maintenance
from app.models.schedule import date_of
from app.models.slot import Slot
from app.permissions import requires

ONE = f"/schedule/<{ID}:maintenance_id>"
DATE = f"{ONE}/dates/<string(length=16):stamp>"


@bp.post(f"{ONE}/begin")
@requires("maintenances.manage")
def maintenance_begin(maintenance_id: int) -> ResponseReturnValue:
    """Begin now."""
    found = find(maintenance_id)
    return _do(found, lambda: found.begin(actor=g.actor), _("%(name)s has begun.", name=found.name))


@bp.route(f"{ONE}/finish", methods=["GET", "POST"])
@requires("maintenances.manage")
def maintenance_finish(maintenance_id: int) -> ResponseReturnValue:
    """Finish now, with or without last words."""
    found = find(maintenance_id)
    if request.method == "GET":
        return redirect(url_for("dashboard.maintenance", maintenance_id=found.id))
    form = FinishForm()
    if not form.validate():
        return show(found, finish_form=form)
    values = {"message": form.message.data or "", "notify": form.notify.data}
    return _do(found, lambda: found.finish(**values, actor=g.actor), _("%(name)s is finished.", name=found.name))


@bp.route(f"{ONE}/move", methods=["GET", "POST"])
@requires("maintenances.manage")
def maintenance_move(maintenance_id: int) -> ResponseReturnValue:
    """Postpone it, or bring it forward: by a quick button, or to the times entered."""
    found = find(maintenance_id)
    if request.method == "GET":
        return redirect(url_for("dashboard.maintenance", maintenance_id=found.id, _anchor="move"))
    form = MoveForm.of(found.starts_at, found.ends_at)
    by = QUICK_MOVES.get(request.form.get("by", ""))
    if by is not None:
        form.starts_at.data = found.starts_at if found.began_at else found.starts_at + by
        form.ends_at.data = found.ends_at + by
    elif not form.validate():
        return show(found, move_form=form)
    times = form.times(found.starts_at, found.ends_at)
    moved = _("%(name)s has been moved.", name=found.name)
    if not done_or_late(form, lambda: found.move(**times, notify=form.notify.data, actor=g.actor), moved):
        return show(found, move_form=form)
    return redirect(url_for("dashboard.maintenance", maintenance_id=maintenance_id))


@bp.route(f"{ONE}/cancel", methods=["GET", "POST"])
@requires("maintenances.manage")
def maintenance_cancel(maintenance_id: int) -> ResponseReturnValue:
    """Ask, then call it off."""
    found = find(maintenance_id)
    if request.method == "GET":
        back = url_for("dashboard.maintenance", maintenance_id=found.id)
        question = _("Cancel “%(name)s”?", name=found.name)
        return confirm_page(question, _("Cancel maintenance"), back, cancel_detail(found))
    return _do(
        found,
        lambda: found.cancel(notify=found.notify, actor=g.actor),
        _("%(name)s has been cancelled.", name=found.name),
    )


@bp.route(f"{DATE}/move", methods=["GET", "POST"])
@requires("maintenances.manage")
def maintenance_date_move(maintenance_id: int, stamp: str) -> ResponseReturnValue:
    """Another time for one date of a series; the others stay."""
    series, slot = _date(maintenance_id, stamp)
    if slot is None:
        return _no_such_date(series)
    form = MoveForm.of(slot.starts_at, slot.ends_at)
    if request.method == "POST" and form.validate():
        times = form.times(slot.starts_at, slot.ends_at)
        moved = _("This date has been moved; the others stay.")
        if done_or_late(
            form, lambda: _take_out(series, slot).move(**times, notify=form.notify.data, actor=g.actor), moved
        ):
            return redirect(url_for("dashboard.maintenance", maintenance_id=maintenance_id))
    page = render_template("dashboard/maintenances/move_date.html", form=form, maintenance=series, slot=slot)
    return page, 422 if form.errors else 200


@bp.route(f"{DATE}/cancel", methods=["GET", "POST"])
@requires("maintenances.manage")
def maintenance_date_cancel(maintenance_id: int, stamp: str) -> ResponseReturnValue:
    """Ask, then call one date of a series off."""
    series, slot = _date(maintenance_id, stamp)
    if slot is None:
        return _no_such_date(series)
    if request.method == "GET":
        back = url_for("dashboard.maintenance", maintenance_id=series.id)
        return confirm_page(_("Cancel this date?"), _("Cancel this date"), back, _("The other dates stay."))
    return _do(
        series,
        lambda: _take_out(series, slot).cancel(notify=series.notify, actor=g.actor),
        _("This date has been cancelled; the others stay."),
    )


def _take_out(series: Maintenance, slot: Slot) -> Maintenance:
    return series.occurrence(slot.series_at or slot.starts_at, actor=g.actor)


def _date(maintenance_id: int, stamp: str) -> tuple[Maintenance, Slot | None]:
    """The series, or 404, and the date of it that the address names: None when it has begun, or somebody took it."""
    series = find(maintenance_id)
    try:
        at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise NotFound() from None
    return series, date_of(series, at)


def _no_such_date(series: Maintenance) -> ResponseReturnValue:
    flash(_("The series has no such date any more."), "info")
    return redirect(url_for("dashboard.maintenance", maintenance_id=series.id))


def _do(found: Maintenance, verb: Callable[[], Any], said: str) -> ResponseReturnValue:
    address = url_for("dashboard.maintenance", maintenance_id=found.id)
    said_or_late(verb, said)
    return redirect(address)
