"""What test_cachethq_client.py has cachethq_client do, in its own environment; prints what it was told as JSON.

Arguments: the address of API v1 and a token.
"""

import json
import sys

import cachethq_client as hq
from cachethq_client.rest import ApiException


def client(endpoint, token):
    settings = hq.Configuration()
    settings.host = endpoint
    settings.api_key = {"X-Cachet-Token": token}  # not the one that all copies share
    return hq.ApiClient(settings)


def refused(call, *arguments):
    """The number of the error that the client raises."""
    try:
        call(*arguments)
    except ApiException as error:
        return error.status
    return None


def main(endpoint, token):
    api, stranger = client(endpoint, token), client(endpoint, "wrong")
    general, components, groups = hq.GeneralApi(api), hq.ComponentsApi(api), hq.ComponentGroupsApi(api)
    incidents, metrics, updates = hq.IncidentsApi(api), hq.MetricsApi(api), hq.DefaultApi(api)
    seen = {"ping": general.ping().data, "version": general.version().data}

    (old,) = incidents.get_incidents().data  # made by the test: this client cannot post updates
    (said,) = incidents.get_incident_updates_by_id(old.id).data
    seen["update"] = [said.to_dict(), updates.get_incident_update_by_id(old.id, said.id).data.to_dict()]
    incidents.delete_incident_by_id(old.id)

    group = groups.create_component_group(hq.ComponentGroup(name="Core", order=1, collapsed=2)).data
    component = components.create_component(
        hq.Component(name="API", status=1, description="", link="", order=1, group_id=group.id, enabled=True)
    ).data
    seen["component"] = [
        component.to_dict(),
        components.update_component_by_id(hq.Component(status=3), component.id).data.to_dict(),
        components.get_component_by_id(component.id).data.to_dict(),
        *(row.to_dict() for row in components.get_components(status=3, enabled=True, sort="id", order="desc").data),
    ]
    seen["group"] = [
        groups.update_component_group_by_id(hq.ComponentGroup(name="Edge"), group.id).data.to_dict(),
        groups.get_component_group_by_id(group.id).data.to_dict(),
        *(row.to_dict() for row in groups.get_component_groups(name="Edge").data),
    ]
    seen["pagination"] = components.get_components(per_page=1).meta.pagination.to_dict()

    opened = hq.Incident(
        name="Slow", message="m", status=1, visible=1, component_id=component.id, component_status=4, notify=1.0
    )
    incident = incidents.create_incident(opened).data
    seen["incident"] = [
        incident.to_dict(),
        incidents.update_incident_by_id(hq.Incident(status=2), incident.id).data.to_dict(),
        incidents.get_incident_by_id(incident.id).data.to_dict(),
        *(row.to_dict() for row in incidents.get_incidents(component_id=component.id, status=2).data),
    ]
    metric = metrics.create_metric(
        hq.Metric(name="Latency", suffix="ms", description="How long", default_value=0, display_chart=1)
    ).data
    points = [
        metrics.create_metric_point_by_id(hq.MetricPoint(value=value, timestamp="1790000000"), metric.id).data
        for value in (42.0, 17.5)
    ]
    seen["metric"] = [metrics.get_metric_by_id(metric.id).data.to_dict(), metrics.get_metrics().data[0].to_dict()]
    seen["points"] = [row.value for row in metrics.get_metric_points_by_id(metric.id).data]
    metrics.delete_metric_point_by_id(metric.id, points[0].id)
    seen["points left"] = [row.value for row in metrics.get_metric_points_by_id(metric.id).data]

    seen["refused"] = {
        "unknown": refused(components.get_component_by_id, 99_999),
        "invalid": refused(components.create_component, hq.Component(name="", status=1)),
        "wrong token": refused(hq.ComponentsApi(stranger).create_component, hq.Component(name="No", status=1)),
    }
    metrics.delete_metric_by_id(metric.id)
    incidents.delete_incident_by_id(incident.id)
    components.delete_component_by_id(component.id)
    groups.delete_component_group_by_id(group.id)
    kinds = (components.get_components, groups.get_component_groups, incidents.get_incidents, metrics.get_metrics)
    seen["left"] = [row.to_dict() for kind in kinds for row in kind().data]
    json.dump(seen, sys.stdout)


main(*sys.argv[1:])
