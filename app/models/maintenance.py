"""Maintenances: planned work, once or by a rule, and what it does to which components."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.errors import Conflict, Invalid
from app.extensions import db
from app.i18n import _
from app.lib import clock
from app.models.assigning import assign, told
from app.models.base import Model, hold_rows
from app.models.component import Component
from app.models.deletion import Restorable
from app.models.enums import MaintenanceState
from app.models.event import Event, EventName
from app.models.incident import author_id
from app.models.maintenance_clock import Clocked
from app.models.maintenance_listing import Listed
from app.models.maintenance_series import page_zone
from app.models.maintenance_update import MaintenanceUpdate
from app.models.mixins import Actor, Visible
from app.models.slot import Slot

__all__ = ["Maintenance", "Slot"]

# What a date of a series takes over from it when it becomes a maintenance of its own.
INHERITED = (
    "name",
    "message",
    "auto_begin",
    "auto_finish",
    "notify",
    "publish_at",
    "announced_at",
    "visibility",
    "zone",
)

# What an edit may change beside the columns that it names.
EDITED = ("starts_at", "ends_at", "rule", "components")


class Maintenance(Restorable, Clocked, Listed, Visible, Model):
    """Planned work from `starts_at` to `ends_at`; `began_at` and `finished_at` say when it really was.

    With a `rule` (RFC 5545) it is a series, whose first date `starts_at` is: its dates are computed, and one that
    begins, moves or is cancelled becomes a maintenance of its own with `series_id` and, by the rule, its `series_at`.
    """

    __tablename__ = "maintenances"
    RESTORED = EventName.MAINTENANCE_RESTORED
    __table_args__ = (
        sa.UniqueConstraint("series_id", "series_at"),
        sa.Index("ix_maintenances_starts_at", "starts_at"),
        sa.Index("ix_maintenances_finished_at", "finished_at"),
    )

    name: Mapped[str] = mapped_column(sa.String(255))
    message: Mapped[str] = mapped_column(sa.Text, default="")
    uid: Mapped[str] = mapped_column(sa.String(64), unique=True, default=lambda: secrets.token_hex(16))
    sequence: Mapped[int] = mapped_column(default=0)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"), index=True)
    meta: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)

    series: Mapped["Maintenance | None"] = relationship(remote_side="Maintenance.id")
    updates: Mapped[list[MaintenanceUpdate]] = relationship(
        back_populates="maintenance",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by=(MaintenanceUpdate.created_at.desc(), MaintenanceUpdate.id.desc()),
    )

    @classmethod
    def plan(
        cls,
        *,
        name: str,
        message: str,
        starts_at: datetime,
        ends_at: datetime,
        actor: Actor | None,
        components: Iterable[Component] = (),
        rule: str = "",
        **fields: Any,
    ) -> "Maintenance":
        """Plan work, or a series of it by `rule`. What should have begun already begins at once, as planned."""
        fields = {"zone": page_zone(), "notify": True, "publish_at": None, **fields}
        times = {"starts_at": starts_at, "ends_at": ends_at, "rule": rule.strip()}
        plan = cls(name=name, message=message, user_id=author_id(actor), **times, **fields)
        plan._check_times()
        plan.components = list(dict.fromkeys(components))
        hold_rows(Component, plan.component_ids)
        now = clock.now()
        plan.announced_at = now if plan.is_published else None
        plan.checked_until = now - plan.length if plan.is_series else None
        db.session.add(plan)
        was_over = plan.ends_at <= now and not plan.is_series
        plan._record(EventName.MAINTENANCE_PLANNED, actor, notify=plan.notify and not was_over)
        plan._follow_plan(now, actor=actor)
        return plan

    def edit(
        self,
        *,
        actor: Actor | None,
        components: Iterable[Component] | None = None,
        rule: str | None = None,
        **changes: Any,
    ) -> None:
        """Correct what is written, quietly; of a series, the dates that nobody has touched."""
        self.hold()
        times: dict[str, Any] = {name: changes.pop(name) for name in ("starts_at", "ends_at") if name in changes}
        before = {name: told(getattr(self, name)) for name in EDITED}
        changed = assign(self, changes)
        if components is not None:
            self._choose(components, actor=actor)
        if rule is not None and not self.is_series and rule.strip() and self.state is not MaintenanceState.PLANNED:
            raise Invalid(rule=_("Work that has begun cannot become a series."))
        self._retime(times if rule is None else {**times, "rule": rule.strip()})
        if not times and "publish_at" in changes:
            self._check_times()
        self._revise()
        changed |= {name: [was, now] for name, was in before.items() if (now := told(getattr(self, name))) != was}
        self._record(EventName.MAINTENANCE_EDITED, actor, notify=False, changed=changed)
        self._follow_plan(clock.now(), actor=actor)

    def move(self, starts_at: datetime, ends_at: datetime, *, actor: Actor | None, notify: bool = True) -> None:
        """Plan it for another time, and say so. While it runs only its end can move."""
        self._hold_open()
        was = [self.starts_at.isoformat(), self.ends_at.isoformat()]
        if not self._retime({"starts_at": starts_at, "ends_at": ends_at}):
            return
        now = clock.now()
        if notify and self.announced_at is not None:
            self.announced_at = now
        self._record(EventName.MAINTENANCE_MOVED, actor, notify=notify, was=was)
        self._follow_plan(now, actor=actor)

    def begin(self, *, actor: Actor | None, at: datetime | None = None) -> None:
        """Start the work, at `at` (now unless given): its components are under maintenance from then on."""
        self._hold_open()
        if self.is_series:
            raise Conflict(_("A series has dates that begin, it does not begin itself."))
        at = at or clock.now()
        if self.began_at is not None or not self._claim("began_at", at):
            raise Conflict(_("This maintenance has begun already."))
        if self.publish_at is not None:
            self.publish_at = min(self.publish_at, at)
        if at >= self.ends_at:
            self.ends_at = at + self.length  # begun so late, it still takes as long as planned
        if at != self.starts_at:
            self._revise()
        self._cover(self.components, at, actor=actor)
        self._record(EventName.MAINTENANCE_BEGUN, actor, notify=False)

    def finish(
        self, *, actor: Actor | None, message: str = "", notify: bool = True, at: datetime | None = None
    ) -> None:
        """End the work, at `at` (now unless given). Subscribers hear of it when it is early, or `message` is said."""
        self._hold_open()
        if self.began_at is None:
            raise Conflict(_("This maintenance has not begun yet."))
        at = max(at or clock.now(), self.began_at)
        if not self._claim("finished_at", at):
            raise Conflict(_("This maintenance is over."))
        self._uncover(at, actor=actor)
        if at != self.ends_at:
            self._revise()
        update = self._say(message, actor=actor) if message else None
        data = {"update_id": update.id} if update is not None else {}
        tells = notify and (at < self.ends_at or update is not None)
        self._record(EventName.MAINTENANCE_FINISHED, actor, notify=tells, **data)

    def cancel(self, *, actor: Actor | None, notify: bool = True) -> None:
        """Call it off, also while it runs. Of a series: every date that has not begun."""
        self._hold_open()
        now = clock.now()
        if not self._claim("cancelled_at", now):
            raise Conflict(_("This maintenance is over."))
        self._revise()
        self._uncover(now, actor=actor)
        self._record(EventName.MAINTENANCE_CANCELLED, actor, notify=notify)
        for date in hold_rows(Maintenance, (date.id for date in db.session.scalars(self.open_dates()))):
            if date.state is MaintenanceState.PLANNED:
                date.cancel(actor=actor, notify=False)

    def post_update(self, message: str, *, actor: Actor | None, notify: bool = True) -> MaintenanceUpdate:
        """Say what is new."""
        self.hold()
        update = self._say(message, actor=actor)
        self._record(EventName.MAINTENANCE_UPDATED, actor, notify=notify, update_id=update.id)
        return update

    def delete(self, *, actor: Actor | None) -> None:
        """Remove it, a series with all its dates; its components are as if it had not been."""
        rows = self._hold_all()
        self.keep_copy(actor=actor)
        self._record(EventName.MAINTENANCE_DELETED, actor, notify=False)
        if self.series is not None:
            self.series.sequence += 1
        for row in rows:
            row._remove_windows(actor=actor)
            db.session.delete(row)
            db.session.flush()

    def come_back(self, *, deleted_at: datetime, actor: Actor | None) -> None:
        """With its dates; its components are as they were with it."""
        for row in self._hold_all():
            row._settle_windows(actor=actor)
        if self.series is not None:
            self.series.sequence += 1

    def occurrence(self, at: datetime, *, actor: Actor | None = None) -> "Maintenance":
        """The date `at` of this series as a maintenance of its own; the same one each time."""
        self.hold()
        if (known := self._taken(at)) is not None:
            return known
        if self.cancelled_at is not None:
            raise Conflict(_("This maintenance was cancelled."))
        if not self.is_series or next(self.recurrence.after(at, included=True), None) != at:
            raise Conflict(_("The series has no such date any more."))
        hold_rows(Component, self.component_ids)
        own = {name: getattr(self, name) for name in INHERITED}
        date = Maintenance(**own, starts_at=at, ends_at=at + self.length, series_id=self.id, series_at=at)
        date.user_id = author_id(actor) or self.user_id
        try:
            with db.session.begin_nested():
                db.session.add(date)
        except IntegrityError:
            # Another worker took the same date out in this instant.
            if (known := self._taken(at)) is None:
                raise
            return known
        date.components = list(self.components)
        db.session.flush()
        return date

    @property
    def state(self) -> MaintenanceState:
        if self.cancelled_at is not None:
            return MaintenanceState.CANCELLED
        if self.finished_at is not None:
            return MaintenanceState.FINISHED
        return MaintenanceState.PLANNED if self.began_at is None else MaintenanceState.IN_PROGRESS

    @property
    def is_open(self) -> bool:
        """Whether it is planned or under way."""
        return self._over_at is None

    @property
    def is_published(self) -> bool:
        return self.publish_at is None or self.publish_at <= clock.now()

    @property
    def is_announceable(self) -> bool:
        """Whether subscribers may hear of it."""
        return self.is_public and self.is_published

    def _say(self, message: str, *, actor: Actor | None) -> MaintenanceUpdate:
        if not message.strip():
            raise Invalid(message=_("Say what is new."))
        update = MaintenanceUpdate(message=message, user_id=author_id(actor), maintenance=self)
        db.session.add(update)
        db.session.flush()
        db.session.expire(self, ["updates"])
        self._revise()
        return update

    def _revise(self) -> None:
        """Calendars take another version only by a higher number; that of a series tells which of its dates are off."""
        self.sequence += 1
        if self.series is not None:
            self.series.sequence += 1

    def _hold_open(self) -> None:
        self.hold()
        if not self.is_open:
            raise Conflict(_("This maintenance is over."))

    def _hold_all(self) -> list["Maintenance"]:
        self.hold()
        rows = [*hold_rows(Maintenance, (date.id for date in db.session.scalars(self.dates_of()))), self]
        hold_rows(Component, {window.component_id for row in rows for window in row.windows})
        return rows

    def _taken(self, at: datetime) -> "Maintenance | None":
        select = sa.select(Maintenance).where(Maintenance.series_id == self.id, Maintenance.series_at == at)
        return db.session.scalar(select)

    def _record(self, name: EventName, actor: Actor | None, *, notify: bool, **data: Any) -> None:
        told = notify and self.is_published
        Event.record(name, self, actor, name=self.name, notify=told, component_ids=self.component_ids, **data)
