"""The smallest that is taken, by address."""

COMPONENT = {"name": "API", "status": 1}
GROUP = {"name": "Core", "visible": 1}
INCIDENT = {"name": "Slow", "message": "We *look* into it.", "status": 1}
UPDATE = {"status": 2, "message": "Found it."}
METRIC = {"name": "Coffee", "suffix": "Cups", "default_value": 0}
POINT = {"value": 42}
SCHEDULE = {"name": "Upgrade", "status": 0, "scheduled_at": "2031-06-03 22:00"}
SUBSCRIBER = {"email": "sue@example.org"}
# In an order in which each finds what it needs.
EVERYTHING = {
    "/components": COMPONENT,
    "/components/groups": GROUP,
    "/incidents": INCIDENT,
    "/incidents/1/updates": UPDATE,
    "/metrics": METRIC,
    "/metrics/1/points": POINT,
    "/schedules": SCHEDULE,
    "/subscribers": SUBSCRIBER,
}
CHANGEABLE = {path: sent for path, sent in EVERYTHING.items() if path != "/subscribers"}
PUBLIC = [*CHANGEABLE, "/ping", "/version", "/status", "/incidents/templates"]


def make_everything(writer) -> None:
    """One of each, each with the id 1."""
    for path, sent in EVERYTHING.items():
        answer = writer.post(path, json=sent)
        assert (answer.status_code, answer.json["data"]["id"]) == (200, 1), (path, answer.text)
