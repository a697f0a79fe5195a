"""`flask import`: taking over what another status page tells."""

import json
import sys
import time
from pathlib import Path

import click
from flask.cli import AppGroup

from app.cli.answers import Refused, says_why
from app.extensions import db
from app.lib import http
from app.models import FirstRun
from app.models.import_report import KINDS, ImportReport
from app.models.statuspage_import import StatuspageImport
from app.schemas import statuspage

import_group = AppGroup("import", help="Take over the history of another status page.")
LARGEST_FILE = 64 * 1024 * 1024
BREATH = 0.1  # seconds between two batches, in which others who wait for SQLite's lock find it free


@import_group.command("statuspage")
@click.argument("source")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON on standard output.")
@click.option("--allow-private", is_flag=True, help="Ask also a server in your own network.")
@says_why
def import_statuspage(source: str, as_json: bool, allow_private: bool) -> None:
    """Take components, incidents and maintenances from a page of Atlassian Statuspage, or one that speaks like it.

    SOURCE is its address, such as https://status.example.com (which tells of its newest 50 incidents), or a folder or
    file with its JSON: components.json, incidents.json, scheduled-maintenances.json, summary.json. Run it again to
    bring this page up to date; what has not changed there is left alone here. Nobody is mailed.

    Exit codes: 0 done, 1 refused or not all of it could be taken, 2 bad input.
    """
    if FirstRun.needed():
        raise Refused("set this page up first: open it, or use bin/flask setup")
    remote = source.startswith(("http://", "https://"))
    files = _fetched(source, allow_private) if remote else _stored(Path(source))
    fallback = source.rstrip("/") if remote else str(Path(source).resolve())
    importing = StatuspageImport(statuspage.read(files, fallback))
    with click.progressbar(length=importing.steps, label="Importing", file=sys.stderr) as bar:
        for done in importing.run():
            db.session.commit()
            bar.update(done)
            time.sleep(BREATH)
    _say(importing.report)
    if as_json:
        click.echo(json.dumps(importing.report.as_json()))
    if importing.report.refused:
        raise Refused(f"{importing.report.refused} could not be taken, for the reasons above")


def _fetched(address: str, allow_private: bool) -> list[tuple[str, bytes]]:
    """What the page answers at the three addresses; it may lack some."""
    base = address.split("/api/v2")[0].rstrip("/")
    found = []
    for name in statuspage.NAMES:
        url = f"{base}/api/v2/{name}.json"
        try:
            answer = http.get(url, allow_private=allow_private)
        except http.Unreachable as error:
            raise Refused(str(error)) from None
        if answer.status == 200:
            found.append((url, answer.body))
        elif answer.status != 404:
            raise Refused(f"{url}: answers {answer.status}")
    if not found:
        raise Refused(f"{base}: is no page of Statuspage, it has no /api/v2/components.json")
    return found


def _stored(path: Path) -> list[tuple[str, bytes]]:
    """The files of a folder by their usual names, or else all that look like them; or the one file."""
    try:
        if not path.is_dir():
            return [(path.name, _content(path))]
        usual = [path / f"{name}.json" for name in (*statuspage.NAMES, "summary")]
        found = [(file.name, _content(file)) for file in usual if file.is_file()]
        if not found:
            others = ((file.name, _content(file)) for file in sorted(path.glob("*.json")) if file.is_file())
            found = [(name, data) for name, data in others if statuspage.holds_any(data)]
    except OSError as error:
        raise Refused(f"{error.filename}: {error.strerror}") from None
    if not found:
        raise Refused(f"{path}: has no components.json, incidents.json, scheduled-maintenances.json or summary.json")
    return found


def _content(file: Path) -> bytes:
    # Not by what its entry says: a device or a pipe has no size, and no end perhaps.
    with file.open("rb") as opened:
        data = opened.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise Refused(f"{file.name}: is larger than {LARGEST_FILE // 1024 // 1024} MB")
    return data


def _say(report: ImportReport) -> None:
    columns = {
        "new": report.added,
        "changed": report.changed,
        "as before": report.unchanged,
        "skipped": report.skipped,
    }
    click.echo(f"{report.page}: {report.changes} changes", err=True)
    click.echo(" " * 14 + "".join(f"{name:>11}" for name in columns), err=True)
    for kind in KINDS:
        click.echo(f"  {kind:<12}" + "".join(f"{counter[kind]:>11}" for counter in columns.values()), err=True)
    for reason, count in report.reasons.most_common():
        click.echo(f"  left out {count} ×: {reason} (first: {report.first[reason]})", err=True)
