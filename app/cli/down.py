"""`flask down` and `flask up`: the maintenance page."""

import click
from flask.cli import with_appcontext

from app.cli.answers import Misused, Refused, says_why
from app.extensions import db
from app.lib import clock
from app.models import FirstRun, Setting
from app.models.declared.upkeep import RETRY_AFTER, SETTINGS

LONGEST = 1000  # characters


@click.command("down")
@click.option("--message", default="", help="What visitors read; without one, that maintenance is in progress.")
@click.option(
    "--retry-after",
    type=click.IntRange(1, 7 * 86400),
    default=RETRY_AFTER,
    show_default=True,
    help="In how many seconds programs are to come again.",
)
@with_appcontext
@says_why
def down_command(message: str, retry_after: int) -> None:
    """Take the page down: on every machine, everyone is told so, with 503, but administrators who are signed in.

    Mails, the clock, signs of life and signing in go on. Say it again to change the message. bin/flask up ends it.
    Exit codes: 0 done, 1 refused, 2 bad input.
    """
    if FirstRun.needed():
        raise Refused("this page has not been set up yet; run bin/flask setup or open /setup first")
    if len(message) > LONGEST:
        raise Misused(f"the message is longer than {LONGEST} characters")
    since = Setting.get("down_since") or clock.now().isoformat(timespec="seconds")
    db.session.rollback()
    Setting.change(actor=None, down_since=since, down_message=message.strip(), down_retry_after=retry_after)
    db.session.commit()
    click.echo("The page is down. Open it again with: bin/flask up", err=True)


@click.command("up")
@with_appcontext
@says_why
def up_command() -> None:
    """Open the page again, after bin/flask down. Exit code: 0, also when it was not down."""
    was_down = bool(Setting.get("down_since"))
    db.session.rollback()
    if was_down:
        Setting.change(actor=None, **{name: declared.default for name, declared in SETTINGS.items()})
        db.session.commit()
    click.echo("The page is up." if was_down else "The page was not down.", err=True)
