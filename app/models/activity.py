"""Activity: the audit trail as people look through it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.lib import clock
from app.models.api_token import ApiToken
from app.models.event import Event
from app.models.setting import Setting
from app.models.user import User

BATCH = 1000
ACTORS = frozenset({User.__name__, ApiToken.__name__})


class Activity:
    """Which of the events somebody wants to see. Empty means all."""

    @staticmethod
    def listed(
        *, actor: str = "", kind: str = "", since: datetime | None = None, until: datetime | None = None
    ) -> sa.Select[Any]:
        """Events, newest first: of one `actor` ("User:3", "ApiToken:7", "clock"), of one `kind` ("incident"), of a
        stretch of time."""
        select = sa.select(Event).order_by(Event.id.desc())
        if kind:
            select = select.where(Event.name.startswith(f"{kind}.", autoescape=True))
        if actor == "clock":
            select = select.where(Event.actor_type.is_(None))
        elif actor:
            type_, _colon, number = actor.partition(":")
            known = int(number) if number.isdecimal() and len(number) < 10 else 0
            is_one = sa.and_(Event.actor_type == type_, Event.actor_id == known)
            select = select.where(is_one if type_ in ACTORS else sa.false())
        if since is not None:
            select = select.where(Event.created_at >= since)
        if until is not None:
            select = select.where(Event.created_at < until)
        return select

    @classmethod
    def batches(cls, **wanted: Any) -> Iterator[list[Event]]:
        """All that `listed` names, some at a time, so that neither memory nor a transaction need hold them all."""
        oldest: int | None = None
        while True:
            select = cls.listed(**wanted) if oldest is None else cls.listed(**wanted).where(Event.id < oldest)
            events = list(db.session.scalars(select.limit(BATCH)))
            if not events:
                return
            oldest = events[-1].id
            yield events

    @staticmethod
    def actors() -> list[tuple[str, str]]:
        """Who there is to choose from: members, then tokens, by name."""
        members = db.session.execute(sa.select(User.id, User.username).order_by(User.username))
        tokens = db.session.execute(
            sa.select(ApiToken.id, User.username, ApiToken.name)
            .join(ApiToken.user)
            .order_by(ApiToken.name, User.username, ApiToken.id)
        )
        return [(f"User:{number}", name) for number, name in members] + [
            (f"ApiToken:{number}", f"{owner} ({name})") for number, owner, name in tokens
        ]

    @staticmethod
    def prune() -> bool:
        """Forget some of what is older than the setting says and was passed on; False when there is none."""
        days = Setting.get("event_days")
        if not days:
            return False
        old = sa.select(Event.id).where(
            Event.created_at < clock.now() - timedelta(days=days), Event.drained_at.is_not(None)
        )
        ids = list(db.session.scalars(old.limit(BATCH)))
        db.session.execute(sa.delete(Event).where(Event.id.in_(ids)))
        return bool(ids)
