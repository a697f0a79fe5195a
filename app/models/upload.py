"""Uploads: the few pictures of the page, re-encoded, kept in the database so that every machine has them."""

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, deferred, mapped_column

from app.models.base import Model


class Upload(Model):
    """One picture. `purpose` says where it is shown; its address holds `digest`, so it may be kept for ever."""

    __tablename__ = "uploads"

    purpose: Mapped[str] = mapped_column(sa.String(32), unique=True)
    media_type: Mapped[str] = mapped_column(sa.String(64))
    digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    width: Mapped[int]
    height: Mapped[int]
    content: Mapped[bytes] = deferred(
        mapped_column(sa.LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb"), nullable=False)
    )
