"""What `/history.atom` and `/history.rss` of Atlassian Statuspage tell, in its words (landscape 2.4): an entry for each
incident and each maintenance, with all of its updates, newest first. Programs read these, so nothing is translated."""

from flask import current_app

from app.links import page_url
from app.models.enums import IncidentStatus, MaintenanceState
from app.models.incident import Incident
from app.models.news import Story
from app.models.news_piece import Piece
from app.models.setting import Setting
from app.serializers.feeds.feed import MOST, Entry, markup, tag, words

YEAR = "2005"  # stands in every identifier of theirs
WORDS = {
    IncidentStatus.REPORTED: "Investigating",
    IncidentStatus.INVESTIGATING: "Investigating",
    IncidentStatus.IDENTIFIED: "Identified",
    IncidentStatus.WATCHING: "Monitoring",
    IncidentStatus.FIXED: "Resolved",
}
WORK = {
    MaintenanceState.PLANNED: "Scheduled",
    MaintenanceState.IN_PROGRESS: "In progress",
    MaintenanceState.FINISHED: "Completed",
    MaintenanceState.CANCELLED: "Cancelled",
}


def entries(stories: list[Story]) -> list[Entry]:
    """The fifty newest of these stories, newest first."""
    newest = sorted(stories, key=lambda story: story.pieces[-1].at, reverse=True)[:MOST]
    return [_entry(story) for story in newest]


def _entry(story: Story) -> Entry:
    template = current_app.jinja_env.get_template("public/_news.html").module
    thing = story.thing
    broken = isinstance(thing, Incident)
    url = (
        page_url("public.incident", incident_id=thing.id)
        if broken
        else page_url("public.maintenance", maintenance_id=thing.id)
    )
    told = [(piece, _word(piece), piece.at.astimezone(Setting.zone())) for piece in story.pieces]
    return Entry(
        id=tag(f"{'Incident' if broken else 'Maintenance'}/{thing.id}", YEAR),
        url=url,
        title=words(thing.name),
        html=markup(str(template.history(story, told, Setting.zone()))),  # type: ignore[attr-defined]
        published=story.pieces[-1].at,
        updated=story.updated,
        tags=[words(component.name) for component in story.components],
    )


def _word(piece: Piece) -> str:
    state = piece.state
    return WORDS[state] if isinstance(state, IncidentStatus) else WORK[state]
