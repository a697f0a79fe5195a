"""Commands for operators: `flask …`. Each body finds, tells the model, commits and prints."""

from flask import Flask

from app.cli.boot import boot_command


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(boot_command)
