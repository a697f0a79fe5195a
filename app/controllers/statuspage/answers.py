"""The eight answers of the dialect (landscape 2.1)."""

from typing import Any

from flask import Response
from flask_babel import force_locale

from app.controllers.statuspage import answer, bp
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


@bp.get("/summary.json")
@cached(KEPT)
def summary() -> Response:
    """All components, and what is open of incidents and maintenances."""
    now = Present.load()
    return _told(
        components=components_json(now.parts),
        incidents=incidents_json(now.incidents, now.parts),
        scheduled_maintenances=_works([*now.running, *now.planned], now.parts),
        status=status_json(now),
    )


@bp.get("/status.json")
@cached(KEPT)
def status() -> Response:
    """How the whole is."""
    return _told(status=status_json(Present.load()))


@bp.get("/components.json")
@cached(KEPT)
def components() -> Response:
    """All components and groups."""
    return _told(components=components_json(Parts.load()))


@bp.get("/incidents.json")
@cached(KEPT)
def incidents() -> Response:
    """The fifty newest."""
    return _told(incidents=incidents_json(recent_incidents(), Parts.load()))


@bp.get("/incidents/unresolved.json")
@cached(KEPT)
def unresolved() -> Response:
    """Those that are open."""
    return _told(incidents=incidents_json(unresolved_incidents(), Parts.load()))


@bp.get("/scheduled-maintenances.json")
@cached(KEPT)
def maintenances() -> Response:
    """The fifty newest."""
    return _told(scheduled_maintenances=_works(recent_work(), Parts.load()))


@bp.get("/scheduled-maintenances/upcoming.json")
@cached(KEPT)
def upcoming() -> Response:
    """Those to come."""
    return _told(scheduled_maintenances=_works(planned_work(), Parts.load()))


@bp.get("/scheduled-maintenances/active.json")
@cached(KEPT)
def active() -> Response:
    """Those under way."""
    return _told(scheduled_maintenances=_works(running_work(), Parts.load()))


def _works(slots: list[Any], parts: Parts) -> list[dict[str, Any]]:
    with force_locale(Setting.get("language")):
        return works_json(slots, parts)


def _told(**content: Any) -> Response:
    return answer({"page": page_json(changed_at()), **content})
