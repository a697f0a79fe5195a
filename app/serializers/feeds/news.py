"""The page's own feeds: an entry for each piece of news.

Feed readers know entries by their ids. Most change one that they know in silence and none announces it again, so an
update that only changed its incident's entry would go unread. Statuspage's feeds do so all the same: see `statuspage`.
"""

from flask import current_app

from app.links import page_url
from app.models.incident import Incident
from app.models.news import Story
from app.models.news_piece import Piece, stamp
from app.serializers.feeds.feed import MOST, Entry, markup, tag, words


def entries(stories: list[Story]) -> list[Entry]:
    """The newest fifty pieces of news of these stories, newest first."""
    pieces = [(piece, story) for story in stories for piece in story.pieces]
    newest = sorted(pieces, key=lambda told: told[0].at, reverse=True)[:MOST]
    return [_entry(piece, story) for piece, story in newest]


def _entry(piece: Piece, story: Story) -> Entry:
    template = current_app.jinja_env.get_template("public/_news.html").module
    return Entry(
        id=tag(f"{_name(story)}/{piece.key}", f"{story.thing.created_at:%Y-%m-%d}"),
        url=_address(piece, story),
        title=words(f"[{piece.state.label}] {story.thing.name}"),
        html=markup(str(template.news(story, piece))),  # type: ignore[attr-defined]
        published=piece.at,
        updated=max(piece.updated, piece.at),
        tags=[words(component.name) for component in story.components],
    )


def _name(story: Story) -> str:
    if isinstance(story.thing, Incident):
        return f"incident/{story.thing.id}/{stamp(story.thing.created_at)}"
    return f"maintenance/{story.thing.uid}"


def _address(piece: Piece, story: Story) -> str:
    anchor = f"update-{piece.update_id}" if piece.update_id is not None else None
    if isinstance(story.thing, Incident):
        anchor = anchor or ("report" if piece.kind == "report" else None)
        return page_url("public.incident", incident_id=story.thing.id, _anchor=anchor)
    return page_url("public.maintenance", maintenance_id=story.thing.id, _anchor=anchor)
