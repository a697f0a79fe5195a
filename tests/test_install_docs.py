"""The pages on installing: every command is one that can be typed, and what it names is in the tree."""

import re
import subprocess

import pytest
import yaml

from tests.processes import ROOT

PAGE = (ROOT / "docs/install-debian.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
MADE = ("/opt/daymark/.env", "/opt/daymark/instance")


def test_every_command_is_sound_and_names_what_there_is():
    assert len(BLOCKS) > 10
    for block in BLOCKS:
        subprocess.run(["bash", "-n", "-c", block], check=True)
    for path in set(re.findall(r"/opt/daymark/[\w./-]*\w", PAGE)):
        there = ROOT / path.removeprefix("/opt/daymark/")
        assert there.exists() or path.startswith(MADE), path


def test_the_script_that_tries_them_all_runs_each_command_as_it_stands():
    subprocess.run(["bash", "-n", "tests/try_install.sh"], cwd=ROOT, check=True)
    listed = subprocess.run(["tests/try_install.sh", "--list"], cwd=ROOT, check=True, capture_output=True, text=True)
    assert listed.stdout == "".join(BLOCKS)


def test_whatever_else_is_set_apart_is_a_file_and_no_command():
    fences = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    for language, text in fences:
        assert language in ("sh", "ini", "")
        if language != "sh":
            assert not re.search(
                r"^(sudo|runuser|apt-get|systemctl|install|cp|git|bin/|/opt/daymark/bin/)\b", text, re.MULTILINE
            )
    assert not re.search(
        r"^(    |\t)\S", re.sub(r"^```.*?^```$", "", PAGE, flags=re.MULTILINE | re.DOTALL), re.MULTILINE
    )


@pytest.mark.parametrize("page", ["install-debian.md", "reverse-proxies.md", "containers.md", "upgrade.md"])
def test_links_lead_somewhere(page):
    text = (ROOT / "docs" / page).read_text()
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (ROOT / "docs" / target).exists(), target


def test_the_file_for_traefik_is_one():
    text = (ROOT / "docs/reverse-proxies.md").read_text()
    http = yaml.safe_load(re.search(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)[1])["http"]
    router = http["routers"]["daymark"]
    assert router["service"] in http["services"]
    assert set(router["middlewares"]) <= set(http["middlewares"])


def test_no_proxy_passes_on_what_only_a_proxy_may_say():
    text = (ROOT / "docs/reverse-proxies.md").read_text()
    caddy, traefik = (
        re.search(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)[1] for kind in ("caddy", "yaml")
    )
    middlewares = yaml.safe_load(traefik)["http"]["middlewares"]
    for name in ("X-Request-Id", "X-Cache-Status"):
        assert f"header_up -{name}\n" in caddy
        assert middlewares["daymark-unclaimed"]["headers"]["customRequestHeaders"][name] == ""
