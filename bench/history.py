"""What the status page costs as the history behind it grows: a tenth of it, all of it, ten times it, a million points.

    python -m bench.history [--data ../shared/data/github-status] [--points 1000000]

The history is a real page's, 801 incidents over four and a half years as incidents.jsonl holds it, moved so that it
ends now; ten times it goes as far back again and again. The page is rendered uncached in this process, in turns, so
that all four see the same machine. Aim: at most 1.2 times the page with a tenth, and the same number of queries.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event

from app import create_app
from app.extensions import db
from app.lib import clock
from app.models import Component, FirstRun, Impact, Incident, IncidentUpdate, Metric, MetricPoint
from app.models.enums import Calculation, ComponentStatus, IncidentStatus, Visibility
from app.models.metric_rollup import MetricRollup
from app.models.setting import Setting
from bench.page import environment

IMPACT = {
    "critical": ComponentStatus.MAJOR_OUTAGE,
    "major": ComponentStatus.PARTIAL_OUTAGE,
    "minor": ComponentStatus.PERFORMANCE_ISSUES,
}
AIM = 1.2


def stories(path: Path, times: float) -> Iterator[tuple[dict[str, Any], timedelta]]:
    """The newest part, all or several copies of the history, each incident with how far it is moved."""
    known = [json.loads(line) for line in (path / "incidents.jsonl").read_text().splitlines()]
    known = [story for story in known if story["started_at"] and story["resolved_at"] and story["impact"] in IMPACT]
    newest = datetime.fromisoformat(known[-1]["resolved_at"])
    length = newest - datetime.fromisoformat(known[0]["started_at"])
    shift = clock.now() - timedelta(hours=1) - newest
    if times < 1:
        known = known[-int(len(known) * times) :]
    for copy in range(max(int(times), 1)):
        yield from ((story, shift - copy * length) for story in known)


def fill(path: Path, times: float) -> None:
    """A page with that much history."""
    upgrade()
    FirstRun.create(
        username="olive", email="olive@example.org", password="correct horse battery staple", site_name="Example Cloud"
    )
    names = sorted({name for story, _shift in stories(path, 1) for name in story.get("components", ())})
    parts = {name: Component.create(name=name, actor=None) for name in names}
    incidents, updates, impacts = [], [], []
    for n, (story, shift) in enumerate(stories(path, times), start=1):
        began, over = (datetime.fromisoformat(story[key]) + shift for key in ("started_at", "resolved_at"))
        over = max(began, over)
        base = {"id": n, "name": story["title"][:255], "message": story["title"], "status": IncidentStatus.FIXED}
        more = {"opened_as": IncidentStatus.INVESTIGATING, "occurred_at": began, "fixed_at": over}
        incidents.append({**base, **more, "visibility": Visibility.EVERYONE})
        updates += [
            {"incident_id": n, "status": IncidentStatus.WATCHING, "message": told["message"] or "…", "created_at": at}
            for told in story["updates"]
            if (at := datetime.fromisoformat(told["at"]) + shift)
        ]
        impacts += [
            {"incident_id": n, "component_id": parts[name].id, "status": IMPACT[story["impact"]], "began_at": began}
            | {"ended_at": over}
            for name in dict.fromkeys(story.get("components", ()))
        ]
    for model, rows in ((Incident, incidents), (IncidentUpdate, updates), (Impact, impacts)):
        db.session.execute(sa.insert(model), rows)
    first = min(row["began_at"] for row in impacts)
    for part in parts.values():
        part.settle(since=first)
    db.session.commit()


def add_points(count: int) -> None:
    """So many metric points on one metric, a point every half minute up to now, with what they come to."""
    metric = Metric.create(name="Response time", suffix="ms", calculation=Calculation.AVERAGE, actor=None)
    now = clock.now().replace(second=0, microsecond=0)
    draw = random.Random(1)
    for start in range(0, count, 50_000):
        ages = range(start, min(start + 50_000, count))
        times = [now - timedelta(seconds=30 * age) for age in ages]
        rows = [{"metric_id": metric.id, "value": draw.random() * 100, "counter": 1, "at": at} for at in times]
        db.session.execute(sa.insert(MetricPoint), rows)
    db.session.flush()
    table, minute = MetricPoint.__table__.c, {}
    for at, value in db.session.execute(sa.select(table.at, table.value)):
        for unit, length in ((0, 1), (1, 60), (2, 1440)):
            key = (unit, int(at.timestamp() // 60) // length * length)
            total, n, least, most = minute.get(key, (0.0, 0, value, value))
            minute[key] = (total + value, n + 1, min(least, value), max(most, value))
    rollups = [
        {"metric_id": metric.id, "unit": unit, "minute": start, "total": t, "count": n, "least": a, "most": b}
        for (unit, start), (t, n, a, b) in minute.items()
    ]
    for start in range(0, len(rollups), 50_000):
        db.session.execute(sa.insert(MetricRollup), rollups[start : start + 50_000])
    db.session.commit()


def page(app: Flask) -> tuple[float, int, int]:
    """Seconds, queries and bytes of one uncached page."""
    seen: list[str] = []
    with app.app_context():
        engine = db.engine
    count = lambda *args: seen.append(args[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", count)
    start = time.perf_counter()
    answer = app.test_client().get("/")
    lasted = time.perf_counter() - start
    event.remove(engine, "before_cursor_execute", count)
    assert answer.status_code == 200, answer.status
    return lasted, len(seen), len(answer.data)


def main() -> None:
    """Fill four instances and print what their pages cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/github-status"))
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args()
    if not (options.data / "incidents.jsonl").exists():
        sys.exit(f"{options.data}/incidents.jsonl is not there; name its folder with --data")
    kinds = (("a tenth", 0.1, 1000), ("all", 1, 1000), ("ten times", 10, 1000), ("all, many points", 1, options.points))
    with tempfile.TemporaryDirectory() as name:
        apps: dict[str, Flask] = {}
        for place, (label, times, points) in enumerate(kinds):
            folder = Path(name) / str(place)
            folder.mkdir()
            os.environ.update(environment(folder, 80), CACHE_DRIVER="null", LOG_LEVEL="error")
            apps[label] = create_app()
            with apps[label].app_context():
                fill(options.data, times)
                add_points(points)
                Setting.all()
        found: dict[str, list[tuple[float, int, int]]] = {label: [] for label in apps}
        for _round in range(options.rounds + 3):
            for label, app in apps.items():
                found[label].append(page(app))
        first = median(lasted for lasted, *_rest in found["a tenth"][3:])
        for label, runs in found.items():
            cost = median(lasted for lasted, *_rest in runs[3:])
            queries, size = runs[-1][1:]
            print(f"{label:18} {cost * 1000:6.1f} ms  {cost / first:5.2f} of a tenth  {queries} queries  {size} bytes")
        print(f"aim: at most {AIM}")


if __name__ == "__main__":
    main()
