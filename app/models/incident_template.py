"""Incident templates: messages written in calm hours, with places for what is known only later."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.errors import Invalid
from app.extensions import db
from app.i18n import _
from app.lib import sandbox
from app.lib.text import slug as slug_of
from app.models.assigning import assign
from app.models.base import Model
from app.models.deletion import Restorable
from app.models.event import Event, EventName
from app.models.mixins import Actor
from app.models.setting import Setting
from app.models.template_faults import fault

LONGEST_SLUG = 191
# Left free, so that -2 and so on fit behind it.
LONGEST_STEM = 180


class IncidentTemplate(Restorable, Model):
    """A Markdown text with variables. API clients know it by its slug."""

    __tablename__ = "incident_templates"
    RESTORED = EventName.INCIDENT_TEMPLATE_RESTORED

    name: Mapped[str] = mapped_column(sa.String(255))
    slug: Mapped[str] = mapped_column(sa.String(191), unique=True)
    body: Mapped[str] = mapped_column(sa.Text)

    @classmethod
    def create(cls, *, name: str, body: str, actor: Actor | None, slug: str = "") -> "IncidentTemplate":
        """A new template; without a `slug` it gets one of its name. Raises Invalid for a body that cannot work."""
        cls.check(body)
        template = cls(name=name, body=body, slug=cls._free_slug(slug, name))
        db.session.add(template)
        Event.record(EventName.INCIDENT_TEMPLATE_CREATED, template, actor, name=name)
        return template

    def edit(self, *, actor: Actor | None, **changes: Any) -> None:
        """Change name, body or slug. An empty slug is made of the name again."""
        if "body" in changes:
            self.check(changes["body"])
        if "slug" in changes:
            changes["slug"] = self._free_slug(changes["slug"], changes.get("name", self.name), self)
        changed = assign(self, changes)
        Event.record(EventName.INCIDENT_TEMPLATE_UPDATED, self, actor, name=self.name, changed=changed)

    def delete(self, *, actor: Actor | None) -> None:
        """Remove it; what was said with it stays."""
        self.keep_copy(actor=actor)
        Event.record(EventName.INCIDENT_TEMPLATE_DELETED, self, actor, name=self.name)
        db.session.delete(self)
        db.session.flush()

    @staticmethod
    def check(body: str) -> None:
        """Raise Invalid, with the line, for a body that is not written as a template must be."""
        try:
            sandbox.check(body)
        except sandbox.BadTemplate as bad:
            raise Invalid(body=fault(bad)) from None

    def render(self, values: Mapping[str, Any], zone: ZoneInfo | None = None) -> str:
        """The Markdown with `values` (as JSON knows them, and times) put in; tells times in `zone`. Raises Invalid."""
        try:
            return sandbox.render(self.body, values, zone or Setting.zone())
        except sandbox.BadTemplate as bad:
            raise Invalid(template=fault(bad)) from None

    @property
    def needs(self) -> list[sandbox.Variable]:
        """What it must be given; nothing when it is broken."""
        try:
            return sandbox.variables(self.body)
        except sandbox.BadTemplate:
            return []

    @property
    def variables(self) -> list[str]:
        """The names of what it must be given."""
        return [variable.name for variable in self.needs]

    @classmethod
    def in_order(cls) -> sa.Select["IncidentTemplate"]:
        """All of them, by name."""
        return sa.select(cls).order_by(sa.func.lower(cls.name), cls.id)

    @classmethod
    def visible_to(cls, viewer: Actor | None) -> sa.Select["IncidentTemplate"]:
        """Templates that `viewer` may see: everyone all, as in Cachet; they hold no facts, only words for them."""
        return cls.in_order()

    @classmethod
    def called(cls, slug: str) -> "IncidentTemplate | None":
        """The template with this slug."""
        return db.session.scalar(sa.select(cls).where(cls.slug == slug))

    @classmethod
    def _free_slug(cls, wanted: str, name: str, itself: "IncidentTemplate | None" = None) -> str:
        """The slug asked for, if it is free, else one of the name."""
        own = itself.id if itself is not None else 0
        if wanted:
            stem = slug_of(wanted)[:LONGEST_SLUG].strip("-")
            if not stem:
                raise Invalid(slug=_("Use letters from a to z, digits and dashes."))
            if db.session.scalar(sa.select(cls.id).where(cls.slug == stem, cls.id != own)):
                raise Invalid(slug=_("Another template has this slug."))
            return stem
        stem = slug_of(name)[:LONGEST_STEM].strip("-") or "template"
        taken = set(db.session.scalars(sa.select(cls.slug).where(cls.slug.startswith(stem), cls.id != own)))
        return next(slug for slug in _candidates(stem, len(taken)) if slug not in taken)


def _candidates(stem: str, taken: int) -> list[str]:
    return [stem, *(f"{stem}-{number}" for number in range(2, taken + 3))]
