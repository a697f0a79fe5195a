"""Dockerfile and compose.yaml say what exists: nothing here builds or runs them, for that takes an engine."""

import re
import subprocess

import yaml

import config
from tests import front
from tests.needs import program
from tests.processes import ROOT

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OURS = ("web", "worker", "clock")


def test_each_part_of_daymark_has_a_container_that_runs_it_alone():
    for name in OURS:
        service = COMPOSE["services"][name]
        assert service["environment"]["PROGRAMS"] == name
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
    instances = [COMPOSE["services"][name]["environment"].get("INSTANCE") for name in OURS]
    assert instances == [None, "/tmp/daymark", "/tmp/daymark"], "two would lock one instance"


def test_the_environment_of_the_containers_is_one_that_daymark_reads():
    for name in OURS:
        given = {key: _plain(value) for key, value in COMPOSE["services"][name]["environment"].items()}
        assert set(given) <= set(config.BY_NAME)
        loaded = config.load({**given, "APP_KEY": "k3yk3yABCDEFGHIJKLMNopqrstuvwxyz0123", "ENV_FILE": "/dev/null"})
        assert loaded["MAIL_HOST"] == "mailpit" and not loaded["MAIL_USE_TLS"]
        # The worker does not read again what the wizard writes: all that it needs for mail is there from the start.
        assert {n for n in config.BY_NAME if n.startswith("MAIL_")} - set(given) <= {"MAIL_NAME", "MAIL_WORKERS"}
    image = re.search(r"^ENV (.*)$", DOCKERFILE, re.MULTILINE)[1]
    ours = {pair.partition("=")[0] for pair in image.split()} - {"PYTHONDONTWRITEBYTECODE"}
    assert ours <= set(config.BY_NAME)


def _plain(value):
    """What compose makes of ${NAME:-default}."""
    return re.sub(r"\$\{\w+:[-?]([^}]*)\}", r"\1", value)


def test_a_worker_may_finish_its_job():
    assert COMPOSE["services"]["worker"]["stop_grace_period"] == "330s"


def test_volumes_and_mounted_files_exist():
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert source in COMPOSE["volumes"] or (ROOT / source).exists(), volume


def test_nginx_finds_what_its_site_names(tmp_path):
    site = front.configuration(tmp_path, "compose.conf", {8080: 8080})
    (tmp_path / "nginx.conf").write_text(site)
    ran = subprocess.run(
        [program("nginx"), "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    mounted = [volume.split(":")[1] for volume in COMPOSE["services"]["nginx"]["volumes"]]
    texts = [
        (ROOT / "nginx" / name).read_text() for name in ("compose.conf", "snippets/http.conf", "snippets/site.conf")
    ]
    for path in re.findall(r"(?<=[ :])/(?:opt|run|var)/[\w./-]+", "\n".join(texts)):
        assert any(path.startswith(f"{at}/") or path == at for at in mounted), path
    served = [
        volume for volume in COMPOSE["services"]["web"]["volumes"] if volume in COMPOSE["services"]["nginx"]["volumes"]
    ]
    assert COMPOSE["services"]["web"]["environment"]["BIND"].startswith(f"unix:{served[0].partition(':')[2]}/")


def test_the_image_runs_as_nobody_in_particular_and_says_how_it_is():
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER \d+:\d+$", last, re.MULTILINE), "by number, so that Kubernetes sees that it is not root"
    assert "\nHEALTHCHECK " in last
    assert last.index("\nUSER ") > last.index("RUN ")
    for script in re.findall(r"(?<![\w/])bin/\w+", DOCKERFILE):
        subprocess.run(["sh", "-n", script], cwd=ROOT, check=True)


def test_no_secret_and_no_instance_gets_into_the_image():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".env", ".env.*", ".git", ".venv", "instance"} <= set(ignored)
