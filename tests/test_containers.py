"""Dockerfile and compose.yaml say what exists: nothing here runs them, for that takes an engine."""

import re
import subprocess

import yaml

import config
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


def test_the_image_runs_as_nobody_in_particular_and_says_how_it_is():
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert "\nUSER daymark\n" in last
    assert "\nHEALTHCHECK " in last
    assert last.index("USER daymark") > last.index("RUN ")
    for script in re.findall(r"(?<![\w/])bin/\w+", DOCKERFILE):
        subprocess.run(["sh", "-n", script], cwd=ROOT, check=True)


def test_no_secret_and_no_instance_gets_into_the_image():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".env", ".env.*", ".git", ".venv", "instance"} <= set(ignored)
