"""cachethq_client from PyPI, unmodified, in a process of its own: swagger-codegen's, which converts every value."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.clients.environments import python_with

SCRIPT = Path(__file__).with_name("cachethq_client_script.py")


@pytest.fixture
def seen(live):
    """What the client was told, by resource."""
    incident = live.post("incidents", name="Old", message="m", status=1)
    live.post(f"incidents/{incident['id']}/updates", status=4, message="Mended.")
    command = [python_with("cachethq_client"), SCRIPT, live.url, live.token]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=50)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_it_creates_reads_changes_and_deletes(seen):
    assert seen["ping"] == "Pong!"
    assert seen["version"].startswith("2.4")

    listed, one = seen["update"]
    assert listed == one
    assert (one["status"], one["message"], one["human_status"]) == (4, "Mended.", "Fixed")
    for kind in ("component", "group", "incident"):
        *_, changed, read, found = seen[kind]
        assert changed == read == found
    made, changed, *_ = seen["component"]
    assert (made["name"], made["status"], made["status_name"], made["tags"]) == ("API", 1, "Operational", {})
    assert (changed["name"], changed["status"], changed["group_id"]) == ("API", 3, seen["group"][0]["id"])
    assert (seen["group"][0]["name"], seen["group"][0]["collapsed"]) == ("Edge", 2)
    assert [part["name"] for part in seen["group"][0]["enabled_components"]] == ["API"]
    made, changed, *_ = seen["incident"]
    assert (made["status"], made["visible"], made["component_id"]) == (1, 1, seen["component"][0]["id"])
    assert (changed["name"], changed["message"], changed["human_status"]) == ("Slow", "m", "Identified")

    pagination = {name: seen["pagination"][name] for name in ("total", "count", "per_page", "current_page")}
    assert pagination == {"total": 1, "count": 1, "per_page": 1, "current_page": 1}
    read, listed = seen["metric"]
    assert read == listed
    assert (read["name"], read["suffix"], read["default_value"]) == ("Latency", "ms", 0)
    assert (sorted(seen["points"]), seen["points left"]) == ([17.5, 42], [17.5])
    assert seen["refused"] == {"unknown": 404, "invalid": 400, "wrong token": 401}
    assert seen["left"] == []
