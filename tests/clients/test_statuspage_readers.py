"""What reads pages of Atlassian Statuspage reads ours: unmodified packages from PyPI and npm, as programs."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from tests.clients.environments import node_modules_of, python_with

HERE = Path(__file__).parent


def ran(*command, folder, **environ):
    """What a program printed; it has ended well."""
    surroundings = {"PATH": "/usr/bin:/bin", "HOME": str(folder), **environ}
    done = subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, timeout=50)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def well(live):
    """A page on which all is well."""
    live.post("components", name="Mail", status=1)
    return live


@pytest.fixture
def troubled(well):
    """One with an incident and planned work."""
    group = well.post("components/groups", name="Platform", visible=1)
    api = well.post("components", name="API", status=1, group_id=group["id"])
    well.post("components", name="Web", status=1, group_id=group["id"])
    broken = {"name": "API is away", "message": "We are looking into it.", "status": 1}
    incident = well.post("incidents", **broken, component_id=api["id"], component_status=4)
    well.post(f"incidents/{incident['id']}/updates", status=3, message="A fix is in place.")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S")
    well.post("schedules", name="Upgrade", message="A short break.", status=0, scheduled_at=tomorrow)
    well.post("incidents", name="Old", message="It broke.", status=4)
    return well


class TestStatuspagePrometheusExporter:
    @pytest.fixture
    def metrics(self, live, tmp_path):
        """metrics(): one pass of the exporter, and the lines that it wrote."""
        service = {"daymark": {"name": "Daymark", "url": f"{live.site}/api/v2/summary.json"}}
        (tmp_path / "services.json").write_text(json.dumps(service))
        command = (python_with("statuspage-readers"), "-m", "statuspage_prometheus_exporter.status_monitoring")

        def read():
            ran(*command, folder=tmp_path, RUN_MODE="once")
            lines = (tmp_path / "metrics" / "statuspage.prom").read_text().splitlines()
            return [line for line in lines if line.startswith("statuspage_")]

        return read

    def test_all_is_well(self, well, metrics):
        told = metrics()
        assert 'statuspage_service_status{service_name="Daymark"} 1.0' in told
        assert 'statuspage_probe_check{service_name="Daymark"} 1.0' in told
        assert 'statuspage_component_status{component_name="Mail",service_name="Daymark"} 1.0' in told
        assert [line[-4:] for line in told if 'name="No Active' in line] == [" 0.0", " 0.0"]

    def test_an_incident_comes_and_goes(self, troubled, metrics):
        told = metrics()
        assert 'statuspage_service_status{service_name="Daymark"} 0.0' in told
        for name, value in (("Mail", 1.0), ("Platform", 0.0), ("API", 0.0), ("Web", 1.0)):
            assert f'statuspage_component_status{{component_name="{name}",service_name="Daymark"}} {value}' in told
        (incident,) = [line for line in told if line.startswith("statuspage_incident_info")]
        assert 'incident_name="API is away"' in incident
        assert 'impact="critical"' in incident and 'affected_components="API"' in incident
        assert re.search(r'incident_id="[0-9a-z]{12}"', incident)
        assert re.search(r'shortlink="http://[^"]+/incidents/\d+"', incident)
        (work,) = [line for line in told if line.startswith("statuspage_maintenance_info")]
        assert 'maintenance_name="Upgrade"' in work
        (open_one,) = [one for one in troubled.get("incidents") if one["name"] == "API is away"]
        troubled.post(f"incidents/{open_one['id']}/updates", status=4, message="Over.")
        assert 'statuspage_service_status{service_name="Daymark"} 1.0' in metrics()


class TestFlightDeck:
    @pytest.fixture
    def deck(self, live, tmp_path):
        """deck(): the dashboard that it writes."""
        (tmp_path / "vault").mkdir()
        (tmp_path / "deck.toml").write_text(
            f'[vault]\npath = "{tmp_path}/vault"\ndeck_file = "deck.md"\n'
            f'[[panels]]\nname = "status"\n[[panels.services]]\nlabel = "Daymark"\nurl = "{live.site}/"\n'
        )
        command = (python_with("statuspage-readers"), "-m", "flightdeck.cli", "run")

        def write():
            ran(*command, folder=tmp_path, FLIGHTDECK_CONFIG=str(tmp_path / "deck.toml"))
            return (tmp_path / "vault" / "deck.md").read_text()

        return write

    def test_all_is_well(self, well, deck):
        assert "none — all operational" in deck()

    def test_an_incident(self, troubled, deck):
        assert "major — API is away" in deck()


class TestStatuscheck:
    """It fails on every word that it does not know."""

    @pytest.fixture
    def check(self, live, tmp_path):
        """check(): what it prints, and the summary as it has read it."""

        def run():
            printed = ran(python_with("statuscheck"), str(HERE / "statuscheck_script.py"), live.site, folder=tmp_path)
            *lines, summary = printed.splitlines()
            return lines, json.loads(summary)

        return run

    def test_all_is_well(self, well, check):
        assert check()[0] == ["Current Daymark status: No issues"]

    def test_an_incident_and_planned_work(self, troubled, check):
        lines, summary = check()
        assert lines[:7] == [
            "Current Daymark status: Major outage",
            "Registered events:",
            "- [monitoring] API is away",
            "  Affected components:",
            "    - API [Major outage]",
            "- [scheduled] Upgrade",
            "",
        ]
        assert {one["name"]: one["status"] for one in summary["components"]} == {
            "Mail": "Operational",
            "Platform": "Major outage",
            "API": "Major outage",
            "Web": "Operational",
        }

    @pytest.mark.parametrize("status", range(5))
    def test_every_status_is_a_word_that_it_knows(self, live, check, status):
        live.post("components", name="API", status=status)
        assert check()[1]["components"][0]["status"]


def test_statuspage_io_from_npm(troubled, tmp_path):
    folder = node_modules_of("statuspage.io")
    command = (shutil.which("node"), str(HERE / "statuspage.io_script.cjs"), str(folder), troubled.site)
    summary, status, components, incidents, unresolved, upcoming = json.loads(ran(*command, folder=tmp_path))
    assert status["status"] == summary["status"] == {"indicator": "major", "description": "Partial System Outage"}
    assert components["components"] == summary["components"]
    assert [one["name"] for one in incidents["incidents"]] == ["Old", "API is away"]
    assert unresolved["incidents"] == summary["incidents"] == incidents["incidents"][1:]
    assert upcoming["scheduled_maintenances"] == summary["scheduled_maintenances"]
    assert upcoming["scheduled_maintenances"][0]["name"] == "Upgrade"


def test_a_reader_that_asks_by_head_whether_this_is_such_a_page(well):
    answer = requests.head(f"{well.site}/api/v2/components.json", timeout=10)
    assert answer.ok and answer.headers["Content-Type"].startswith("application/json")
    assert requests.get(f"{well.site}/api/v2/other.json", timeout=10).status_code == 404
