"""The page cache: whole public answers for guests, filed under a generation number that each change of the page raises.

A number instead of a list of keys to delete: the reader picks its key before it reads the database, so a page that
was rendered from old data lands under the old number, where nobody looks again.
"""

import hashlib
import logging
from collections.abc import Callable, Container, Mapping
from functools import wraps
from typing import Any

import redis
from flask import Flask, Response, current_app, g, make_response, request
from sqlalchemy.exc import DBAPIError

from app.extensions import cache, db
from app.i18n import COOKIE, LANGUAGES, PARAMETER, language_key
from app.lib import clock
from app.lib.accept import prefers_markdown
from app.lib.release import VERSION
from app.models.charts import FILTERS
from app.models.enums import MetricView
from app.models.setting import Setting

log = logging.getLogger(__name__)
GENERATION = "page:generation"
# Where a view leaves word for app/page_front.py: the generation it belongs to and for how many seconds.
KEEP = "daymark.keep"
# Where it is noted where a guest's page was found: "memory" (app/page_front.py), "store", or "miss".
FOUND = "daymark.found"
# Where each process notes whether the present generation is for members only.
FOR_MEMBERS = "daymark.for_members"
# What each address reads. Nothing else is part of it, so that nobody fills the store, or has the same picture drawn
# again and again, with ?x=1, ?x=2, ... Every address reads in which language it is to answer.
READ_BY = {
    "public.index": ("start_date", "view"),
    "public.index_markdown": ("start_date", "view"),
    "public.history": ("month", "component"),
    "public.history_markdown": ("month", "component"),
    "public.metric_values": ("filter",),
    "public.badge": ("style",),
    "public.component_badge": ("style",),
    "public.embed": ("theme", "always"),
}
KNOWN_PARAMETERS = (PARAMETER, *dict.fromkeys(name for names in READ_BY.values() for name in names))
# Of these there are few values; all others count as one.
FEW_VALUES = {
    "view": frozenset(view.slug for view in MetricView),
    "filter": frozenset(FILTERS),
    "style": frozenset({"flat", "flat-square", "plastic", "plastic-flat", "social", "svg"}),
    PARAMETER: frozenset(LANGUAGES),
    "theme": frozenset({"light", "dark"}),
    "always": frozenset({"1"}),
}
# Bytes; what is larger is only in the store that all processes share. Each keeps some hundred pages in memory.
LARGEST = 512 * 1024
PUBLIC = "public, max-age=0, s-maxage=5, stale-while-revalidate=30, stale-if-error=86400"
# A proxy that kept the page of before drops it for an answer which it may keep, and for no other.
GONE = "public, max-age=0, s-maxage=1"


def init_app(app: Flask) -> None:
    """Bind Flask-Caching to the store that CACHE_DRIVER names."""
    kinds = {"redis": "RedisCache", "file": "FileSystemCache", "array": "SimpleCache", "null": "NullCache"}
    cache.init_app(
        app,
        config={
            "CACHE_TYPE": kinds[app.config["CACHE_DRIVER"]],
            "CACHE_REDIS_HOST": app.extensions["daymark.redis"],
            "CACHE_KEY_PREFIX": "page:",
            "CACHE_DIR": str(app.config["INSTANCE"] / "cache"),
            "CACHE_NO_NULL_WARNING": True,
        },
    )


def may_be_member(cookies: Container[str], config: Mapping[str, Any]) -> bool:
    """Whether a request carries a cookie of ours. Without one it is a guest's, and nobody need be looked up."""
    return config["SESSION_COOKIE_NAME"] in cookies or config.get("REMEMBER_COOKIE_NAME", "remember_token") in cookies


def generation() -> int | None:
    """The number of the present generation, or None while Redis is away."""
    try:
        number = _redis().get(GENERATION)
        return int(number) if number is not None else _start()
    except redis.RedisError as error:
        log.warning("page cache away, pages are rendered: %s", error)
        return None


def generation_of_answer() -> int | None:
    """The generation that the answer to this request belongs to. To be asked before the database is asked for anything,
    be it who is there: what happens from then on makes the answer an old one."""
    if "generation" not in g:
        g.generation = generation()
    number: int | None = g.generation
    return number


def bump() -> None:
    """Leave every stored page behind. While Redis is away nothing is served from it, and the next drain bumps again."""
    try:
        _start()
        _redis().incr(GENERATION)
    except redis.RedisError as error:
        log.warning("page cache away, not bumped: %s", error)


def _start() -> int:
    # Begins at the time of day, not at 0: after a loss of Redis's data an old number must not come again.
    _redis().set(GENERATION, int(clock.now().timestamp() * 1000), nx=True)
    return int(_redis().get(GENERATION) or 0)


def is_for_members() -> bool:
    """Whether guests may see nothing. The database is asked once in each generation: a change begins another one."""
    number, known = generation_of_answer(), current_app.extensions.get(FOR_MEMBERS)
    if number is not None and known is not None and known[0] == number:
        return bool(known[1])
    try:
        value = bool(Setting.get("members_only"))
    except DBAPIError:
        # What is in the store was put there for guests, in this generation; anything else needs the database as well.
        db.session.rollback()
        return False
    current_app.extensions[FOR_MEMBERS] = (number, value)
    return value


def cached(seconds: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Keep a public view's answer for guests, at most `seconds` old. Members always get a fresh one, never kept."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def answer(*args: Any, **kwargs: Any) -> Response:
            number = generation_of_answer()
            if g.get("viewer") is not None or g.get("for_members"):
                response = make_response(view(*args, **kwargs))
                response.headers["Cache-Control"] = "private, no-store"
                return response
            key = _key(number)
            stored = _get(key)
            request.environ[FOUND] = "miss" if stored is None else "store"
            if stored is None:
                response = make_response(view(*args, **kwargs))
                robots = "" if Setting.get("search_engines") else "noindex"
                if "settings_are_old" in g or "may_be_old" in g:
                    response.headers["Cache-Control"] = "no-store"
                if response.cache_control.no_store:  # the view knows of too many such addresses
                    return response
                if response.status_code == 200:
                    _set(key, (response.get_data(), response.content_type, robots, g.get("counted_by")), seconds)
            else:
                body, content_type, robots, g.counted_by = stored
                response = Response(body, content_type=content_type)
            if robots:
                response.headers["X-Robots-Tag"] = robots
            if current_app.config["CACHE_DRIVER"] != "null" and _is_handy(response):
                request.environ[KEEP] = (number, seconds)
            return _for_guests(response)

        return answer

    return decorate


def _for_guests(response: Response) -> Response:
    response.headers["Cache-Control"] = PUBLIC if response.status_code == 200 else "no-store"
    response.vary.add("Accept-Language")
    response.vary.add("Cookie")
    if response.status_code == 200:
        response.set_etag(hashlib.blake2b(response.get_data(), digest_size=12).hexdigest(), weak=True)
        response.make_conditional(request)
    return response


def _is_handy(response: Response) -> bool:
    """Whether each process should have it at hand: it is of no great size, and its address has nothing to ignore."""
    ignored = set(KNOWN_PARAMETERS).difference(_read()).intersection(request.args)
    return not ignored and len(response.get_data()) <= LARGEST


def _key(number: int | None) -> str | None:
    if number is None:
        return None
    # In quotes: a value may itself look like one parameter more.
    known = [f"{name}={known_value(name, request.args[name])!r}" for name in _read() if name in request.args]
    # Not the path: /incidents/1 is also /incidents/01, /incidents/001, ...
    page = f"{request.endpoint}{sorted((request.view_args or {}).items())}"
    form = "md" if prefers_markdown(request.headers.get("Accept", "")) else ""
    language = language_key(request.cookies.get(COOKIE, ""), request.headers.get("Accept-Language", ""))
    # Address and release as well: after they have changed, processes that began before answer for a moment longer.
    return f"{number}:{page}?{'&'.join(known)}:{language}:{form}:{VERSION}:{current_app.config['APP_URL']}"


def _read() -> tuple[str, ...]:
    return PARAMETER, *READ_BY.get(request.endpoint or "", ())


def known_value(name: str, value: str) -> str:
    """What tells the value of a parameter apart from others, in the address of a page that is kept."""
    return value[:20] if value in FEW_VALUES.get(name, (value,)) else "?"


def _get(key: str | None) -> Any:
    try:
        return cache.get(key) if key else None
    except redis.RedisError:
        return None


def _set(key: str | None, value: Any, seconds: int) -> None:
    try:
        if key:
            cache.set(key, value, timeout=seconds)
    except redis.RedisError as error:
        log.warning("page cache away, page not kept: %s", error)


def _redis() -> redis.Redis:
    return current_app.extensions["daymark.redis"]
