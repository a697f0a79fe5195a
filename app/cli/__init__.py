"""Commands for operators: `flask …`. Each body finds, tells the model, commits and prints."""

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate

from app.cli.boot import boot_command
from app.extensions import db


def init_app(app: Flask) -> None:
    """Register the commands, those of Flask-Migrate among them."""
    migrations = Path(app.root_path).parent / "migrations"
    Migrate().init_app(app, db, directory=str(migrations), render_as_batch=True)
    app.cli.add_command(boot_command)
