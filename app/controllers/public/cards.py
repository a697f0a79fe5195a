"""Pictures beside links: one for each state that a page, an incident or planned work can be in.

An address names the state, so that what was shared yesterday shows how it was yesterday, and nothing else is told."""

from typing import Any

from flask import Response
from flask.typing import ResponseReturnValue

from app.controllers.public import bp
from app.controllers.public.embeddable import embeddable
from app.errors import NotFound
from app.i18n import _
from app.lib.card import card as drawn
from app.links import page_host
from app.models.enums import IncidentStatus, MaintenanceState, Verdict
from app.models.looks import on_pictures
from app.models.setting import Setting

# The colours of an incident's states on the page are those of components' states.
OF_INCIDENT = {
    "reported": "unknown",
    "investigating": "major",
    "identified": "partial",
    "watching": "perf",
    "fixed": "ok",
}


@bp.get("/card/<name>.png")
@embeddable()
def card(name: str) -> ResponseReturnValue:
    """The picture for one state, with the page's name."""
    state = _states().get(name)
    if state is None:
        raise NotFound()
    words, plain, css = state
    picture = drawn(Setting.get("site_name"), words, page_host(), plain, css, on_pictures(css, Setting.all()))
    return Response(picture, content_type="image/png")


def card_of(thing: Any) -> tuple[str, str]:
    """The picture's name and what it says, for a verdict, an incident's status or a maintenance's state."""
    kind = {IncidentStatus: "incident-", MaintenanceState: "maintenance-"}.get(type(thing), "")
    name = f"{kind}{thing.value if isinstance(thing, Verdict) else thing.name.lower()}"
    return name, _states()[name][0]


def _states() -> dict[str, tuple[str, str, str]]:
    """For each name: the words, the same in plain ASCII, the colour token."""
    found = {v.value: (str(v.label), v.value.replace("_", " ").capitalize(), v.css) for v in Verdict}
    for status in IncidentStatus:
        words = _("Incident: %(state)s", state=status.label)
        found[f"incident-{status.name.lower()}"] = words, f"Incident: {status.name.lower()}", OF_INCIDENT[status.css]
    for state in MaintenanceState:
        words, plain = _("Maintenance: %(state)s", state=state.label), state.name.replace("_", " ").lower()
        found[f"maintenance-{state.name.lower()}"] = words, f"Maintenance: {plain}", state.css
    return found
