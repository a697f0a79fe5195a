"""The status page through nginx at 64 connections, beside a file of the same bytes from the same nginx.

    python -m bench.nginx [--seconds 5] [--rounds 3]

nginx with the site that we ship (local.conf), in front of bin/run on a Unix socket, in a copy of the tree: the page of
bench.page. It needs nginx and wrk. Aim: at least 0.8 of the file. Afterwards, the memory of all processes of Daymark's
(Supervisor, web, worker, clock, Valkey), without nginx.
"""

import argparse
import os
import re
import secrets
import socket
import subprocess
import tempfile
from pathlib import Path
from statistics import median
from urllib.request import urlopen

from app import create_app
from bench.page import fill, free_port
from tests import front
from tests.processes import Daymark, copy_tree, wait_until

CONNECTIONS = 64


def load(url: str, seconds: float) -> tuple[float, float]:
    """Answers a second of `url`, and in how many milliseconds 99 of 100 came. RuntimeError where any failed."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(round(seconds), 1)}s", "--latency", url]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 30).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    rate, slowest = re.search(r"Requests/sec:\s+([\d.]+)", said), re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    if rate is None or slowest is None:
        raise RuntimeError(said)
    return float(rate[1]), float(slowest[1]) * {"us": 0.001, "ms": 1, "s": 1000}[slowest[2]]


def listens(path: Path) -> bool:
    """Whether a server listens on this Unix socket."""
    with socket.socket(socket.AF_UNIX) as visitor:
        return visitor.connect_ex(str(path)) == 0


def measure(address: str, size: int, options: argparse.Namespace) -> None:
    """Page and file in turn, and what they come to."""
    kinds = {"page": f"{address}/", "file": f"{address}/static/page.html?v=1"}
    found: dict[str, list[tuple[float, float]]] = {kind: [] for kind in kinds}
    for url in kinds.values():
        load(url, 1)
    for _ in range(options.rounds):
        for kind, url in kinds.items():
            found[kind].append(load(url, options.seconds))
    rates = {kind: median(rate for rate, _slowest in pairs) for kind, pairs in found.items()}
    for kind, pairs in found.items():
        slowest = median(slowest for _rate, slowest in pairs)
        print(f"{kind:6} {rates[kind]:8.0f} r/s   p99 {slowest:7.1f} ms   {size / 1000:.0f} KB")
    print(f"ratio  {rates['page'] / rates['file']:.3f}   aim: at least 0.8", flush=True)


def main() -> None:
    """Measure all and print the figures, with how busy the machine was before."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        folder.chmod(0o755)
        tree = copy_tree(folder / "tree")
        environ = {
            "APP_KEY": secrets.token_urlsafe(48),
            "APP_URL": f"http://localhost:{port}",
            "BIND": f"unix:{folder}/web.sock",
            "INSTANCE": str(tree / "instance"),
            "ENV_FILE": str(folder / ".env"),
            "LOG_LEVEL": "warning",
        }
        os.environ.update(environ)
        with create_app().app_context():
            fill()
        daymark = Daymark(tree, environ)
        daymark.answers = lambda path="": listens(folder / "web.sock")  # type: ignore[method-assign]
        address = f"http://127.0.0.1:{port}"
        with daymark.running(), front.nginx(folder, "local.conf", {8080: port}, lambda: reads(f"{address}/")):
            wait_until(lambda: daymark.pids("app.jobs.pool") and daymark.pids("rq.cli cron"), what="worker and clock")
            page = urlopen(f"{address}/", timeout=10).read()
            (folder / "daymark/app/static/page.html").write_bytes(page)
            measure(address, len(page), options)
            resident, own = daymark.memory()
            print(f"memory {resident:.0f} MiB resident, {own:.0f} MiB with shared pages counted once")


def reads(url: str) -> bool:
    """Whether `url` answers."""
    try:
        return bool(urlopen(url, timeout=5).status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    main()
