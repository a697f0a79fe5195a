"""`flask version`: which Daymark this is."""

import json
import platform

import click

from app.lib import revisions
from app.lib.release import VERSION


@click.command("version")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def version_command(as_json: bool) -> None:
    """Print the version of Daymark, that of Python, and the schema of the database that it expects. Asks nobody."""
    told = {"daymark": VERSION, "python": platform.python_version(), "schema": revisions.HEAD}
    if as_json:
        click.echo(json.dumps(told))
    else:
        click.echo(f"Daymark {VERSION} (Python {told['python']}, schema {told['schema']})")
