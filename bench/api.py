"""API v1 under load, beside a constant JSON answer of the same size from the same server.

    python -m bench.api [--seconds 3] [--rounds 3] [--threads 4]

2,000 incidents with 3 updates each in an instance of its own, the server started with the command line of
supervisord.conf. Each call and its constant answer are asked in turn by 1, 16 and 64 clients; the medians are told.
In SQLite, or in the empty database that TEST_DATABASE_URL names.
"""

import argparse
import json
import os
import sys
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from statistics import median
from typing import NamedTuple

import sqlalchemy as sa
from flask_migrate import upgrade

from app import create_app
from app.extensions import db
from app.lib import clock
from app.models import ApiToken, Component, FirstRun, Impact, Incident, IncidentUpdate, Metric, User
from app.models.enums import ComponentStatus, IncidentStatus, Visibility
from bench.load import timed
from bench.page import running, wait_for, web_command
from bench.points import instance

INCIDENTS, UPDATES, COMPONENTS, APART = 2_000, 3, 30, timedelta(hours=6)
WORDS = "Sign-ins through the European data centre are slow and some fail. We're replacing a cache node. "
CONNECTIONS = (1, 16, 64)


class Call(NamedTuple):
    """What is measured: an address, and for a POST what to send the nth time."""

    label: str
    path: str
    body: dict[str, object] | None = None

    def bodies(self, numbers: Iterator[int]) -> Iterator[bytes] | None:
        """Bodies without end, each another, so that none is a repeat."""
        if self.body is None:
            return None
        return (json.dumps({**self.body, **({"value": n} if "value" in self.body else {})}).encode() for n in numbers)


CALLS = (
    Call("20 incidents", "/api/v1/incidents"),
    Call("one component", "/api/v1/components/1"),
    Call("create incident", "/api/v1/incidents", {"name": "Slow", "message": WORDS, "status": 1, "visible": 1}),
    Call("add point", "/api/v1/metrics/1/points", {"value": 0}),
)


def fill() -> str:
    """The page to measure; the text of a token."""
    upgrade()
    FirstRun.create(
        username="olive", email="olive@example.org", password="correct horse battery staple", site_name="Example Cloud"
    )
    parts = [Component.create(name=f"Part {n}", actor=None) for n in range(COMPONENTS)]
    Metric.create(name="Response time", suffix="ms", actor=None)
    incidents, updates, impacts = [], [], []
    for n in range(1, INCIDENTS + 1):
        began = clock.now() - APART * (INCIDENTS - n + 1)
        times = {"occurred_at": began, "fixed_at": began + timedelta(minutes=45)}
        told = {"name": f"Slow sign-in {n}", "message": WORDS, "status": IncidentStatus.FIXED}
        more = {"opened_as": IncidentStatus.INVESTIGATING, "visibility": Visibility.EVERYONE}
        incidents.append({"id": n, **told, **more, **times})
        for step in range(1, UPDATES + 1):
            at = began + timedelta(minutes=15 * step)
            said = {"status": IncidentStatus(step + 1), "message": WORDS * step, "created_at": at, "updated_at": at}
            updates.append({"incident_id": n, **said})
        span = {"began_at": began, "ended_at": times["fixed_at"], "status": ComponentStatus.PARTIAL_OUTAGE}
        impacts.append({"incident_id": n, "component_id": parts[n % COMPONENTS].id, **span})
    for model, rows in ((Incident, incidents), (IncidentUpdate, updates), (Impact, impacts)):
        db.session.execute(sa.insert(model), rows)
    _token, text = ApiToken.create(name="bench", user=db.session.scalars(sa.select(User)).one(), actor=None)
    db.session.commit()
    return text


def size_of(address: str, call: Call, headers: dict[str, str]) -> int:
    """How many bytes the answer has."""
    body = next(call.bodies(count(1)) or iter([None]))
    request = urllib.request.Request(f"{address}{call.path}", body, {**headers, "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return len(answer.read())


def measure(port: int, token: str, options: argparse.Namespace) -> None:
    """Print a line for each call and number of connections."""
    address, headers, numbers = f"http://127.0.0.1:{port}", {"X-Cachet-Token": token}, count(1)
    print(f"{'':16}{'bytes':>7}{'clients':>9}{'r/s':>8}{'p95 ms':>9}{'constant r/s':>14}{'p95 ms':>9}{'ratio':>8}")
    for call in CALLS:
        size = size_of(address, call, headers)
        pair = (f"{address}{call.path}", f"{address}/bench/constant/{size}")
        for connections in CONNECTIONS:
            found: tuple[list[tuple[float, float]], ...] = ([], [])
            for turn in range(options.rounds + 1):
                for url, kept in zip(pair, found, strict=True):
                    seconds = options.seconds if turn else 1
                    kept.append(timed(url, seconds, connections, headers, call.bodies(numbers)))
            (rate, late), (constant, constant_late) = (
                tuple(median(run[which] for run in kept[1:]) for which in (0, 1)) for kept in found
            )
            print(
                f"{call.label:16}{size:7}{connections:9}{rate:8.0f}{late:9.1f}"
                f"{constant:14.0f}{constant_late:9.1f}{rate / constant:8.3f}",
                flush=True,
            )


def main() -> None:
    """Fill, start and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", default="4")
    options = parser.parse_args()
    options.worker_class = None
    with instance(os.environ.get("TEST_DATABASE_URL")) as (environ, port):
        with create_app().app_context():
            token = fill()
            db.session.remove()
            db.engine.dispose()
        command = [{"wsgi:app": "bench.constant:app"}.get(word, word) for word in web_command(port, options)]
        with running(command, {**environ, "API_RATE_LIMIT": "0"}):
            wait_for(f"http://127.0.0.1:{port}/")
            measure(port, token, options)
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, {datetime.now(UTC):%Y-%m-%d}")


if __name__ == "__main__":
    main()
