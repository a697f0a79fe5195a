"""`flask doctor`: what is well, what is not, and what to do about it."""

import json
from dataclasses import asdict

import click
from flask.cli import with_appcontext

from app.cli import checks
from app.cli.answers import says_why
from app.extensions import db


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON object.")
@with_appcontext
@says_why
def doctor_command(as_json: bool) -> None:
    """Look at everything that Daymark needs, and say what to do where something is wrong. Changes and sends nothing.

    It looks at the key, the database and its migrations, Redis, workers and clock, the mail server, disk space,
    permissions, clocks that differ, APP_URL and proxies. Run it as who runs Daymark, in the same environment.
    Exit codes: 0 all is well, or works and deserves a note, 1 something is wrong.
    """
    found = []
    for finding in checks.look():
        found.append(finding)
        if not as_json:
            click.echo(finding.line)
    db.session.rollback()
    wrong = any(finding.state == "wrong" for finding in found)
    if as_json:
        click.echo(json.dumps({"ok": not wrong, "checks": [asdict(finding) for finding in found]}, indent=2))
    if wrong:
        raise click.exceptions.Exit(1)
