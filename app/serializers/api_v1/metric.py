"""A metric as API v1 shows it."""

from datetime import tzinfo
from typing import Any

from app.models.enums import MetricView
from app.models.metric import Metric
from app.serializers.api_v1.words import plain, stamp

# English in every language, as all words of this API.
VIEW_NAMES = {
    MetricView.HOUR: "Last Hour",
    MetricView.HALF_DAY: "Last 12 Hours",
    MetricView.DAY: "Last 24 Hours",
    MetricView.WEEK: "Week",
    MetricView.MONTH: "Month",
}


def metric_json(metric: Metric, zone: tzinfo) -> dict[str, Any]:
    """The metric object. Clients want a number in `default_value`, so it is 0 for none."""
    return {
        "id": metric.id,
        "name": metric.name,
        "suffix": metric.suffix,
        "description": metric.description,
        "default_value": plain(metric.default_value or 0.0),
        "calc_type": int(metric.calculation),
        "display_chart": metric.show_chart,
        "places": metric.places,
        "default_view": int(metric.default_view),
        "threshold": metric.threshold,
        "order": metric.position,
        "visible": int(metric.visibility),
        "created_at": stamp(metric.created_at, zone),
        "updated_at": stamp(metric.updated_at, zone),
        "default_view_name": VIEW_NAMES[metric.default_view],
    }
