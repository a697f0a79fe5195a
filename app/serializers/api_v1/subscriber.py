"""A subscriber as API v1 shows it."""

from datetime import tzinfo
from typing import Any

from app.models.subscriber import Subscriber, Subscription
from app.serializers.api_v1.words import stamp


def subscriber_json(subscriber: Subscriber, zone: tzinfo) -> dict[str, Any]:
    """The subscriber object. `verified_at` is null for who hears nothing, because the address is not confirmed or
    left; links cannot be made from `verify_code`, for they are signed."""
    verified = subscriber.verified_at if subscriber.is_active else None
    chosen = sorted(subscriber.subscriptions, key=lambda row: row.component_id)
    return {
        "id": subscriber.id,
        "email": subscriber.email,
        "verify_code": subscriber.link_key,
        "phone_number": None,
        "slack_webhook_url": None,
        "verified_at": stamp(verified, zone) if verified is not None else None,
        "global": subscriber.everything,
        "created_at": stamp(subscriber.created_at, zone),
        "updated_at": stamp(subscriber.updated_at, zone),
        "subscriptions": [_subscription_json(row, zone) for row in chosen],
    }


def _subscription_json(row: Subscription, zone: tzinfo) -> dict[str, Any]:
    return {
        "id": row.id,
        "subscriber_id": row.subscriber_id,
        "component_id": row.component_id,
        "created_at": stamp(row.created_at, zone),
        "updated_at": stamp(row.updated_at, zone),
    }
