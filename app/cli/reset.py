"""`flask reset`: an empty page again, as after the first start."""

import shutil

import click
from flask import current_app
from flask.cli import with_appcontext

import config
from app.cli.answers import Misused, Refused, can_ask, forget_pages, place, says_why
from app.extensions import db
from app.lib import setup_code, supervisor
from app.models import FirstRun, Setting, snapshot

# Folders of the instance that tell of people: logged mails, sessions, pages that were kept.
FOLDERS = ("mail", "sessions", "cache")


@click.command("reset")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
@says_why
def reset_command(yes: bool) -> None:
    """Delete everything: members, incidents, subscribers, settings, pictures, logged mails. The wizard begins anew.

    APP_KEY, .env and the tables themselves stay. Only a backup leads back, so it asks for the name of the page.
    Exit codes: 0 done, 1 refused, 2 not asked at a terminal, and without --yes.
    """
    name = "" if FirstRun.needed() else str(Setting.get("site_name"))
    db.session.rollback()
    if not yes:
        _ask(name)
    with db.engine.begin() as connection:
        count = snapshot.wipe(connection)
    instance = current_app.config["INSTANCE"]
    for folder in FOLDERS:
        shutil.rmtree(instance / folder, ignore_errors=True)
    forget_pages()
    click.echo(f"Deleted: {count} rows in {place()}.", err=True)
    click.echo(f"Setup code: {setup_code.ensure(instance)}  (the wizard asks for it)", err=True)
    socket = config.run_folder(instance) / "supervisor.sock"
    told = socket.exists() and supervisor.reload(f"unix://{socket}")
    where = "on other machines, if it runs there, too" if told else "wherever it runs"
    click.echo(f"Restart Daymark {where}, so that the wizard opens.", err=True)


def _ask(name: str) -> None:
    if not can_ask():
        raise Misused("this deletes everything and nobody can be asked here: use --yes")
    wanted = name or "reset"
    click.echo(f"Everything in {place()} will be deleted.", err=True)
    if click.prompt(f"Type {wanted!r} to go on", err=True, default="", show_default=False) != wanted:
        raise Refused("nothing was deleted")
