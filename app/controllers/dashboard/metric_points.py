"""The points of a metric, by hand: add, correct and delete."""

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import ID, bp
from app.controllers.dashboard.answers import ask_to_delete, done, form_page
from app.controllers.dashboard.metrics import show
from app.errors import NotFound
from app.extensions import db
from app.forms.metric_point import MetricPointForm
from app.i18n import _
from app.models.metric import Metric
from app.models.metric_point import MetricPoint
from app.permissions import requires

POINT = f"/metrics/<{ID}:metric_id>/points/<{ID}:point_id>"


@bp.post(f"/metrics/<{ID}:metric_id>/points")
@requires("metric_points.manage")
def metric_point_create(metric_id: int) -> ResponseReturnValue:
    """Note a value."""
    metric = db.get_or_404(Metric, metric_id)
    form = MetricPointForm()
    if form.validate() and done(form, lambda: metric.add_point(form.value.data or 0.0, at=form.at.data)):
        flash(_("The point has been added."), "success")
        return redirect(url_for("dashboard.metric", metric_id=metric.id))
    return show(metric, form)


@bp.route(POINT, methods=["GET", "POST"])
@requires("metric_points.manage")
def metric_point_edit(metric_id: int, point_id: int) -> ResponseReturnValue:
    """Correct its value or its time."""
    point = _find(metric_id, point_id)
    form = MetricPointForm.of(point)
    if form.validate_on_submit() and done(form, lambda: point.edit(actor=g.actor, **form.changes(point))):
        flash(_("The point has been saved."), "success")
        return redirect(url_for("dashboard.metric", metric_id=metric_id))
    metric = db.get_or_404(Metric, metric_id)
    return form_page("dashboard/metrics/point.html", form, metric=metric, point=point)


@bp.route(f"{POINT}/delete", methods=["GET", "POST"])
@requires("metric_points.manage")
def metric_point_delete(metric_id: int, point_id: int) -> ResponseReturnValue:
    """Ask, then take it back."""
    point, back = _find(metric_id, point_id), url_for("dashboard.metric", metric_id=metric_id)
    return ask_to_delete(
        point,
        question=_("Delete this point?"),
        label=_("Delete point"),
        detail=_("The chart forgets it, too. This cannot be undone."),
        back=back,
        said=_("The point has been deleted."),
        after=back,
    )


def _find(metric_id: int, point_id: int) -> MetricPoint:
    point = db.get_or_404(MetricPoint, point_id)
    if point.metric_id != metric_id:
        raise NotFound()
    return point
