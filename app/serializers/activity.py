"""The audit trail in words, and as CSV (RFC 4180)."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from app.i18n import _, _l
from app.models.base import Choice
from app.models.enums import ComponentStatus, Role
from app.models.event import Event, EventName
from app.models.registry import model_named

# Kinds of things, one and several, in the order in which they are offered; an event's name begins with one.
KINDS: dict[str, tuple[Any, Any]] = {
    "incident": (_l("Incident"), _l("Incidents")),
    "incident_update": (_l("Incident update"), _l("Incident updates")),
    "maintenance": (_l("Maintenance"), _l("Maintenance")),
    "maintenance_update": (_l("Maintenance update"), _l("Maintenance updates")),
    "component": (_l("Component"), _l("Components")),
    "components": (_l("Order of components"), _l("Order of components")),
    "component_group": (_l("Component group"), _l("Component groups")),
    "metric": (_l("Metric"), _l("Metrics")),
    "metrics": (_l("Order of metrics"), _l("Order of metrics")),
    "metric_point": (_l("Metric point"), _l("Metric points")),
    "incident_template": (_l("Template"), _l("Templates")),
    "subscriber": (_l("Subscriber"), _l("Subscribers")),
    "notices": (_l("Mails"), _l("Mails")),
    "user": (_l("Member"), _l("Members")),
    "invitation": (_l("Invitation"), _l("Invitations")),
    "passkey": (_l("Passkey"), _l("Passkeys")),
    "password_reset": (_l("Forgotten password"), _l("Forgotten passwords")),
    "api_token": (_l("API token"), _l("API tokens")),
    "settings": (_l("Settings"), _l("Settings")),
    "page": (_l("Setup"), _l("Setup")),
}
# One word for what was done to it: the second part of an event's name.
DEEDS: dict[str, Any] = {
    "accepted": _l("accepted"),
    "activated": _l("activated"),
    "asked": _l("asked for"),
    "begun": _l("begun"),
    "cancelled": _l("cancelled"),
    "changed": _l("changed"),
    "created": _l("created"),
    "deactivated": _l("deactivated"),
    "deleted": _l("deleted"),
    "edited": _l("edited"),
    "email_asked": _l("new address asked for"),
    "email_changed": _l("address changed"),
    "finished": _l("finished"),
    "fixed": _l("fixed"),
    "installed": _l("completed"),
    "manage_asked": _l("link asked for"),
    "moved": _l("moved"),
    "password_changed": _l("password changed"),
    "planned": _l("planned"),
    "recovery_code_used": _l("recovery code used"),
    "recovery_codes_made": _l("recovery codes made"),
    "reminded": _l("reminder sent"),
    "removed": _l("removed"),
    "renamed": _l("renamed"),
    "reopened": _l("opened again"),
    "reordered": _l("changed"),
    "reported": _l("reported"),
    "resent": _l("sent again"),
    "restored": _l("put back"),
    "revoked": _l("revoked"),
    "role_changed": _l("role changed"),
    "sent": _l("sent"),
    "sent_again": _l("sent again"),
    "sessions_ended": _l("signed out everywhere"),
    "signed_in": _l("signed in"),
    "signed_out": _l("signed out"),
    "status_changed": _l("status changed"),
    "subscribed": _l("subscribed"),
    "two_factor_disabled": _l("second factor switched off"),
    "two_factor_enabled": _l("second factor set up"),
    "two_factor_reset": _l("second factor reset"),
    "unsubscribed": _l("unsubscribed"),
    "updated": _l("updated"),
    "verified": _l("verified"),
}
COLUMNS = ("time", "actor", "kind", "event", "subject", "name", "field", "before", "after")
# A table program takes a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the last four: full width


@dataclass(frozen=True)
class Change:
    """What one field was and is, in words; None where there was nothing."""

    field: str
    before: str | None
    after: str | None


def kind(event: Event) -> str:
    """What sort of thing it happened to."""
    name = event.name.partition(".")[0]
    return str(KINDS[name][0] if name in KINDS else name)


def name(event: Event) -> str:
    """What the thing is, or was, called."""
    return str(event.data.get("name") or event.data.get("username") or "")


def deed(event: Event) -> str:
    """What was done."""
    name = event.name.partition(".")[2]
    return str(DEEDS.get(name, name))


def actor(event: Event) -> str:
    """Who did it."""
    if event.actor_label:
        return event.actor_label
    return _("A visitor") if event.name.startswith(("subscriber.", "password_reset.")) else _("The clock or a command")


def changes(event: Event) -> list[Change]:
    """What it altered, field by field."""
    changed = dict(event.data.get("changed") or {})
    if event.name == EventName.COMPONENT_STATUS_CHANGED:
        changed["status"] = [event.data.get("old"), event.data.get("new")]
    return [
        Change(name.replace("_", " "), *(_words(event.subject_type, name, value) for value in pair[:2]))
        for name, pair in changed.items()
    ]


def header() -> str:
    """The first line of CSV: what the cells of `rows` are."""
    return _line(COLUMNS)


def rows(events: Iterable[Event]) -> Iterator[str]:
    """Lines of CSV: one for each change of each event, or one where there is none to tell."""
    for event in events:
        subject = f"{event.subject_type}:{event.subject_id}"
        first = [event.created_at.isoformat(), event.actor_label, event.name.partition(".")[0], event.name, subject]
        first.append(name(event))
        for change in changes(event) or [Change("", None, None)]:
            yield _line([*first, change.field, change.before or "", change.after or ""])


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells])
    return out.getvalue()


def _words(subject_type: str, name: str, value: Any) -> str | None:
    """A value as people know it."""
    if value is None or value == "" or value == []:
        return None
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "impacts" and isinstance(value, dict):
        return ", ".join(f"{part}: {ComponentStatus(status).label}" for part, status in value.items()) or None
    if name == "role" and value in list(Role):
        return str(Role(value).label)
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return _enum_word(subject_type, name, value) or str(value)


def _enum_word(subject_type: str, name: str, value: Any) -> str | None:
    model = model_named(subject_type)
    column = model.__table__.c.get(name) if model is not None else None
    if column is None or not isinstance(column.type, Choice):
        return None
    try:
        return str(getattr(column.type.enum(value), "label", value))
    except ValueError:
        return None  # written by a newer release
