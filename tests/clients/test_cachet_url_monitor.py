"""cachet-url-monitor from PyPI, unmodified, as a program, watching a site that goes down and comes back."""

import json
import subprocess
from http.server import BaseHTTPRequestHandler
from types import SimpleNamespace

import pytest

from tests.clients.environments import python_with
from tests.clients.live import running
from tests.clients.serving import serving


@pytest.fixture(scope="module")
def python():
    return python_with("cachet-url-monitor")


@pytest.fixture
def site():
    """A site to watch: `site.status` is what it answers."""
    site = SimpleNamespace(status=200)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(site.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with serving(Handler) as site.url:
        yield site


@pytest.fixture
def monitor(tmp_path, live, python):
    """monitor(*endpoints): the program, watching them ten times a second, while a `with` lasts."""

    def start(*endpoints, token=live.token):
        config = {"cachet": {"api_url": live.url, "token": token}, "endpoints": list(endpoints)}
        (tmp_path / "config.yml").write_text(json.dumps(config))
        return running(python, "-m", "cachet_url_monitor.scheduler", "config.yml", folder=tmp_path)

    return start


def endpoint(site, component, *actions, **more):
    expected = [{"type": "HTTP_STATUS", "status_range": "200-300", "incident": "MAJOR"}]
    known = {"name": component["name"], "component_id": component["id"], "url": site.url, "method": "GET"}
    rest = {"timeout": 5, "frequency": 0.1, "public_incidents": True, "expectation": expected, "action": actions}
    return {**known, **rest, **more}


def test_a_site_goes_down_and_comes_back(live, site, monitor):
    shop, mail = (live.post("components", name=name, status=1) for name in ("Shop", "Mail"))
    metric = live.post("metrics", name="Latency", suffix="ms", default_value=0)
    watched = (
        endpoint(
            site, shop, "UPDATE_STATUS", "CREATE_INCIDENT", "PUSH_METRICS", metric_id=metric["id"], latency_unit="ms"
        ),
        endpoint(site, mail, "CREATE_INCIDENT", "UPDATE_STATUS", allowed_fails=2, public_incidents=False),
    )

    def states():
        return [component["status"] for component in live.get("components")]

    def incidents():
        return sorted(live.get("incidents"), key=lambda incident: incident["component_id"])

    with monitor(*watched) as program:
        program.until(lambda: live.get(f"metrics/{metric['id']}/points"), "a point")
        point = live.get(f"metrics/{metric['id']}/points")[-1]
        assert 0 < point["value"] < 5_000
        assert states() == [1, 1]
        assert incidents() == []

        site.status = 503
        program.until(lambda: len(incidents()) == 2 and states() == [4, 4], "two incidents")
        assert [(i["name"], i["message"], i["status"], i["visible"], i["component_id"]) for i in incidents()] == [
            ("Shop is unavailable", "Unexpected HTTP status (503)", 1, 1, shop["id"]),
            ("Mail is unavailable", "Unexpected HTTP status (503)", 1, 0, mail["id"]),
        ]

        site.status = 200
        program.until(lambda: all(i["is_resolved"] for i in incidents()), "the fixes")
        program.until(lambda: states() == [1, 1], "both components to recover")
        assert [(i["status"], i["updates"][0]["message"]) for i in incidents()] == [
            (4, "Shop is operational"),
            (4, "Mail is operational"),
        ]
        assert "failed" not in program.log
        assert len(incidents()) == 2


def test_a_wrong_token_is_told_by_its_number(live, site, monitor):
    component = live.post("components", name="Shop", status=1)
    metric = live.post("metrics", name="Latency", suffix="ms", default_value=0)
    every = ("CREATE_INCIDENT", "UPDATE_STATUS", "PUSH_METRICS")
    site.status = 503
    with monitor(endpoint(site, component, *every, metric_id=metric["id"]), token="wrong") as program:
        for said in (
            "Incident upload failed with status [401]",
            "Component update failed with HTTP status: 401",
            "Metric upload failed with status [401]",
        ):
            program.until(lambda said=said: said in program.log, said)
    assert live.get("incidents") == []
    assert live.get("components")[0]["status"] == 1


@pytest.mark.parametrize(
    ("wrong", "trouble"),
    [({"component_id": 99_999}, "ComponentNonexistentError"), ({"metric_id": 99_999}, "MetricNonexistentError")],
)
def test_what_does_not_exist_stops_it(live, site, monitor, wrong, trouble):
    component = live.post("components", name="Shop", status=1)
    with monitor({**endpoint(site, component), **wrong}) as program:
        assert program.process.wait(timeout=60) == 1
        assert trouble in program.log


def test_it_writes_its_configuration_from_the_components(live, python):
    live.post("components", name="Shop", status=1, link="https://shop.example.org")
    live.post("components", name="Off", status=1, enabled=False)
    script = (
        "import json, sys\n"
        "from cachet_url_monitor.client import CachetClient\n"
        "print(json.dumps(CachetClient(*sys.argv[1:]).generate_config()))"
    )
    ran = subprocess.run([python, "-c", script, live.url, live.token], capture_output=True, text=True, timeout=30)
    assert ran.returncode == 0, ran.stderr
    (made,) = json.loads(ran.stdout)["endpoints"]
    assert (made["name"], made["url"]) == ("Shop", "https://shop.example.org")
