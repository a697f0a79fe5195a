"""The eight answers of the dialect (landscape 2.1)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response

from app.controllers.statuspage import answer, bp
from app.i18n import in_language
from app.models.setting import Setting
from app.models.statuspage_facts import (
    Parts,
    Present,
    changed_at,
    planned_work,
    recent_incidents,
    recent_work,
    running_work,
    unresolved_incidents,
)
from app.page_cache import cached
from app.serializers.statuspage.component import components_json
from app.serializers.statuspage.incident import incidents_json, works_json
from app.serializers.statuspage.page import page_json, status_json

KEPT = 30  # seconds
View = Callable[[], dict[str, Any]]


def resource(path: str) -> Callable[[View], Callable[[], Response]]:
    """Answer at `path` with what the view has, beside whose page it is, in the language of the page."""

    def decorate(view: View) -> Callable[[], Response]:
        @bp.get(path)
        @cached(KEPT)
        @wraps(view)
        def answered() -> Response:
            with in_language(Setting.get("language")):
                return answer({"page": page_json(changed_at()), **view()})

        return answered

    return decorate


@resource("/summary.json")
def summary() -> dict[str, Any]:
    """All components, and what is open of incidents and maintenances."""
    now = Present.load()
    return {
        "components": components_json(now.parts),
        "incidents": incidents_json(now.incidents, now.parts),
        "scheduled_maintenances": works_json([*now.running, *now.planned], now.parts),
        "status": status_json(now),
    }


@resource("/status.json")
def status() -> dict[str, Any]:
    """How the whole is."""
    return {"status": status_json(Present.load())}


@resource("/components.json")
def components() -> dict[str, Any]:
    """All components and groups."""
    return {"components": components_json(Parts.load())}


@resource("/incidents.json")
def incidents() -> dict[str, Any]:
    """The fifty newest."""
    return {"incidents": incidents_json(recent_incidents(), Parts.load())}


@resource("/incidents/unresolved.json")
def unresolved() -> dict[str, Any]:
    """Those that are open."""
    return {"incidents": incidents_json(unresolved_incidents(), Parts.load())}


@resource("/scheduled-maintenances.json")
def maintenances() -> dict[str, Any]:
    """The fifty newest."""
    return {"scheduled_maintenances": works_json(recent_work(), Parts.load())}


@resource("/scheduled-maintenances/upcoming.json")
def upcoming() -> dict[str, Any]:
    """Those to come."""
    return {"scheduled_maintenances": works_json(planned_work(), Parts.load())}


@resource("/scheduled-maintenances/active.json")
def active() -> dict[str, Any]:
    """Those under way."""
    return {"scheduled_maintenances": works_json(running_work(), Parts.load())}
