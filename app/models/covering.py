"""What a maintenance does to components: the part of Maintenance that opens and closes their windows."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.extensions import db
from app.lib import clock
from app.models.base import UtcDateTime, hold_rows
from app.models.component import Component
from app.models.mixins import Actor
from app.models.window import Window

maintenance_components = sa.Table(
    "maintenance_components",
    db.metadata,
    sa.Column("maintenance_id", sa.ForeignKey("maintenances.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("component_id", sa.ForeignKey("components.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Covering:
    """Components, and a window for each from when the work began until it was over."""

    began_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @declared_attr
    def components(cls) -> Mapped[list[Component]]:
        return relationship(secondary=maintenance_components, order_by=(Component.position, Component.id))

    @declared_attr
    def windows(cls) -> Mapped[list[Window]]:
        return relationship(
            back_populates="maintenance", cascade="all, delete-orphan", passive_deletes=True, order_by=Window.id
        )

    @property
    def is_running(self) -> bool:
        return self.began_at is not None and self._over_at is None

    @property
    def component_ids(self) -> list[int]:
        return [component.id for component in self.components]

    @property
    def _over_at(self) -> datetime | None:
        return self.finished_at or self.cancelled_at

    def _cover(self, components: Iterable[Component], at: datetime, *, actor: Actor | None) -> None:
        """From `at` on these are under maintenance, until it is over."""
        components = list(components)
        hold_rows(Component, (component.id for component in components))
        ended = max(self._over_at, at) if self._over_at is not None else None
        for component in components:
            self.windows.append(Window(component_id=component.id, began_at=at, ended_at=ended))
            component.settle(since=at, until=ended, actor=actor)

    def _uncover(self, at: datetime, *, actor: Actor | None) -> None:
        """From `at` on nothing is under maintenance by it."""
        for window in [window for window in self.windows if window.is_open]:
            window.ended_at = max(at, window.began_at)
        self._settle_covered(since=at, until=None, actor=actor)

    def _choose(self, components: Iterable[Component], *, actor: Actor | None) -> None:
        """Name other components. While it runs they come and go now; when it is over, for all of its time."""
        chosen = list(dict.fromkeys(components))
        hold_rows(Component, (component.id for component in [*chosen, *self.components]))
        added = [component for component in chosen if component not in self.components]
        gone = [component for component in self.components if component not in chosen]
        self.components = chosen
        if self.began_at is None:
            return
        now = clock.now()
        self._cover(added, now if self.is_running else self.began_at, actor=actor)
        for component in gone:
            for window in [window for window in self.windows if window.component_id == component.id]:
                if not self.is_running:
                    self.windows.remove(window)
                elif window.is_open:
                    window.ended_at = max(now, window.began_at)
            component.settle(since=now if self.is_running else self.began_at, until=self._over_at, actor=actor)

    def _remove_windows(self, *, actor: Actor | None) -> None:
        """As if it had not been."""
        touched = {window.component_id for window in self.windows}
        since = min((window.began_at for window in self.windows), default=None)
        self.windows.clear()
        db.session.flush()
        for component in hold_rows(Component, touched):
            component.settle(since=since, until=self._over_at, actor=actor)

    def _settle_windows(self, *, actor: Actor | None) -> None:
        """As if it had never been away."""
        if self.windows:
            since = min(window.began_at for window in self.windows)
            self._settle_covered(since=since, until=self._over_at, actor=actor)

    def _settle_covered(self, *, since: datetime, until: datetime | None, actor: Actor | None) -> None:
        touched = {window.component_id for window in self.windows}
        for component in hold_rows(Component, touched):
            component.settle(since=since, until=until, actor=actor)
