"""Members: the people who may sign in."""

import re
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.errors import Invalid
from app.extensions import db
from app.i18n import _
from app.lib.passwords import hash_password, needs_rehash, verify_password
from app.models.base import UtcDateTime
from app.models.enums import Role
from app.models.event import Event, EventName
from app.models.member_mail import MemberMail
from app.models.membership import Membership
from app.models.mixins import Actor
from app.models.second_factors import HasSecondFactors
from app.permissions import ABILITIES

USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}")


class User(Membership, HasSecondFactors):
    """A member. One who was deactivated is still named in what they did, and cannot come in."""

    __tablename__ = "users"

    password_hash: Mapped[str] = mapped_column(sa.String(255))
    # Empty: as the page.
    locale: Mapped[str] = mapped_column(sa.String(16), default="")
    timezone: Mapped[str] = mapped_column(sa.String(64), default="")
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @classmethod
    def create(
        cls, *, username: str, email: str, password: str, role: Role = Role.EDITOR, actor: Actor | None
    ) -> "User":
        """A new member. Raises Invalid for a name that breaks the rule or is taken, case aside."""
        email = email.strip().lower()
        cls._check_username(username, None)
        if cls.holding(email) is not None:
            raise Invalid(email=_("This e-mail address is taken."))
        user = cls(username=username, email=email, password_hash=hash_password(password), role=role.value)
        db.session.add(user)
        Event.record(EventName.USER_CREATED, user, actor, username=username, role=role.value)
        return user

    def edit(self, *, username: str, locale: str, timezone: str, actor: Actor | None) -> None:
        """Change the name, the language and the time zone; "" is as the page. Raises Invalid as `create` does."""
        self._check_username(username, self)
        given = {"username": username, "locale": locale, "timezone": timezone}
        changed = {name: [getattr(self, name), value] for name, value in given.items() if getattr(self, name) != value}
        for name, (_before, value) in changed.items():
            setattr(self, name, value)
        if changed:
            Event.record(EventName.USER_EDITED, self, actor, name=self.username, changed=changed)

    @classmethod
    def _check_username(cls, username: str, own: "User | None") -> None:
        if not USERNAME.fullmatch(username):
            raise Invalid(username=_("Use letters, digits and . _ @ + - only, beginning with a letter or digit."))
        if cls.holding(username) not in (None, own):
            raise Invalid(username=_("This username is taken."))

    @classmethod
    def by_login(cls, login: str) -> "User | None":
        """The member with this username or e-mail address, case aside."""
        found = cls.holding(login)
        # Whoever tries may not call one account by many names: tries are counted under each.
        is_theirs = found is not None and login.strip().lower() in (found.username.lower(), found.email)
        return found if is_theirs else None

    @classmethod
    def holding(cls, login: str) -> "User | None":
        """The member because of whom nobody else can have this username or address: MariaDB takes ö for o."""
        wanted = login.strip().lower()
        return db.session.scalar(
            sa.select(cls).where(sa.or_(sa.func.lower(cls.username) == wanted, cls.email == wanted)).limit(1)
        )

    @classmethod
    def authenticate(cls, login: str, password: str) -> "User | None":
        """The member whose name and password these are, if they may come in. Takes as long when there is none."""
        user = cls.by_login(login)
        is_right = verify_password(user.password_hash if user else None, password)
        return user if is_right and user is not None and user.is_active else None

    def has_password(self, password: str) -> bool:
        """Whether this is their password."""
        return verify_password(self.password_hash, password)

    def renew_hash(self, password: str) -> None:
        """Store the proven password's hash anew if it was made with older parameters."""
        if needs_rehash(self.password_hash):
            self.password_hash = hash_password(password)

    @property
    def is_active(self) -> bool:
        return self.deactivated_at is None

    def change_password(self, password: str, *, keep: int | None = None, actor: Actor | None) -> None:
        """Take a new password, and sign out everywhere but in the session with the id `keep`."""
        self.password_hash = hash_password(password)
        event = Event.record(EventName.USER_PASSWORD_CHANGED, self, actor, name=self.username)
        MemberMail.ask(event, to=self.email, locale=self.locale)
        self.end_sessions(keep=keep, actor=actor)

    @property
    def label(self) -> str:
        return self.username

    def can(self, ability: str) -> bool:
        """Whether this member's role has `ability`; of one who was deactivated, none."""
        return self.is_active and ability in ABILITIES[self.role]
