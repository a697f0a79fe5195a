"""The first run: everything that setting up a fresh installation creates, in one transaction."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.errors import Conflict
from app.extensions import db
from app.i18n import _
from app.lib import clock
from app.models.enums import Role
from app.models.event import Event, EventName
from app.models.setting import Setting
from app.models.user import User


class FirstRun:
    """Setting up. Possible once: the setting `installed_at`, unique in its table, is the lock."""

    @staticmethod
    def needed() -> bool:
        """Whether nobody has set this installation up yet."""
        return db.session.scalar(sa.select(Setting.id).where(Setting.name == "installed_at")) is None

    @staticmethod
    def create(*, username: str, email: str, password: str, **settings: Any) -> User:
        """The owner and the page's settings. Raises Conflict when someone else was first."""
        lock = Setting(name="installed_at", value=clock.now().isoformat())
        db.session.add(lock)
        try:
            db.session.flush()
        except IntegrityError:
            db.session.rollback()
            raise Conflict(_("This page has been set up already.")) from None
        Setting.set(**settings)
        user = User.create(username=username, email=email, password=password, role=Role.OWNER, actor=None)
        Event.record(EventName.PAGE_INSTALLED, lock, user)
        return user
