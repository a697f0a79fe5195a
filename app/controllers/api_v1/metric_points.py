"""Metric points in API v1."""

from flask import Response, g
from sqlalchemy.exc import IntegrityError

from app.controllers.api_v1 import bp
from app.controllers.api_v1.documented import documented
from app.controllers.api_v1.envelope import data, gone, saved
from app.controllers.api_v1.finding import ID, METRIC_ID, loads, one
from app.controllers.api_v1.given import given
from app.controllers.api_v1.listing import Listing
from app.controllers.api_v1.metrics import find as find_metric
from app.controllers.api_v1.zone import zone
from app.errors import Conflict
from app.extensions import db
from app.i18n import _, _l
from app.models.metric import Metric
from app.models.metric_point import MetricPoint
from app.permissions import requires
from app.schemas.api_v1 import answers
from app.schemas.api_v1.metric_point import ChangedMetricPoint, NewMetricPoint
from app.serializers.api_v1.metric_point import metric_point_json

_listing = Listing(filters={}, sortable={}, order=(MetricPoint.at.desc(), MetricPoint.id.desc()))


def find_of(metric_id: int) -> Metric:
    """The metric of the address, if the caller may see it."""
    return find_metric(metric_id)


def find(metric_id: int, id: int) -> MetricPoint:
    """The point of that metric, if the caller may see it."""
    find_metric(metric_id)
    wanted = MetricPoint.of(metric_id).where(MetricPoint.id == id)
    # Its verbs hold it, after its metric, as a new point does.
    return one(wanted, _l("There is no point with this id."), held=False)


@bp.get(f"/metrics/{METRIC_ID}/points")
@documented(gives=answers.MetricPoint, lists=_listing)
@loads(find_of)
def metric_points(metric: Metric) -> Response:
    """The points of a metric, newest first."""
    return _listing.answer(MetricPoint.of(metric.id), lambda point: metric_point_json(point, zone()))


@bp.post(f"/metrics/{METRIC_ID}/points")
@documented(gives=answers.MetricPoint, takes=NewMetricPoint)
@loads(find_of)
@requires("metric_points.manage")
def create_metric_point(metric: Metric) -> Response:
    """A new point, or the one before it counted once more."""
    wanted = NewMetricPoint.read(given(), zone())
    _begin_writing(metric)
    try:
        made = metric.add_point(wanted.value, at=wanted.timestamp)
        # Written before the commit, after which the row would be read again.
        answer = data(metric_point_json(made, zone()))
        db.session.commit()
    except IntegrityError:
        raise Conflict(_("This was deleted meanwhile.")) from None
    return answer


def _begin_writing(metric: Metric) -> None:
    """End the transaction that only read (lib/sqlite.py), keeping what it read: the next one writes at once."""
    if g.pop("reads_only", False) and db.engine.dialect.name == "sqlite":
        db.session.expunge(metric)
        db.session.commit()


@bp.put(f"/metrics/{METRIC_ID}/points/{ID}")
@documented(gives=answers.MetricPoint, takes=ChangedMetricPoint)
@loads(find)
@requires("metric_points.manage")
def change_metric_point(found: MetricPoint) -> Response:
    """Correct what is given."""
    wanted = ChangedMetricPoint.read(given(), zone())
    found.edit(value=wanted.value, at=wanted.timestamp, actor=g.actor)
    return saved(lambda: metric_point_json(found, zone()))


@bp.delete(f"/metrics/{METRIC_ID}/points/{ID}")
@documented()
@loads(find)
@requires("metric_points.manage")
def delete_metric_point(found: MetricPoint) -> Response:
    """Take it back."""
    found.delete(actor=g.actor)
    db.session.commit()
    return gone()
