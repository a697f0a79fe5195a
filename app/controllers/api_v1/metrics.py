"""Metrics in API v1."""

from flask import Response, g

from app.controllers.api_v1 import bp
from app.controllers.api_v1.documented import documented
from app.controllers.api_v1.envelope import data, gone, saved
from app.controllers.api_v1.finding import ID, loads
from app.controllers.api_v1.given import given
from app.controllers.api_v1.listing import Listing
from app.controllers.api_v1.zone import zone
from app.errors import NotFound
from app.extensions import db
from app.i18n import _
from app.models.metric import Metric
from app.permissions import requires
from app.schemas.api_v1 import answers
from app.schemas.api_v1.metric import ChangedMetric, NewMetric
from app.serializers.api_v1.metric import metric_json

_listing = Listing(
    filters={},
    sortable={
        "id": Metric.id,
        "name": Metric.name,
        "display_chart": Metric.show_chart,
        "default_value": Metric.default_value,
        "calc_type": Metric.calculation,
        "order": Metric.position,
        "visible": Metric.visibility,
    },
    order=(Metric.id.asc(),),
)


def find(id: int) -> Metric:
    """The metric, if the caller may see it."""
    metric = Metric.seen(id, g.viewer)
    if metric is None:  # the sentence only then: points come often, and the language costs a query
        raise NotFound(_("There is no metric with this id."))
    return metric


@bp.get("/metrics")
@documented(gives=answers.Metric, lists=_listing)
def metrics() -> Response:
    """Every metric that the caller may see."""
    return _listing.answer(Metric.visible_to(g.viewer), lambda metric: metric_json(metric, zone()))


@bp.get(f"/metrics/{ID}")
@documented(gives=answers.Metric)
@loads(find)
def metric(found: Metric) -> Response:
    """One metric."""
    return data(metric_json(found, zone()))


@bp.post("/metrics")
@documented(gives=answers.Metric, takes=NewMetric)
@requires("metrics.manage")
def create_metric() -> Response:
    """A new metric."""
    wanted = NewMetric.read(given(), zone())
    made = Metric.create(actor=g.actor, **{"position": wanted.order, **wanted.written()})
    return saved(lambda: metric_json(made, zone()))


@bp.put(f"/metrics/{ID}")
@documented(gives=answers.Metric, takes=ChangedMetric)
@loads(find)
@requires("metrics.manage")
def change_metric(found: Metric) -> Response:
    """Change what is given."""
    changes = ChangedMetric.read(given(), zone()).written()
    # Whoever sends back the 0 that stands for "none" means none.
    if found.default_value is None and not changes.get("default_value"):
        changes.pop("default_value", None)
    found.edit(actor=g.actor, **changes)
    return saved(lambda: metric_json(found, zone()))


@bp.delete(f"/metrics/{ID}")
@documented()
@loads(find)
@requires("metrics.manage")
def delete_metric(found: Metric) -> Response:
    """Remove it with its points."""
    found.delete(actor=g.actor)
    db.session.commit()
    return gone()
