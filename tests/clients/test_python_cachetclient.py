"""python-cachetclient from PyPI, unmodified, in a process of its own: all that it can do."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.clients.environments import python_with

SCRIPT = Path(__file__).with_name("python_cachetclient_script.py")


@pytest.fixture
def seen(live):
    """What the client was told, by resource."""
    command = [python_with("python-cachetclient"), SCRIPT, live.url, live.token]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=50)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_it_creates_reads_changes_and_deletes(seen):
    assert seen["ping"] == "Pong!"
    assert seen["version"].startswith("2.4")

    group = seen["groups"]
    assert (group["made"]["name"], group["changed"]["name"], group["changed"]["order"]) == ("Core", "Edge", 3)
    component = seen["components"]
    assert (component["made"]["status"], component["changed"]["status"]) == (1, 3)
    assert (component["changed"]["name"], component["changed"]["description"]) == ("API", "For programs")
    incident = seen["incidents"]
    assert (incident["made"]["visible"], incident["made"]["status"]) == (1, 1)
    assert (incident["changed"]["status"], incident["changed"]["message"]) == (4, "Mended.")
    for kind in (group, component, incident):
        assert kind["read"] == kind["made"]
        assert kind["listed"] == [kind["changed"]]

    subscriber = seen["subscribers"]
    assert (subscriber["made"]["email"], subscriber["made"]["global"]) == ("sue@example.org", True)
    assert subscriber["listed"] == [subscriber["made"]]
    for kind in (group, component, incident, subscriber):
        assert (kind["deleted"], kind["left"]) == (True, [])

    metric, points = seen["metrics"], seen["points"]
    assert (metric["made"]["default_value"], metric["read"], metric["listed"]) == (0, metric["made"], [metric["made"]])
    assert metric["left"] == []
    assert [(point["value"], point["counter"]) for point in points["made"]] == [(42, 1), (17.5, 1)]
    assert points["listed"] == points["made"][::-1]
    assert points["left"] == points["made"][1:]

    assert seen["refused"] == {"unknown": 404, "invalid": 400, "wrong token": 401, "no token": 401}
    assert seen["all"] == [f"Part {number}" for number in range(25)]
    assert seen["page"] == 20
