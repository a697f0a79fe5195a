"""Which maintenances there are to show: the part of Maintenance that finds them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.lib import clock
from app.models.enums import Visibility
from app.models.maintenance_series import Recurring
from app.models.mixins import Actor
from app.models.slot import Slot


class Listed(Recurring):
    """Selects for pages, feeds, calendars and mails."""

    @classmethod
    def visible_to(cls: Any, viewer: Actor | None) -> sa.Select[Any]:
        """Those that `viewer` may see: guests the published ones for everyone, members all."""
        select = sa.select(cls)
        if viewer is not None:
            return select
        published = sa.or_(cls.publish_at.is_(None), cls.publish_at <= clock.now())
        return select.where(cls.visibility == Visibility.EVERYONE, published)

    @classmethod
    def on_page(cls: Any, viewer: Actor | None) -> sa.Select[Any]:
        """What of `visible_to` stands on the status page, newest first; series too."""
        published = sa.or_(cls.publish_at.is_(None), cls.publish_at <= clock.now())
        shown = cls.visible_to(viewer).where(cls.visibility != Visibility.HIDDEN, published)
        return shown.order_by(cls.starts_at.desc(), cls.id.desc())

    @classmethod
    def running(cls: Any, viewer: Actor | None) -> list[Any]:
        """What is under way, the newest first, with its components and updates."""
        select = cls.on_page(viewer).where(cls.is_under_way())
        return list(db.session.scalars(select.options(selectinload(cls.components), selectinload(cls.updates))))

    @classmethod
    def upcoming(cls: Any, viewer: Actor | None, options: tuple[Any, ...] = ()) -> list[Slot]:
        """What is planned and not begun, soonest first; of each series the next date. Three queries at most, beside
        what `options` (of loaders) ask for."""
        now = clock.now()
        select = cls.on_page(viewer).where(cls.is_ahead(now))
        return cls.slots(list(db.session.scalars(select.options(selectinload(cls.components), *options))), now)

    @classmethod
    def slots(cls: Any, rows: list[Any], now: datetime) -> list[Slot]:
        """When each of these, planned and not begun, is to be, soonest first; of each series the next date."""
        slots = [Slot(row, row.starts_at, row.ends_at) for row in rows if not row.is_series]
        for slot in cls.next_of_each([row for row in rows if row.is_series], now):
            # A date that was moved or reminded of stands for its series until it has begun.
            own = [known.starts_at for known in slots if known.maintenance.series_id == slot.maintenance.id]
            if slot.starts_at < min(own, default=slot.ends_at):
                slots.append(slot)
        return sorted(slots, key=lambda slot: (slot.starts_at, slot.maintenance.id))

    @classmethod
    def past(cls: Any, viewer: Actor | None) -> sa.Select[Any]:
        """What took place or was cancelled, newest first; the dates of a series, not the series."""
        return cls.on_page(viewer).where(cls.is_past())

    @classmethod
    def is_under_way(cls: Any) -> Any:
        """The condition that it has begun and is not over."""
        return sa.and_(cls.began_at.is_not(None), *cls._not_over())

    @classmethod
    def is_ahead(cls: Any, now: datetime) -> Any:
        """The condition that it is planned and not begun, a series among them."""
        return sa.and_(cls.began_at.is_(None), sa.or_(cls.rule != "", cls.ends_at > now), *cls._not_over())

    @classmethod
    def is_past(cls: Any) -> Any:
        """The condition that it is over and no series."""
        return sa.and_(cls.rule == "", sa.or_(cls.finished_at.is_not(None), cls.cancelled_at.is_not(None)))

    @classmethod
    def listed(cls: Any, state: str = "all", words: str = "") -> sa.Select[Any]:
        """For the dashboard: the `open`, the `past` or all whose name holds `words`, newest first."""
        select = sa.select(cls).order_by(cls.starts_at.desc(), cls.id.desc())
        if state == "open":
            select = select.where(*cls._not_over())
        elif state == "past":
            select = select.where(sa.or_(cls.finished_at.is_not(None), cls.cancelled_at.is_not(None)))
        return select.where(cls.name.icontains(words, autoescape=True)) if words else select

    def dates_of(self) -> sa.Select[Any]:
        """The dates of this series that became maintenances of their own, oldest first."""
        cls: Any = type(self)
        return sa.select(cls).where(cls.series_id == self.id).order_by(cls.series_at)  # type: ignore[attr-defined]

    def open_dates(self) -> sa.Select[Any]:
        """Those of `dates_of` that are planned or under way."""
        return self.dates_of().where(*self._not_over())

    @classmethod
    def _not_over(cls: Any) -> tuple[Any, ...]:
        return cls.finished_at.is_(None), cls.cancelled_at.is_(None)
