"""Pages as structured data for search engines: JSON-LD with the words of schema.org."""

from typing import Any

from app.lib.text import excerpt, plain
from app.links import page_url
from app.models.enums import MaintenanceState
from app.models.incident import Incident
from app.models.maintenance import Maintenance
from app.models.setting import Setting
from app.models.status_page import StatusPage

CONTEXT = "https://schema.org"
MOST_UPDATES = 20
EVENT = {
    MaintenanceState.CANCELLED: "EventCancelled",
    MaintenanceState.PLANNED: "EventScheduled",
    MaintenanceState.IN_PROGRESS: "EventScheduled",
    MaintenanceState.FINISHED: "EventScheduled",
}


def of_page(page: StatusPage) -> dict[str, Any]:
    """The status page: a page of a site, and when it last had news."""
    url = page_url("public.index")
    told: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "WebPage",
        "url": url,
        "name": Setting.get("site_name"),
        "description": str(page.verdict.label),
        "isPartOf": {"@type": "WebSite", "url": url, "name": Setting.get("site_name")},
    }
    if about := Setting.get("about"):
        told["isPartOf"]["description"] = excerpt(about, 300)
    return {**told, "dateModified": page.updated_at.isoformat()} if page.updated_at is not None else told


def of_incident(incident: Incident) -> dict[str, Any]:
    """An incident: a report that is written on while it goes on."""
    url = page_url("public.incident", incident_id=incident.id)
    told = {
        "@context": CONTEXT,
        "@type": "LiveBlogPosting",
        "url": url,
        "mainEntityOfPage": url,
        "headline": excerpt(incident.name, 110),
        "description": excerpt(incident.message),
        "datePublished": incident.occurred_at.isoformat(),
        "dateModified": incident.last_said_at.isoformat(),
        "coverageStartTime": incident.occurred_at.isoformat(),
        "author": _publisher(),
        "publisher": _publisher(),
        "image": page_url("public.card", name=f"incident-{incident.status.name.lower()}"),
        "liveBlogUpdate": [
            {
                "@type": "BlogPosting",
                "url": f"{url}#update-{update.id}",
                "headline": str(update.status.label),
                "articleBody": plain(update.message),
                "datePublished": update.created_at.isoformat(),
                "author": _publisher(),
            }
            for update in incident.updates[:MOST_UPDATES]
        ],
    }
    if incident.fixed_at is not None:
        told["coverageEndTime"] = incident.fixed_at.isoformat()
    return told


def of_maintenance(work: Maintenance) -> dict[str, Any]:
    """Planned work: an event that takes place at the page."""
    url = page_url("public.maintenance", maintenance_id=work.id)
    return {
        "@context": CONTEXT,
        "@type": "Event",
        "url": url,
        "name": work.name,
        "description": excerpt(work.message) or work.name,
        "startDate": (work.began_at or work.starts_at).isoformat(),
        "endDate": (work.finished_at or work.ends_at).isoformat(),
        "eventStatus": f"{CONTEXT}/{EVENT[work.state]}",
        "eventAttendanceMode": f"{CONTEXT}/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": url},
        "organizer": _publisher(),
        "image": page_url("public.card", name=f"maintenance-{work.state.name.lower()}"),
    }


def _publisher() -> dict[str, str]:
    return {"@type": "Organization", "name": Setting.get("site_name"), "url": page_url("public.index")}
