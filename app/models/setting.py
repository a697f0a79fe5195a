"""Settings: what an operator changed. Typed by their declarations; an unknown name is an error."""

from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.lib.sealing import seal, unseal
from app.models.base import Model
from app.models.declared import DECLARED
from app.models.event import Event, EventName
from app.models.mixins import Actor

HIDDEN = "•••"  # stands for a secret in the audit trail


class Setting(Model):
    """One changed setting. What is not stored has its declared default."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(sa.String(64), unique=True)
    value: Mapped[Any] = mapped_column(sa.JSON)

    @classmethod
    def all(cls) -> dict[str, Any]:
        """Every setting by name, in one query for the life of the database session."""
        known: dict[str, Any] | None = db.session.info.get("settings")
        if known is None:
            stored = {row.name: row.value for row in db.session.connection().execute(_EVERY)}
            known = {name: stored.get(name, declared.default) for name, declared in DECLARED.items()}
            db.session.info["settings"] = known
        return known

    @classmethod
    def get(cls, name: str) -> Any:
        """The value of `name`. Raises KeyError for a name that is not declared."""
        return cls.all()[name]

    @classmethod
    def secret(cls, name: str) -> str:
        """The value of a secret setting in plain; "" as well when it was sealed with another APP_KEY."""
        sealed = cls.get(name)
        return (unseal(current_app.config["SECRET_KEY"], sealed) or "") if sealed else ""

    @classmethod
    def set(cls, **values: Any) -> None:
        """Store `values`. Raises KeyError for an undeclared name and TypeError for a value of another type."""
        for name, value in values.items():
            declared = DECLARED[name]
            if type(value) is not declared.type:
                raise TypeError(f"setting {name} takes {declared.type.__name__}, not {type(value).__name__}")
            if declared.is_secret and value:
                value = seal(current_app.config["SECRET_KEY"], str(value))
            row = db.session.scalar(sa.select(cls).where(cls.name == name))
            if row is None:
                db.session.add(cls(name=name, value=value))
            else:
                row.value = value
        db.session.info.pop("settings", None)
        db.session.flush()

    @classmethod
    def change(cls, *, actor: Actor | None, **values: Any) -> None:
        """Change what differs from `values`, and note who did it. Raises as `set` does."""
        before = {name: cls.secret(name) if DECLARED[name].is_secret else cls.get(name) for name in values}
        changed = {name: value for name, value in values.items() if value != before[name]}
        if not changed:
            return
        cls.set(**changed)
        cls.note(
            actor=actor,
            changed={
                name: [HIDDEN, HIDDEN] if DECLARED[name].is_secret else [before[name], changed[name]]
                for name in changed
            },
        )

    @classmethod
    def note(cls, *, actor: Actor | None, changed: dict[str, list[Any]]) -> None:
        """Note who changed what: by name, what was and what is now. Also for what is kept in `.env`."""
        row = db.session.scalar(sa.select(cls).where(cls.name.in_([*changed, "installed_at"])).order_by(cls.id))
        Event.record(EventName.SETTINGS_CHANGED, row, actor, changed=changed)

    @classmethod
    def zone(cls) -> ZoneInfo:
        """The page's time zone."""
        return ZoneInfo(cls.get("timezone"))


# Of the table and made once: every page and every metric point asks for it.
_EVERY = sa.select(Setting.__table__.c.name, Setting.__table__.c.value)
