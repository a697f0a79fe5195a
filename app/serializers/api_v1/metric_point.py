"""A metric point as API v1 shows it."""

from datetime import tzinfo
from typing import Any

from app.models.metric_point import MetricPoint
from app.serializers.api_v1.words import plain, stamp


def metric_point_json(point: MetricPoint, zone: tzinfo) -> dict[str, Any]:
    """The metric point object. `created_at` is the time of the value, as in Cachet."""
    return {
        "id": point.id,
        "metric_id": point.metric_id,
        "value": plain(point.value),
        "counter": point.counter,
        "created_at": stamp(point.at, zone),
        "updated_at": stamp(point.updated_at, zone),
        "calculated_value": plain(point.value * point.counter),
    }
