"""The migrations, run from empty on whichever database the tests use."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade

import config
from app.extensions import db

SCRIPTS = ScriptDirectory(config.ROOT / "migrations")


def differences():
    with db.engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), db.metadata)


def test_they_make_what_the_models_say(app):
    """As `flask db check` asks: autogenerate finds nothing to add."""
    assert differences() == []


def test_they_can_be_taken_back_and_done_again(app):
    downgrade(revision="base")
    left = db.metadata.tables.keys() & sa.inspect(db.engine).get_table_names()
    upgrade()
    assert not left
    assert differences() == []


def test_they_follow_one_another_in_one_line():
    assert len(SCRIPTS.get_heads()) == 1
