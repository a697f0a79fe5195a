"""Metrics: list, show, create, edit, delete and order."""

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import ID, bp
from app.controllers.dashboard.answers import ask_to_delete, done, form_page, page_of
from app.extensions import db
from app.forms.metric import MetricForm
from app.forms.metric_point import MetricPointForm
from app.forms.ordering import read_ids, read_step
from app.i18n import _
from app.models.enums import MetricView
from app.models.metric import Metric
from app.models.metric_point import MetricPoint
from app.models.series import Series
from app.permissions import requires

PER_PAGE = 25


@bp.get("/metrics")
@requires("dashboard.view")
def metrics() -> ResponseReturnValue:
    """All of them, with the newest value of each."""
    found = list(db.session.scalars(Metric.in_order()))
    return render_template("dashboard/metrics/index.html", metrics=found, series=Series.load(found))


@bp.route("/metrics/create", methods=["GET", "POST"])
@requires("metrics.manage")
def metric_create() -> ResponseReturnValue:
    """A new metric; then how to send it values."""
    form = MetricForm()
    if form.validate_on_submit():
        made: list[Metric] = []
        if done(form, lambda: made.append(Metric.create(**form.values(), actor=g.actor))):
            flash(_("%(name)s has been added.", name=form.name.data), "success")
            return redirect(url_for("dashboard.metric", metric_id=made[0].id))
    return form_page("dashboard/metrics/form.html", form, metric=None)


@bp.get(f"/metrics/<{ID}:metric_id>")
@requires("dashboard.view")
def metric(metric_id: int) -> ResponseReturnValue:
    """Its chart, its newest points and how to send more."""
    return show(db.get_or_404(Metric, metric_id))


@bp.route(f"/metrics/<{ID}:metric_id>/edit", methods=["GET", "POST"])
@requires("metrics.manage")
def metric_edit(metric_id: int) -> ResponseReturnValue:
    """Change anything of it but its points."""
    found = db.get_or_404(Metric, metric_id)
    form = MetricForm.of(found).beside(MetricForm.of(found, formdata=None))
    if (
        form.validate_on_submit()
        and form.is_current()
        and done(form, lambda: found.edit(**form.values(), actor=g.actor))
    ):
        flash(_("%(name)s has been saved.", name=found.name), "success")
        return redirect(url_for("dashboard.metric", metric_id=found.id))
    return form_page("dashboard/metrics/form.html", form, metric=found)


@bp.route(f"/metrics/<{ID}:metric_id>/delete", methods=["GET", "POST"])
@requires("metrics.manage")
def metric_delete(metric_id: int) -> ResponseReturnValue:
    """Ask, then remove it."""
    found = db.get_or_404(Metric, metric_id)
    return ask_to_delete(
        found,
        question=_("Delete %(name)s?", name=found.name),
        label=_("Delete metric"),
        detail=_("Its points go with it. It can be put back for 30 days, with the newest of them."),
        back=url_for("dashboard.metric", metric_id=found.id),
        said=_("%(name)s has been deleted.", name=found.name),
        after=url_for("dashboard.metrics"),
    )


@bp.post(f"/metrics/<{ID}:metric_id>/move")
@requires("metrics.manage")
def metric_move(metric_id: int) -> ResponseReturnValue:
    """One place up or down."""
    found = db.get_or_404(Metric, metric_id)
    found.move(read_step(request.form.get("direction")), actor=g.actor)
    db.session.commit()
    return redirect(url_for("dashboard.metrics", _anchor=f"metric-{found.id}"))


@bp.post("/metrics/order")
@requires("metrics.manage")
def metrics_order() -> ResponseReturnValue:
    """The order after one was dragged."""
    Metric.reorder(read_ids(request.get_json(silent=True)), actor=g.actor)
    db.session.commit()
    return "", 204


def show(found: Metric, form: MetricPointForm | None = None) -> ResponseReturnValue:
    """The page of one metric; a point that was refused stays in its form."""
    form = form or MetricPointForm(formdata=None)
    page = render_template(
        "dashboard/metrics/show.html",
        metric=found,
        series=found.series(MetricView.named(request.args.get("view", ""))),
        points=page_of(MetricPoint.of(found.id), PER_PAGE),
        form=form,
        api_url=current_app.config["APP_URL"].rstrip("/") + "/api/v1",
    )
    return page, 422 if form.errors else 200
