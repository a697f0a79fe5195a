"""The migrations, run from empty on whichever database the tests use."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade

import config
from app.extensions import db
from app.models import ApiToken, Component, User
from app.models.base import Model
from app.models.enums import IncidentStatus
from tests.factories import make_component, make_incident, make_subscriber
from tests.people import PASSWORD

SCRIPTS = ScriptDirectory(config.ROOT / "migrations")


def differences():
    with db.engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), db.metadata)


def test_they_make_what_the_models_say(app):
    """As `flask db check` asks: autogenerate finds nothing to add."""
    assert differences() == []


def test_tables_take_every_alphabet_whatever_the_database_was_made_for(installed):
    make_component("日本語 😀")
    db.session.commit()
    assert db.session.scalar(sa.select(Component.name)) == "日本語 😀"


def test_they_can_be_taken_back_and_done_again(app):
    downgrade(revision="base")
    left = db.metadata.tables.keys() & sa.inspect(db.engine).get_table_names()
    upgrade()
    assert not left
    assert differences() == []


def test_one_step_back_and_again_loses_nothing_of_before(olive, anna, vic):
    """SQLite makes a table anew to drop a column, and what hangs on its rows must not go with the old one."""
    for member in (olive, anna):
        ApiToken.create(name="Zabbix", user=member, actor=member)
    make_subscriber(components=[make_component()])
    make_incident().post_update(status=IncidentStatus.WATCHING, message="Soon.", actor=anna)
    db.session.commit()
    tables = [Model.metadata.tables[name] for name in ("api_tokens", "incident_updates", "subscriptions")]
    before = [db.session.execute(sa.select(table)).all() for table in tables]
    assert all(before)
    db.session.remove()
    downgrade(revision="0003")
    upgrade()
    assert [db.session.execute(sa.select(table)).all() for table in tables] == before
    roles = sa.select(User.username, User.role).order_by(User.id)
    assert dict(db.session.execute(roles).all()) == {"olive": "owner", "anna": "administrator", "vic": "viewer"}
    if db.engine.dialect.name == "sqlite":
        assert db.session.scalar(sa.text("PRAGMA foreign_keys")) == 1


def test_the_release_before_does_not_let_in_who_was_deactivated(olive, ed):
    ApiToken.create(name="Zabbix", user=ed, actor=ed)
    ed.deactivate(actor=olive)
    db.session.commit()
    db.session.remove()
    downgrade(revision="0003")
    upgrade()
    assert User.authenticate("ed", PASSWORD) is None and User.authenticate("olive", PASSWORD) is not None
    assert db.session.scalars(sa.select(ApiToken)).all() == []


def test_they_follow_one_another_in_one_line():
    assert len(SCRIPTS.get_heads()) == 1
