"""Components, their groups and tags."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from app.extensions import db
from app.lib import clock
from app.lib.text import slug
from app.models import status_history
from app.models.assigning import assign
from app.models.base import LARGEST_INTEGER, Choice, Model, UtcDateTime, hold_rows
from app.models.baseline import Baseline
from app.models.component_day import ComponentDay
from app.models.deletion import Restorable
from app.models.enums import Collapse, ComponentStatus, Visibility
from app.models.event import Event, EventName
from app.models.impact import Impact
from app.models.mixins import Actor, Visible
from app.models.ordered import Ordered
from app.models.setting import Setting
from app.models.window import Window

component_tags = sa.Table(
    "component_tags",
    db.metadata,
    sa.Column("component_id", sa.ForeignKey("components.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("tag_id", sa.ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True),
)


class Tag(Model):
    """A word that components share, known to API clients by its slug."""

    __tablename__ = "tags"

    name: Mapped[str] = mapped_column(sa.String(100))
    slug: Mapped[str] = mapped_column(sa.String(100), unique=True)

    @classmethod
    def named(cls, names: Iterable[str]) -> list["Tag"]:
        """The tags with these names; missing ones are made."""
        wanted = {slug(name): name.strip() for name in names if slug(name)}
        tags = {tag.slug: tag for tag in db.session.scalars(sa.select(cls).where(cls.slug.in_(wanted)))}
        for key, name in wanted.items():
            tags[key] = tags.get(key) or cls._made(key, name)
        return [tags[key] for key in wanted]

    @classmethod
    def _made(cls, key: str, name: str) -> "Tag":
        try:
            with db.session.begin_nested():
                tag = cls(slug=key, name=name)
                db.session.add(tag)
        except IntegrityError:
            # Somebody else was faster by an instant. A locking read sees what they have made.
            return db.session.scalars(sa.select(cls).filter_by(slug=key).with_for_update(read=True)).one()
        return tag


class ComponentGroup(Restorable, Visible, Ordered, Model):
    """A heading under which components stand on the page."""

    __tablename__ = "component_groups"
    RESTORED = EventName.COMPONENT_GROUP_RESTORED

    name: Mapped[str] = mapped_column(sa.String(255))
    collapse: Mapped[Collapse] = mapped_column(Choice(Collapse), default=Collapse.NEVER)

    components: Mapped[list["Component"]] = relationship(
        back_populates="group", order_by="Component.position, Component.id", passive_deletes=True
    )

    @classmethod
    def create(cls, *, actor: Actor | None, **fields: Any) -> "ComponentGroup":
        """A new group, last in the list unless `position` says otherwise."""
        if "position" not in fields:
            fields["position"] = next_position(cls)
        group = cls(**fields)
        db.session.add(group)
        Event.record(EventName.COMPONENT_GROUP_CREATED, group, actor, name=group.name)
        return group

    def edit(self, *, actor: Actor | None, **changes: Any) -> None:
        """Change name, position, collapse rule or visibility."""
        changed = assign(self, changes)
        Event.record(EventName.COMPONENT_GROUP_UPDATED, self, actor, name=self.name, changed=changed)

    def delete(self, *, actor: Actor | None) -> None:
        """Remove the heading; its components stay, without a group."""
        self.keep_copy(actor=actor)
        Event.record(EventName.COMPONENT_GROUP_DELETED, self, actor, name=self.name)
        for component in list(self.components):
            component.group = None
        db.session.flush()
        db.session.delete(self)
        db.session.flush()

    @classmethod
    def in_order(cls) -> sa.Select["ComponentGroup"]:
        return sa.select(cls).order_by(cls.position, cls.id)

    @classmethod
    def with_components(cls) -> sa.Select["ComponentGroup"]:
        """All groups in order, with what stands in them."""
        return cls.in_order().options(selectinload(cls.components))

    @classmethod
    def visible_to(cls, viewer: Actor | None) -> sa.Select["ComponentGroup"]:
        """Groups that `viewer` may see: guests those for everyone, members all."""
        select = cls.in_order()
        return select if viewer is not None else select.where(cls.visibility == Visibility.EVERYONE)


class Component(Restorable, Visible, Ordered, Model):
    """One part of the service. `baseline` is what was last said of it, `status` what follows from everything."""

    __tablename__ = "components"
    RESTORED = EventName.COMPONENT_RESTORED

    name: Mapped[str] = mapped_column(sa.String(255))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    link: Mapped[str] = mapped_column(sa.String(2000), default="")
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("component_groups.id", ondelete="SET NULL"), index=True)
    enabled: Mapped[bool] = mapped_column(default=True)
    show_uptime: Mapped[bool] = mapped_column(default=True)
    baseline: Mapped[ComponentStatus] = mapped_column(Choice(ComponentStatus), default=ComponentStatus.OPERATIONAL)
    status: Mapped[ComponentStatus] = mapped_column(Choice(ComponentStatus), default=ComponentStatus.OPERATIONAL)
    status_since: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    meta: Mapped[Any] = mapped_column(sa.JSON(none_as_null=True), nullable=True)

    group: Mapped[ComponentGroup | None] = relationship(back_populates="components")
    tags: Mapped[list[Tag]] = relationship(secondary=component_tags, order_by=Tag.id)
    impacts: Mapped[list[Impact]] = relationship(
        back_populates="component", cascade="all, delete-orphan", passive_deletes=True
    )

    @classmethod
    def create(
        cls,
        *,
        actor: Actor | None,
        status: ComponentStatus = ComponentStatus.OPERATIONAL,
        tags: Iterable[str] = (),
        **fields: Any,
    ) -> "Component":
        """A new component in `status`, last in the list unless `position` says otherwise."""
        if "position" not in fields:
            fields["position"] = next_position(cls)
        component = cls(baseline=status, status=ComponentStatus.OPERATIONAL, **fields)
        db.session.add(component)
        component.tags = Tag.named(tags)
        Event.record(EventName.COMPONENT_CREATED, component, actor, name=component.name)
        component._set_baseline(status, component.created_at)
        component.settle(since=component.created_at, actor=actor)
        return component

    def edit(self, *, actor: Actor | None, tags: Iterable[str] | None = None, **changes: Any) -> None:
        """Change what is written of it. Its status is said with `say_status`."""
        changed = assign(self, changes)
        if tags is not None:
            self.tags = Tag.named(tags)
        Event.record(EventName.COMPONENT_UPDATED, self, actor, name=self.name, changed=changed)

    def delete(self, *, actor: Actor | None) -> None:
        """Remove it, with its place in incidents and subscriptions."""
        self.keep_copy(actor=actor)
        Event.record(EventName.COMPONENT_DELETED, self, actor, name=self.name)
        db.session.delete(self)
        db.session.flush()

    def come_back(self, *, deleted_at: datetime, actor: Actor | None) -> None:
        """As it was, and what has happened since: an incident was fixed, work began or was over without it."""
        hold_rows(Component, [self.id])
        caught_up = [*Impact.catch_up(self.id), *Window.catch_up(self.id, deleted_at)]
        self.settle(since=min([deleted_at, *caught_up]), actor=actor)

    def say_status(self, status: ComponentStatus, *, actor: Actor | None, notify: bool = False) -> None:
        """Say outright how it is: who speaks last is right, so open incidents take the same impact on it."""
        hold_rows(Component, [self.id])
        at, before = clock.now(), self.status
        self._set_baseline(status, at)
        # No incident puts a component under maintenance: then the baseline alone does, and they do nothing to it.
        suffered = status if status in ComponentStatus.impacts() else ComponentStatus.OPERATIONAL
        for impact in self._open_impacts:
            impact.incident.set_impact(self, suffered, at=at)
        self._settle_from(before, at, actor=actor, notify=notify)

    def ease(self, status: ComponentStatus, *, actor: Actor | None) -> None:
        """Lower what makes it worse than `status`, which an open incident has brought: other incidents to that, and
        the baseline to operational, so that nothing of it outlasts them. Work that goes on stays."""
        hold_rows(Component, [self.id])
        at, before = clock.now(), self.status
        if self.baseline.severity > status.severity:
            self._set_baseline(ComponentStatus.OPERATIONAL, at)
        for impact in self._open_impacts:
            if impact.status.severity > status.severity:
                impact.incident.set_impact(self, status, at=at)
        self._settle_from(before, at, actor=actor, notify=False)

    @property
    def _open_impacts(self) -> list[Impact]:
        return [impact for impact in self.impacts if impact.is_open]

    def _settle_from(self, before: ComponentStatus, at: datetime, *, actor: Actor | None, notify: bool) -> None:
        self.settle(since=at, actor=actor)
        if self.status is not before:
            change = {"old": int(before), "new": int(self.status), "component_ids": [self.id]}
            Event.record(EventName.COMPONENT_STATUS_CHANGED, self, actor, name=self.name, notify=notify, **change)

    def settle(
        self, *, since: datetime | None = None, until: datetime | None = None, actor: Actor | None = None
    ) -> None:
        """Work out its status again from `since` to `until` (both now unless given), after a reason for it changed:
        the changes, the days that they touch and the current status. The only writer of `status`."""
        hold_rows(Component, [self.id])  # what others have changed meanwhile counts, too
        now = clock.now()
        since, until = min(since or now, now), min(until or now, now)
        status_history.rewrite(self.id, since, until, actor.label if actor is not None else "")
        newest = status_history.status_before(self.id, now + timedelta(microseconds=1))
        if newest is None:
            self.status, self.status_since = ComponentStatus.OPERATIONAL, self.created_at
        else:
            self.status, self.status_since = newest.new, newest.at
        db.session.flush()
        ComponentDay.recompute(self.id, since, until, Setting.zone())

    def _set_baseline(self, status: ComponentStatus, at: datetime) -> None:
        self.baseline = status
        db.session.flush()
        ends = sa.update(Baseline).where(Baseline.component_id == self.id, Baseline.ended_at.is_(None))
        db.session.execute(ends.values(ended_at=at))
        db.session.add(Baseline(component_id=self.id, status=status, began_at=at))
        db.session.flush()

    def siblings(self) -> sa.Select[Any]:
        """The components of its group."""
        return super().siblings().where(Component.group_id == self.group_id)

    @property
    def is_announceable(self) -> bool:
        """Whether subscribers may hear of it: guests can see it and its group."""
        return self.enabled and self.is_public and (self.group is None or self.group.is_public)

    @property
    def is_on_page(self) -> bool:
        """Whether it stands on the status page for members, by the rule of `on_page`."""
        is_hidden = Visibility.HIDDEN in (self.visibility, self.group.visibility if self.group is not None else None)
        return self.enabled and not is_hidden

    @classmethod
    def in_order(cls) -> sa.Select["Component"]:
        return sa.select(cls).order_by(cls.position, cls.id)

    @classmethod
    def visible_to(cls, viewer: Actor | None) -> sa.Select["Component"]:
        """Components that `viewer` may see: guests the enabled ones for everyone in groups for everyone."""
        select = cls.in_order()
        if viewer is not None:
            return select
        hidden = sa.select(ComponentGroup.id).where(ComponentGroup.visibility != Visibility.EVERYONE)
        return select.where(
            cls.enabled,
            cls.visibility == Visibility.EVERYONE,
            sa.or_(cls.group_id.is_(None), cls.group_id.not_in(hidden)),
        )

    @classmethod
    def on_page(cls, viewer: Actor | None) -> sa.Select["Component"]:
        """What of `visible_to` stands on the status page: nothing disabled or hidden, for members either."""
        hidden = sa.select(ComponentGroup.id).where(ComponentGroup.visibility == Visibility.HIDDEN)
        return cls.visible_to(viewer).where(
            cls.enabled,
            cls.visibility != Visibility.HIDDEN,
            sa.or_(cls.group_id.is_(None), cls.group_id.not_in(hidden)),
        )


def next_position(cls: Any) -> int:
    """The place after the last of all rows of `cls`. Beyond the largest number there is none: of rows in one place the
    newer one comes later."""
    return min((db.session.scalar(sa.select(sa.func.max(cls.position))) or 0) + 1, LARGEST_INTEGER)
