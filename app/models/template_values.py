"""What a template is told about an incident or a maintenance, and examples of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.i18n import _, _l
from app.lib import clock
from app.models.component import Component
from app.models.enums import IncidentStatus
from app.models.setting import Setting

# What every template may use, with what it is.
OFFERED: dict[str, Any] = {
    "name": _l("What is happening, as the form says"),
    "status": _l("How far the work is, such as Investigating"),
    "message": _l("What was typed as the message before"),
    "component": _l("The first affected component"),
    "components": _l("All affected components, a list"),
    "occurred_at": _l("When it began"),
    "starts_at": _l("When planned work starts"),
    "ends_at": _l("When planned work ends"),
    "now": _l("The time at which the template is used"),
    "site_name": _l("The name of this page"),
    "url": _l("The address of this page"),
    "incident": _l("The same as parts: incident.name, incident.component.name"),
}


def told(
    *,
    name: str,
    message: str,
    components: Sequence[Component] = (),
    status: IncidentStatus | None = None,
    occurred_at: datetime | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    url: str = "",
    **parts: Any,
) -> dict[str, Any]:
    """The values of every name that OFFERED has. `parts` join those of `incident`, which are as in Cachet."""
    first = components[0] if components else None
    began = occurred_at or clock.now()
    incident = {
        "name": name,
        "status": None if status is None else int(status),
        "message": message,
        "occurred_at": began,
        "component": None if first is None else {"id": first.id, "name": first.name, "status": int(first.status)},
        **parts,
    }
    return {
        "name": name,
        "status": "" if status is None else str(status.label),
        "message": message,
        "component": "" if first is None else first.name,
        "components": [component.name for component in components],
        "occurred_at": began,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "now": clock.now(),
        "site_name": Setting.get("site_name"),
        "url": url,
        "incident": incident,
    }


def examples(url: str) -> dict[str, Any]:
    """The same of an incident that never was, for previews."""
    names = [_("API"), _("Website")]
    values = told(
        name=_("Errors when signing in"),
        message=_("Some people cannot sign in."),
        status=IncidentStatus.INVESTIGATING,
        starts_at=clock.ago(hours=-24),
        ends_at=clock.ago(hours=-26),
        url=url,
    )
    values["incident"] |= {"component": {"id": 1, "name": names[0], "status": 4}, "component_status": 4}
    return values | {"component": names[0], "components": names}
