"""zabbix-cachet from PyPI, unmodified, as the daemon that it is, between a Zabbix and Daymark."""

import json
import sys
from pathlib import Path

import pytest

from tests.clients.live import running
from tests.clients.zabbix import zabbix

OLD_INCIDENTS = 21  # more than a page, of the same component: it must find the newest of them


@pytest.fixture(params=["5.0.0", "7.0.0"])
def watched(request):
    """A Zabbix with two services under Shop, and Mail beside it."""
    with zabbix(request.param) as zab:
        for name, parent in (
            ("Page", ""),
            ("Shop", "Page"),
            ("Checkout", "Shop"),
            ("Search", "Shop"),
            ("Mail", "Page"),
        ):
            zab.add(name, parent)
        yield zab


@pytest.fixture
def daemon(tmp_path, live, watched):
    """daemon(): the program, configured, while a `with` lasts."""
    config = {
        "zabbix": {"server": watched.url, "user": "Admin", "pass": "zabbix", "https-verify": True},
        "cachet": {"server": live.site, "token": live.token, "https-verify": True},
        "settings": {
            "root_service": "Page",
            "time_zone": "UTC",
            "log_level": "INFO",
            "log_level_requests": "WARNING",
            "update_comp_interval": 0.1,
            "update_inc_interval": 0.05,
        },
        "templates": {"investigating": "{group}/{component}: {trigger_name}", "resolving": "__Resolved__\n\n"},
    }
    (tmp_path / "config.yml").write_text(json.dumps(config))
    command = str(Path(sys.executable).with_name("zabbix-cachet"))
    return lambda: running(command, folder=tmp_path, CONFIG_FILE="config.yml")


def passed(program, times=2):
    """Wait until it has looked at every service again."""
    before = program.log.count("Check status of Zabbix triggers")
    program.until(lambda: program.log.count("Check status of Zabbix triggers") >= before + times, "a pass")


def test_from_a_trigger_to_a_fixed_incident(live, watched, daemon):
    def component(name):
        return next((c for c in live.get("components", per_page=100) if c["name"] == name), None)

    def incidents():
        return live.get("incidents", per_page=100)[OLD_INCIDENTS:]

    checkout = watched.services["Checkout"]
    with daemon() as program:
        program.until(lambda: component("Mail"), "the last component")
        (group,) = live.get("components/groups")
        shown = {c["name"]: (c["group_id"], c["status"]) for c in live.get("components")}
        assert (group["name"], group["collapsed"]) == ("Shop", 2)
        assert shown == {"Checkout": (group["id"], 1), "Search": (group["id"], 1), "Mail": (0, 1)}
        number = component("Checkout")["id"]
        for n in range(OLD_INCIDENTS):
            live.post("incidents", name=f"Old {n}", message="m", status=4, component_id=number, component_status=1)

        checkout.failed = True
        program.until(incidents, "an incident")
        passed(program)
        (opened,) = incidents()
        assert (opened["name"], opened["message"]) == ("Shop | Checkout is down", "Shop/Checkout: Checkout is down")
        assert (opened["status"], opened["component_id"], opened["visible"]) == (1, number, 1)
        assert component("Checkout")["status"] == 4
        assert "ERROR" not in program.log

    with daemon() as program:
        passed(program)
        assert len(live.get("components")) == 3
        assert len(live.get("components/groups")) == len(incidents()) == 1

        checkout.priority = "3"
        passed(program)  # it may be between the trigger, which it has read, and its event
        checkout.acknowledged = "A disk is full."
        program.until(lambda: incidents()[0]["status"] == 2, "the acknowledgement")
        assert "A disk is full." in incidents()[0]["message"]
        assert "by Ada L" in incidents()[0]["message"]
        assert component("Checkout")["status"] == 3

        checkout.failed = False
        program.until(lambda: incidents()[0]["is_resolved"], "the fix")
        assert incidents()[0]["message"].startswith("__Resolved__\n\nA disk is full.")
        assert component("Checkout")["status"] == 1

        checkout.failed, checkout.priority = True, "2"
        program.until(lambda: len(incidents()) == 2, "the next incident")
        passed(program)
        assert [incident["status"] for incident in incidents()] == [4, 2]
        assert component("Checkout")["status"] == 2
        assert "ERROR" not in program.log
