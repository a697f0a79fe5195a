"""How commands bring the tables up to this release."""

import logging

import click
from flask_migrate import upgrade

from app.extensions import db
from app.lib.release import VERSION
from app.models.schema import Schema


def migrate() -> None:
    """Run the migrations that have not run. Tables that another machine has brought to a newer release are left as they
    are, which is said in one line: Alembic would refuse what it does not know, and this release gets along with them.
    """
    # It names its database at every start, which belongs to no terminal.
    logging.getLogger("alembic.runtime.migration").setLevel(logging.WARNING)
    newer = Schema.newer()
    db.session.rollback()
    if newer is None:
        upgrade()
    else:
        click.echo(f"Daymark {VERSION} uses tables of a newer release ({newer}) as they are; update it too", err=True)
