"""The tables themselves: whether they are those that this program expects."""

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from app.extensions import db
from app.lib import revisions

VERSION = sa.table("alembic_version", sa.column("version_num"))


class Schema:
    """The database as migrations left it; a namespace, not a table."""

    @staticmethod
    def answers() -> bool:
        """Whether the database answers at all."""
        return Schema.silence() is None

    @staticmethod
    def silence() -> DBAPIError | None:
        """Why the database does not answer, or None when it does."""
        try:
            db.session.execute(sa.select(sa.literal(1)))
            return None
        except DBAPIError as error:
            db.session.rollback()
            return error

    @staticmethod
    def revision() -> str | None:
        """The last migration that ran, or None when none did."""
        try:
            return db.session.scalar(sa.select(VERSION.c.version_num))
        except DBAPIError:
            db.session.rollback()
            return None

    @classmethod
    def newer(cls) -> str | None:
        """The last migration that ran, where this release does not know it: a newer one brought it."""
        found = cls.revision()
        return None if found in revisions.KNOWN else found

    @classmethod
    def is_behind(cls) -> bool:
        """Whether migrations of this program have not run. One that a newer release ran does no harm: they only add,
        and while machines are updated one by one, those whose turn is yet to come go on serving."""
        found = cls.revision()
        return found is None or (found != revisions.HEAD and found in revisions.KNOWN)
