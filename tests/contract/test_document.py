"""The golden answers are what the document at /api/v1/openapi.json declares, no key more and no key less."""

import pytest
from pydantic import ValidationError

from app.schemas.api_v1 import answers, envelopes
from tests.contract import (
    test_component_groups,
    test_components,
    test_general,
    test_incident_templates,
    test_incidents,
    test_metrics,
    test_schedules,
    test_subscribers,
)

GOLDEN = [
    (answers.Component, test_components.BARE),
    (answers.Component, test_components.FULL),
    (answers.ComponentGroup, test_component_groups.BARE),
    (answers.ComponentGroup, test_component_groups.FULL),
    (answers.Incident, test_incidents.BARE),
    (answers.Incident, test_incidents.FULL),
    (answers.IncidentUpdate, test_incidents.FIRST),
    (answers.IncidentTemplate, test_incident_templates.GOLDEN),
    (answers.Metric, test_metrics.BARE),
    (answers.Metric, test_metrics.FULL),
    (answers.MetricPoint, test_metrics.POINT),
    (answers.Schedule, test_schedules.BARE),
    (answers.Schedule, test_schedules.FULL),
    (answers.ScheduleComponent, test_schedules.ROW),
    (answers.Subscriber, test_subscribers.UNVERIFIED),
    (answers.Subscriber, {**test_subscribers.UNVERIFIED, "subscriptions": test_subscribers.CHOSEN}),
    (answers.Subscription, test_subscribers.ROW),
    (envelopes.Version, test_general.VERSION),
    (envelopes.ListMeta, test_general.pagination(0, 0, 1, 1)),
]


@pytest.mark.parametrize(("model", "golden"), GOLDEN, ids=lambda value: getattr(value, "__name__", ""))
def test_key_by_key(model, golden):
    model.model_validate(golden)
    for key in golden:
        with pytest.raises(ValidationError):
            model.model_validate({name: value for name, value in golden.items() if name != key})
    with pytest.raises(ValidationError):
        model.model_validate({**golden, "one_more": 1})
