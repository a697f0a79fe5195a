"""The copy that follows the database, where DATABASE_READ_URL names one: whether it does."""

import sqlalchemy as sa

from app.extensions import READ, db
from app.models.event import Event

_NEWEST = sa.select(sa.func.coalesce(sa.func.max(Event.id), 0))


class ReadCopy:
    """It, asked directly; a namespace, not a table."""

    @staticmethod
    def is_named() -> bool:
        """Whether there is to be one."""
        return READ in db.engines

    @staticmethod
    def newest() -> int:
        """The number of the last event that it has. Raises DBAPIError while it does not answer."""
        with db.engines[READ].connect() as connection:
            return int(connection.scalar(_NEWEST) or 0)

    @staticmethod
    def newest_of_database() -> int:
        """The same of the database that it follows."""
        return int(db.session.scalar(_NEWEST) or 0)
