"""The values of one metric as JSON, where Cachet 2 had them; pages and boards out there read it (cachet-v2 3.5)."""

from flask import g, request
from flask.typing import ResponseReturnValue

from app.controllers.public import bp
from app.errors import NotFound
from app.models.base import LARGEST_INTEGER
from app.models.charts import FILTERS, buckets
from app.models.metric import Metric
from app.models.setting import Setting
from app.page_cache import cached
from app.serializers.api_v1.metric import metric_json

KEPT = 30  # seconds: points come to the half minute, and raise no generation


@bp.get(f"/metrics/<int(max={LARGEST_INTEGER}):metric_id>")
@cached(KEPT)
def metric_values(metric_id: int) -> ResponseReturnValue:
    """`filter` says how far back; without it, as the metric's own chart. An unknown one has no values."""
    metric = Metric.seen(metric_id, g.viewer)
    if metric is None:
        raise NotFound()
    asked = request.args.get("filter")
    view = metric.default_view if asked is None else FILTERS.get(asked)
    shown = metric_json(metric, Setting.zone())
    del shown["default_view_name"]
    return {"data": {"metric": shown, "items": (buckets(metric, view) if view is not None else {}) or []}}
