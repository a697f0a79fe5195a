"""Commands for operators: `flask …`. Each body finds, tells the model, commits and prints."""

from pathlib import Path

import click
from flask import Flask
from flask_migrate import Migrate

from app.cli.backup import backup_command
from app.cli.boot import boot_command
from app.cli.doctor import doctor_command
from app.cli.down import down_command, up_command
from app.cli.importing import import_group
from app.cli.prune import prune_command
from app.cli.reset import reset_command
from app.cli.restore import restore_command
from app.cli.seed import seed_command
from app.cli.setup import setup_command
from app.cli.token import token_group
from app.cli.update import install_command, update_command
from app.cli.user import user_group
from app.cli.version import version_command
from app.extensions import db

COMMANDS: tuple[click.Command, ...] = (
    boot_command,
    setup_command,
    seed_command,
    user_group,
    token_group,
    import_group,
    backup_command,
    restore_command,
    doctor_command,
    version_command,
    prune_command,
    reset_command,
    down_command,
    up_command,
    install_command,
    update_command,
)


def init_app(app: Flask) -> None:
    """Register the commands, those of Flask-Migrate among them."""
    migrations = Path(app.root_path).parent / "migrations"
    Migrate().init_app(app, db, directory=str(migrations), render_as_batch=True)
    for command in COMMANDS:
        app.cli.add_command(command)
