"""Members: the people who may sign in."""

import re
import secrets
from datetime import datetime

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import Mapped, mapped_column

from app.errors import Invalid
from app.extensions import db
from app.i18n import _
from app.lib import clock
from app.lib.passwords import hash_password, needs_rehash, verify_password
from app.models.base import Model, UtcDateTime
from app.models.enums import Role
from app.models.event import Event, EventName
from app.models.mixins import Actor
from app.permissions import ABILITIES

USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}")


class User(UserMixin, Model):
    """A member. `session_key` is part of every session's identity: change it and all of them end."""

    __tablename__ = "users"

    username: Mapped[str] = mapped_column(sa.String(100), unique=True)
    email: Mapped[str] = mapped_column(sa.String(255), unique=True)
    password_hash: Mapped[str] = mapped_column(sa.String(255))
    role: Mapped[str] = mapped_column(sa.String(16), default=Role.EDITOR.value)
    session_key: Mapped[str] = mapped_column(sa.String(32), default=lambda: secrets.token_hex(16))
    # Empty: as the page.
    locale: Mapped[str] = mapped_column(sa.String(16), default="")
    timezone: Mapped[str] = mapped_column(sa.String(64), default="")
    # Sealed; in use only once a code of it was confirmed. `totp_step` is the time of the last code that was taken.
    totp_secret: Mapped[str | None] = mapped_column(sa.String(255))
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_step: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    deactivated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @classmethod
    def create(
        cls, *, username: str, email: str, password: str, role: Role = Role.EDITOR, actor: Actor | None
    ) -> "User":
        """A new member. Raises Invalid for a name that breaks the rule or is taken, case aside."""
        email = email.strip().lower()
        if not USERNAME.fullmatch(username):
            raise Invalid(username=_("Use letters, digits and . _ @ + - only, beginning with a letter or digit."))
        if cls.by_login(username) is not None:
            raise Invalid(username=_("This username is taken."))
        if cls.by_login(email) is not None:
            raise Invalid(email=_("This e-mail address is taken."))
        user = cls(username=username, email=email, password_hash=hash_password(password), role=role.value)
        db.session.add(user)
        Event.record(EventName.USER_CREATED, user, actor, username=username, role=role.value)
        return user

    @classmethod
    def by_login(cls, login: str) -> "User | None":
        """The member with this username or e-mail address, case aside."""
        wanted = login.strip().lower()
        return db.session.scalar(
            sa.select(cls).where(sa.or_(sa.func.lower(cls.username) == wanted, cls.email == wanted)).limit(1)
        )

    @classmethod
    def authenticate(cls, login: str, password: str) -> "User | None":
        """The member whose name and password these are. Takes as long when there is none."""
        user = cls.by_login(login)
        return user if verify_password(user.password_hash if user else None, password) else None

    def renew_hash(self, password: str) -> None:
        """Store the proven password's hash anew if it was made with older parameters."""
        if needs_rehash(self.password_hash):
            self.password_hash = hash_password(password)

    def sign_in(self) -> None:
        """Note that this member signed in."""
        self.last_seen_at = clock.now()
        Event.record(EventName.USER_SIGNED_IN, self, self)

    @classmethod
    def for_session(cls, session_id: str) -> "User | None":
        """The member that a session cookie names, or None when its sessions were ended."""
        user_id, _dot, key = session_id.partition(".")
        user = db.session.get(cls, int(user_id)) if user_id.isdecimal() else None
        return user if user is not None and secrets.compare_digest(user.session_key.encode(), key.encode()) else None

    def get_id(self) -> str:
        return f"{self.id}.{self.session_key}"

    @property
    def label(self) -> str:
        return self.username

    def can(self, ability: str) -> bool:
        """Whether this member's role has `ability`."""
        return ability in ABILITIES[self.role]
