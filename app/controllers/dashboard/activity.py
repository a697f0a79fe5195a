"""The audit trail: who did what, when, and what it was before."""

from collections.abc import Iterator
from typing import Any

from flask import Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import bp
from app.controllers.dashboard.answers import page_of
from app.extensions import db
from app.forms.activity import ActivityForm
from app.lib import clock
from app.models.activity import Activity
from app.models.setting import Setting
from app.permissions import requires
from app.serializers import activity as words

PER_PAGE = 50


@bp.get("/activity")
@requires("activity.view")
def activity() -> ResponseReturnValue:
    """The list, newest first, of what the address asks for."""
    form = ActivityForm.asked(request.args)
    is_valid = form.validate()
    page = page_of(Activity.listed(**(form.wanted() if is_valid else {})), PER_PAGE)
    context = {"form": form, "page": page, "words": words, "kept_days": Setting.get("event_days")}
    return render_template("dashboard/activity/index.html", **context), 200 if is_valid else 422


@bp.get("/activity.csv")
@requires("activity.view")
def activity_csv() -> ResponseReturnValue:
    """The same as a file, all of it."""
    form = ActivityForm.asked(request.args)
    wanted = form.wanted() if form.validate() else {}
    name = f"activity-{clock.today(Setting.zone()):%Y-%m-%d}.csv"
    return Response(
        stream_with_context(_lines(wanted)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _lines(wanted: dict[str, Any]) -> Iterator[str]:
    """The lines of the file, many at a time. Nothing is held open while a slow reader takes them in."""
    yield words.header()
    for events in Activity.batches(**wanted):
        lines = "".join(words.rows(events))
        db.session.rollback()
        yield lines
