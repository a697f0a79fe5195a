"""Uploads: the few pictures of the page, re-encoded, kept in the database so that every machine has them."""

import re
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, deferred, mapped_column

from app.extensions import db
from app.lib.picture import MEDIA_TYPES, Picture
from app.models.base import Model
from app.models.mixins import Actor
from app.models.setting import Setting

# The most pixels that each is shown in, on a screen with two for one. Each is a setting, too, that says which it is.
PURPOSES = {
    "logo": (800, 240),
    "logo_dark": (800, 240),
    "banner": (2400, 900),
    "banner_dark": (2400, 900),
    "favicon": (180, 180),
}


class Shown(NamedTuple):
    """What a page must know of a picture to show it: the name in its address, and its size."""

    digest: str
    suffix: str
    width: int
    height: int

    @classmethod
    def of(cls, setting: str) -> "Shown | None":
        """From the setting's value, `<digest>.<suffix> <width>x<height>`; None where there is no picture."""
        found = re.fullmatch(r"([0-9a-f]+)\.(\w+) (\d+)x(\d+)", setting)
        return cls(found[1], found[2], int(found[3]), int(found[4])) if found else None

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.suffix]


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

    @classmethod
    def keep(cls, purpose: str, picture: Picture, *, actor: Actor | None) -> "Upload":
        """Show `picture` from now on; the one before is gone."""
        row = db.session.scalar(cls._for(purpose)) or cls(purpose=purpose)
        row.media_type, row.digest = MEDIA_TYPES[picture.suffix], picture.digest
        row.width, row.height, row.content = picture.width, picture.height, picture.content
        db.session.add(row)
        db.session.flush()
        value = f"{picture.digest}.{picture.suffix} {picture.width}x{picture.height}"
        Setting.change(actor=actor, **{purpose: value})
        return row

    @classmethod
    def remove(cls, purpose: str, *, actor: Actor | None) -> None:
        """Show none any more."""
        db.session.execute(sa.delete(cls).where(cls.purpose == purpose))
        Setting.change(actor=actor, **{purpose: ""})

    @classmethod
    def named(cls, digest: str) -> "Upload | None":
        """The picture with this digest; it may serve two purposes."""
        return db.session.scalar(sa.select(cls).where(cls.digest == digest).limit(1))

    @classmethod
    def _for(cls, purpose: str) -> sa.Select["Upload"]:
        return sa.select(cls).where(cls.purpose == purpose)
