"""What every table shares: an id, two times, the column types, and names for what is unique."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from app.errors import NotFound
from app.extensions import db
from app.i18n import _
from app.lib import clock

# The largest id or number that an integer column takes on every database.
LARGEST_INTEGER = 2**31 - 1


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python, naive UTC in the database: the same bytes on all four. The only time column type."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        if dialect.name in ("mysql", "mariadb"):
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(sa.DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a time without a zone was given to the database")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Choice(TypeDecorator[IntEnum]):
    """An IntEnum kept as a small integer."""

    impl = sa.SmallInteger
    cache_ok = True

    def __init__(self, enum: type[IntEnum]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: Any, dialect: Any) -> int | None:
        return None if value is None else int(self.enum(value))

    def process_result_value(self, value: int | None, dialect: Any) -> IntEnum | None:
        return None if value is None else self.enum(value)


class Model(db.Model):  # type: ignore[name-defined]
    """The base of every table with an id."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-10)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, sort_order=90)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, onupdate=clock.now, sort_order=91)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"


Row = TypeVar("Row", bound=Model)


def hold_rows(model: type[Row], ids: Iterable[int]) -> Sequence[Row]:
    """These rows as they are now, for nobody else to change until this transaction ends. In the order of their ids,
    everywhere: two who want several wait for each other, and never both. To be called before rows that point at them
    are written, which on MySQL shares a lock that cannot become one's own while another has it, too."""
    wanted = sorted(set(ids))
    if not wanted:
        return []
    select = sa.select(model).where(model.id.in_(wanted)).order_by(model.id).with_for_update(of=model, key_share=True)
    return db.session.scalars(select.execution_options(populate_existing=True)).all()


def hold_row(row: Model) -> None:
    """As `hold_rows`, for what the caller has. Raises NotFound when somebody deleted it meanwhile."""
    db.session.flush()
    # Not row.id: after a commit that would be asked for, and what is gone has no answer.
    if not hold_rows(type(row), sa.inspect(row).identity or ()):
        raise NotFound(_("This was deleted meanwhile."))


def count_rows(select: sa.Select[Any]) -> int:
    """How many rows `select` would bring."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(select.order_by(None).subquery())) or 0
