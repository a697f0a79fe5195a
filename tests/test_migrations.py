"""The migrations, run from empty on whichever database the tests use."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import config
from app.extensions import db

SCRIPTS = ScriptDirectory(config.ROOT / "migrations")


def test_they_make_what_the_models_say(app):
    """As `flask db check` asks: autogenerate finds nothing to add."""
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_they_follow_one_another_in_one_line():
    assert len(SCRIPTS.get_heads()) == 1
