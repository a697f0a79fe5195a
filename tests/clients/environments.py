"""Clients whose packages cannot stand beside ours: each has an environment of its own."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.needs import lacking
from tests.processes import ROOT


def node_modules_of(client: str) -> Path:
    """The folder with the npm packages that `tests/clients/<client>.json` names, made and kept like an environment of
    Python's. Node is no part of what the tests must have: without it the test is skipped."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    folder = Path(sys.prefix) / "clients" / client
    folder.mkdir(parents=True, exist_ok=True)
    wanted = Path(__file__).with_name(f"{client}.json").read_text()
    with (folder.parent / f"{client}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = folder / "installed.json"
        if not stamp.exists() or stamp.read_text() != wanted:
            (folder / "package.json").write_text(wanted)
            command = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
            made = subprocess.run(command, cwd=folder, capture_output=True, text=True)
            if made.returncode:
                lacking(f"{client} could not be installed: {' '.join(made.stderr.split()[-40:])}")
            stamp.write_text(wanted)
    return folder


def python_with(client: str) -> str:
    """The interpreter that has what `tests/clients/<client>.txt` names. Made when first asked for, inside the
    environment of the tests, and kept there; without a network the test is skipped, or fails under REQUIRE_ALL."""
    folder = Path(sys.prefix) / "clients" / client
    folder.mkdir(parents=True, exist_ok=True)
    environ = {**os.environ, "VENV": str(folder), "PYTHON": sys.executable, "PIP_RETRIES": "1"}
    with (folder.parent / f"{client}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = subprocess.run(
            ["bin/install", f"tests/clients/{client}.txt"], cwd=ROOT, env=environ, capture_output=True, text=True
        )
    if made.returncode:
        lacking(f"{client} could not be installed: {' '.join(made.stderr.split()[-40:])}")
    return str(folder / "bin" / "python")
