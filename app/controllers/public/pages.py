"""The status page, an incident's own page, and the sign of life."""

from datetime import date

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.controllers.public import bp
from app.controllers.public.cards import card_of
from app.controllers.public.markdown import in_markdown_too, tell
from app.errors import NotFound
from app.extensions import db
from app.i18n import _
from app.lib import clock
from app.models.base import LARGEST_INTEGER as LARGEST_ID
from app.models.component import Component
from app.models.enums import MetricView
from app.models.incident import Incident
from app.models.setting import Setting
from app.models.status_page import StatusPage
from app.models.timeline import with_story
from app.page_cache import cached
from app.serializers.structured import of_incident, of_page

KEPT = 60  # seconds; a change of anything shown is seen at once, only "5 minutes ago" grows old
ID = f"<int(max={LARGEST_ID}):incident_id>"


@bp.get("/")
@in_markdown_too
@cached(KEPT)
def index() -> ResponseReturnValue:
    """The status page; `start_date` is the newest day of its timeline, `view` how far back its charts go."""
    start, view = _start_date(), MetricView.named(request.args.get("view", ""))
    if start is not None and start > clock.today(Setting.zone()):
        return redirect(url_for("public.index", view=view.slug if view is not None else None))
    page = StatusPage.load(g.viewer, start, view)
    if start is not None and page.timeline.is_before_everything:
        raise NotFound(_("Nothing is recorded that far back."))
    return tell("index", page=page, start=start, structured=of_page(page), card=card_of(page.verdict))


@bp.get(f"/incidents/{ID}")
@in_markdown_too
@cached(KEPT)
def incident(incident_id: int) -> ResponseReturnValue:
    """One incident, told whole."""
    found = db.session.scalar(Incident.on_page(g.viewer).where(Incident.id == incident_id).options(*with_story()))
    if found is None:
        raise NotFound()
    shown = {component.id: component for component in db.session.scalars(Component.on_page(g.viewer))}
    touched = [(c, status) for c, status in found.worst_impacts.items() if c.id in shown and status.severity]
    return tell(
        "incident",
        incident=found,
        shown=shown,
        touched=touched,
        structured=of_incident(found),
        card=card_of(found.status),
    )


bp.add_url_rule("/index.md", "index_markdown", index)
bp.add_url_rule(f"/incidents/{ID}.md", "incident_markdown", incident)


@bp.get(f"/incident/{ID}")
def old_incident(incident_id: int) -> ResponseReturnValue:
    """Where Cachet 2.3 had an incident; links to it are out there."""
    return redirect(url_for("public.incident", incident_id=incident_id), 301)


@bp.get("/health")
def health() -> ResponseReturnValue:
    """Whether this process answers at all. Asks neither the database nor Redis."""
    return {"status": "ok"}, {"Cache-Control": "no-store"}


def _start_date() -> date | None:
    text = request.args.get("start_date")
    if text is None:
        return None
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-08-20") else None
    except ValueError:
        day = None
    if day is None or day.year < 1971:
        raise NotFound(_("This is not a date. Write it as in 2026-08-20."))
    return day
