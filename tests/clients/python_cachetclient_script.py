"""What test_python_cachetclient.py has python-cachetclient do, in its own environment; prints what it was told as JSON.

Arguments: the address of API v1 and a token.
"""

import json
import sys

import requests
from cachetclient import cachet


def crud(resource, first, change, **filters):
    """Create, read, list, change (if the client can) and delete one of a kind."""
    made = told(resource.post(**first))
    seen = {"made": made}
    if change:
        seen["read"] = told(resource.get(id=made["id"]))
        seen["changed"] = told(resource.put(id=made["id"], **change))
    seen["listed"] = told(resource.get(**filters))
    seen["deleted"] = resource.delete(made["id"])
    seen["left"] = told(resource.get())
    return seen


def told(answer):
    """The `data` of what the client returns, which is text."""
    return json.loads(answer)["data"]


def refused(call, *arguments, **fields):
    """The number of the error that the client raises."""
    try:
        call(*arguments, **fields)
    except requests.HTTPError as error:
        return error.response.status_code
    return None


def main(endpoint, token):
    known = {"endpoint": endpoint, "api_token": token}
    components, groups = cachet.Components(**known), cachet.Groups(**known)
    incidents, metrics = cachet.Incidents(**known), cachet.Metrics(**known)
    points, subscribers = cachet.Points(**known), cachet.Subscribers(**known)
    stranger = {"endpoint": endpoint, "api_token": "wrong"}

    seen = {
        "ping": told(cachet.Ping(endpoint=endpoint).get()),
        "version": told(cachet.Version(endpoint=endpoint).get()),
        "groups": crud(groups, {"name": "Core"}, {"name": "Edge", "order": 3}, params={"name": "Edge"}),
        "components": crud(
            components,
            {"name": "API", "status": 1, "description": "For programs"},
            {"status": 3},
            params={"status": 3},
        ),
        "subscribers": crud(subscribers, {"email": "sue@example.org", "verify": True}, None),
    }

    component = told(components.post(name="API", status=1))
    opened = {"name": "Slow", "message": "m", "status": 1, "component_id": component["id"], "component_status": 2}
    seen["incidents"] = crud(incidents, opened, {"status": 4, "message": "Mended."}, params={"sort": "id"})
    seen["refused"] = {
        "unknown": refused(incidents.get, id=99_999),
        "invalid": refused(components.post, name="", status=1),
        "wrong token": refused(cachet.Components(**stranger).post, name="No", status=1),
        "no token": refused(cachet.Subscribers(endpoint=endpoint).get),
    }
    components.delete(component["id"])

    metric = told(metrics.post(name="Latency", suffix="ms", description="How long"))
    made = [told(points.post(id=metric["id"], value=value)) for value in (42, 17.5)]
    seen["points"] = {"made": made, "listed": told(points.get(metric_id=metric["id"]))}
    points.delete(metric["id"], made[0]["id"])
    seen["points"]["left"] = told(points.get(metric_id=metric["id"]))
    seen["metrics"] = {"made": metric, "read": told(metrics.get(id=metric["id"])), "listed": told(metrics.get())}
    metrics.delete(metric["id"])
    seen["metrics"]["left"] = told(metrics.get())

    # More than a page: it asks again for as many as there are, with its body encoded twice.
    for number in range(25):
        components.post(name=f"Part {number}", status=1)
    seen["all"] = [row["name"] for row in told(components.get())]
    seen["page"] = len(told(cachet.Components(**known, pagination=True).get()))
    json.dump(seen, sys.stdout)


main(*sys.argv[1:])
