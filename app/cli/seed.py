"""`flask seed`: the demo, from the command line."""

import click
from flask.cli import with_appcontext

from app.cli.answers import Refused, says_why
from app.extensions import db
from app.models.demo import Demo
from app.models.first_run import FirstRun


@click.command("seed")
@click.option("--remove", is_flag=True, help="Take the example away again, and nothing else.")
@with_appcontext
@says_why
def seed_command(remove: bool) -> None:
    """Fill a fresh page with an example: a small service with ninety days of incidents, maintenance and metrics.

    Nobody is mailed. Exit codes: 0 done, 1 refused.
    """
    if FirstRun.needed():
        raise Refused("this page has not been set up yet; run bin/flask setup or open /setup first")
    db.session.rollback()
    if remove:
        gone = Demo.remove(actor=None)
        db.session.commit()
        click.echo(f"Taken away: {gone} things of the example.", err=True)
        return
    Demo.fill(actor=None)
    db.session.commit()
    click.echo("The example is on the page. Take it away with: bin/flask seed --remove", err=True)
