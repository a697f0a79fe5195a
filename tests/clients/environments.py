"""Clients whose packages cannot stand beside ours: each has an environment of its own."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

from tests.needs import lacking
from tests.processes import ROOT


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
