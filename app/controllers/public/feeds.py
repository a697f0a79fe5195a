"""Feeds of the page, of a component or a group, and those that Statuspage has. A member sees here what a guest sees."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response
from flask.typing import ResponseReturnValue

from app.controllers.public import bp
from app.controllers.public.pages import KEPT, LARGEST_ID
from app.errors import NotFound
from app.extensions import db
from app.i18n import _, in_language, language_asked
from app.links import page_url
from app.models import news
from app.models.component import Component, ComponentGroup
from app.models.setting import Setting
from app.page_cache import cached
from app.serializers.feeds import atom, json_feed, rss, statuspage
from app.serializers.feeds import news as own
from app.serializers.feeds.feed import Entry, Feed, tag, words

ID = f"int(max={LARGEST_ID})"
FORMAT = '<any("rss", "atom", "feed.json"):form>'
Writer = tuple[Callable[[Feed], bytes], str]
WRITERS: dict[str, Writer] = {
    "rss": (rss.rss, rss.TYPE),
    "atom": (atom.atom, atom.TYPE),
    "feed.json": (json_feed.json_feed, json_feed.TYPE),
}
# Programs know an entry of Statuspage's RSS by its address.
HISTORY: dict[str, Writer] = {"rss": (rss.rss_by_address, rss.TYPE), "atom": (atom.atom, atom.TYPE)}


def in_page_language(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Answer in the language that `lang` asks for, else that of the page, whatever the one who fetches it speaks."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        with in_language(language_asked() or Setting.get("language")):
            return view(*args, **kwargs)

    return answer


@bp.get(f"/{FORMAT}")
@cached(KEPT)
@in_page_language
def feed(form: str) -> Response:
    """All that is news."""
    title = _("%(name)s: incidents and maintenance", name=Setting.get("site_name"))
    found = own.entries(news.load())
    return _answer(WRITERS[form], "news", title, found, page_url("public.feed", form=form))


@bp.get(f"/component/<{ID}:component_id>/{FORMAT}")
@cached(KEPT)
@in_page_language
def component_feed(component_id: int, form: str) -> Response:
    """What touches one component."""
    component = db.session.scalar(Component.on_page(None).where(Component.id == component_id))
    if component is None:
        raise NotFound()
    found = own.entries(news.load(component=component))
    url = page_url("public.component_feed", component_id=component_id, form=form)
    return _answer(WRITERS[form], f"news/component/{component_id}", _title_of(component.name), found, url)


@bp.get(f"/group/<{ID}:group_id>/{FORMAT}")
@cached(KEPT)
@in_page_language
def group_feed(group_id: int, form: str) -> Response:
    """What touches any component of one group."""
    return _of_group(group_id, form)


@bp.get(f'/<any("rss", "atom"):form>/<{ID}:group_id>')
@cached(KEPT)
@in_page_language
def old_group_feed(group_id: int, form: str) -> Response:
    """Where Cachet 2.3 had the feed of a group; people have subscribed to it."""
    return _of_group(group_id, form)


@bp.get('/history.<any("rss", "atom"):form>')
@cached(KEPT)
@in_page_language
def history_feed(form: str) -> Response:
    """Where and as Statuspage has it."""
    name = Setting.get("site_name")
    title = f"{name if name.lower().endswith('status') else f'{name} Status'} - Incident History"
    found = statuspage.entries(news.load())
    return _answer(HISTORY[form], "/history", title, found, page_url("public.history_feed", form=form))


def _of_group(group_id: int, form: str) -> Response:
    group = db.session.scalar(ComponentGroup.visible_to(None).where(ComponentGroup.id == group_id))
    if group is None:
        raise NotFound()
    found = own.entries(news.load(group=group))
    url = page_url("public.group_feed", group_id=group_id, form=form)
    return _answer(WRITERS[form], f"news/group/{group_id}", _title_of(group.name), found, url)


def _title_of(part: str) -> str:
    return _("%(part)s at %(name)s: incidents and maintenance", part=part, name=Setting.get("site_name"))


def _answer(writer: Writer, name: str, title: str, entries: list[Entry], url: str) -> Response:
    write, content_type = writer
    feed = Feed(
        id=tag(name, statuspage.YEAR),
        url=url,
        home=page_url("public.index"),
        title=words(title),
        description=words(_("Incidents and maintenance at %(name)s, as they are told.", name=Setting.get("site_name"))),
        entries=entries,
    )
    return Response(write(feed), content_type=content_type)
