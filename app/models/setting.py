"""Settings: what an operator changes on a Sunday. Declared once, typed; an unknown name is an error."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.i18n import _l
from app.models.base import Model
from app.models.event import Event, EventName
from app.models.mixins import Actor


@dataclass(frozen=True)
class Declared:
    """A setting's type, default and one-line help."""

    type: type
    default: Any
    help: str


DECLARED: dict[str, Declared] = {
    "site_name": Declared(str, "Status", _l("The name of your service, shown at the top of every page and mail.")),
    "timezone": Declared(str, "UTC", _l("The zone in which the page tells times.")),
    "language": Declared(str, "en", _l("The language of the page and its mails.")),
    "show_support": Declared(bool, True, _l("A line at the foot of the page that names Daymark.")),
    "incident_days": Declared(int, 7, _l("How many days of past incidents the page shows.")),
    "major_outage_rate": Declared(
        int, 50, _l("From which share of components in major outage the banner says so, in percent.")
    ),
    "maintenance_reminder": Declared(
        int, 60, _l("How many minutes before planned maintenance subscribers are reminded of it. 0 means not at all.")
    ),
    "suppress_in_maintenance": Declared(
        bool,
        False,
        _l("No mail about an incident or a status while all components that it touches are under maintenance."),
    ),
    "show_charts": Declared(bool, True, _l("Whether the page shows the charts of metrics.")),
    "metric_days": Declared(
        int, 90, _l("How many days metric points are kept. What they come to by hour and day stays for charts.")
    ),
    "api_origins": Declared(
        str, "*", _l("Which other sites may read the API from their visitors' browsers: * for all, or addresses.")
    ),
    "search_engines": Declared(bool, True, _l("Whether search engines may list the page and keep what it says.")),
    "installed_at": Declared(str, "", _l("When the wizard was completed.")),
}


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
    def set(cls, **values: Any) -> None:
        """Store `values`. Raises KeyError for an undeclared name and TypeError for a value of another type."""
        for name, value in values.items():
            declared = DECLARED[name]
            if type(value) is not declared.type:
                raise TypeError(f"setting {name} takes {declared.type.__name__}, not {type(value).__name__}")
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
        before = {name: cls.get(name) for name in values}
        changed = {name: value for name, value in values.items() if value != before[name]}
        if not changed:
            return
        cls.set(**changed)
        row = db.session.scalar(sa.select(cls).where(cls.name == next(iter(changed))))
        Event.record(
            EventName.SETTINGS_CHANGED, row, actor, changed={name: [before[name], changed[name]] for name in changed}
        )

    @classmethod
    def zone(cls) -> ZoneInfo:
        """The page's time zone."""
        return ZoneInfo(cls.get("timezone"))


# Of the table and made once: every page and every metric point asks for it.
_EVERY = sa.select(Setting.__table__.c.name, Setting.__table__.c.value)
