"""The quick way out: a page that this process has sent before is sent again before the application does any work.

It asks Redis one thing, the generation (see app/page_cache.py); everything else is at hand in memory.
"""

import gzip
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import redis
from flask import Flask
from werkzeug.http import http_date, parse_cookie, parse_etags

from app.i18n import COOKIE, language_key
from app.lib.accept import prefers_markdown
from app.lib.proxies import TRUSTED
from app.page_cache import FOUND, GENERATION, KEEP, KNOWN_PARAMETERS, known_value, may_be_member

MOST_PAGES = 200
MOST_BYTES = 32 * 1024 * 1024  # of all pages in one process, plain and packed
GROUP = "daymark.group"  # which part of Daymark answers, a blueprint or "static", where app/watch.py counts
TAKES_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")
Start = Callable[..., Any]
Headers = list[tuple[str, str]]


class Page(NamedTuple):
    """An answer as it went out, good until `expires` (monotonic seconds) while `generation` lasts."""

    generation: int
    expires: float
    headers: Headers
    etag: str
    body: bytes
    packed: bytes
    group: str

    @property
    def size(self) -> int:
        return len(self.body) + len(self.packed)


class PageFront:
    """WSGI layer over the application. Only a browser without our cookies, a guest for certain, is answered here."""

    def __init__(self, app: Flask) -> None:
        self.app, self.wsgi = app, app.wsgi_app
        self.pages: OrderedDict[tuple[str, ...], Page] = OrderedDict()
        self.lock = Lock()
        app.extensions["daymark.page_front"] = self

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        cookies = parse_cookie(environ) if "HTTP_COOKIE" in environ else {}
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or may_be_member(cookies, self.app.config):
            return self.wsgi(environ, start)
        if "q=" in environ.get("QUERY_STRING", ""):  # a search: there are as many answers as there are words
            return self.wsgi(environ, start)
        address = _address(environ, cookies.get(COOKIE, ""))
        page = self.pages.get(address)
        if page is not None and page.expires > time.monotonic() and page.generation == self._generation():
            environ[FOUND], environ[GROUP] = "memory", page.group
            return _answer(page, environ, start)
        return self._learn(address, environ, start)

    def _generation(self) -> int | None:
        try:
            number = self.app.extensions["daymark.redis"].get(GENERATION)
            return int(number) if number is not None else None
        except redis.RedisError:
            return None

    def _learn(self, address: tuple[str, ...], environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Let the application answer, and remember what it marked as worth keeping (`page_cache.cached`)."""
        seen: dict[str, Any] = {}

        def note(status: str, headers: Headers, *rest: Any) -> Any:
            seen.update(status=status, headers=headers, rest=rest)

        answer = self.wsgi(environ, note)
        generation, seconds = environ.get(KEEP, (None, 0))
        names = {name.lower(): value for name, value in seen.get("headers", ())}
        worth_keeping = generation is not None and seen["status"][:3] == "200" and environ["REQUEST_METHOD"] == "GET"
        if not worth_keeping or "set-cookie" in names or "etag" not in names:
            packs = generation is not None and not environ.get(TRUSTED)
            start(seen["status"], _varying(seen["headers"]) if packs else seen["headers"], *seen["rest"])
            return answer
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        headers = [(name, value) for name, value in seen["headers"] if name not in ("X-Request-Id", "Date")]
        packed = gzip.compress(body, compresslevel=6, mtime=0)
        group = environ.get(GROUP, "")
        page = Page(generation, time.monotonic() + seconds, headers, names["etag"], body, packed, group)
        self._keep(address, page)
        return _answer(page, environ, start)

    def _keep(self, address: tuple[str, ...], page: Page) -> None:
        """Have it at hand, and let the oldest go for it."""
        with self.lock:
            self.pages.pop(address, None)
            self.pages[address] = page
            size = sum(kept.size for kept in self.pages.values())
            while len(self.pages) > MOST_PAGES or size > MOST_BYTES:
                size -= self.pages.popitem(last=False)[1].size


def _address(environ: dict[str, Any], chosen_language: str) -> tuple[str, ...]:
    query = environ.get("QUERY_STRING", "")
    # An empty value is not the same as none, and of two the first counts, as in request.args.
    known = parse_qs(query, keep_blank_values=True) if query else {}
    return (
        environ.get("PATH_INFO", ""),
        environ["wsgi.url_scheme"],
        language_key(chosen_language, environ.get("HTTP_ACCEPT_LANGUAGE", "")),
        "md" if prefers_markdown(environ.get("HTTP_ACCEPT", "")) else "",
        *(f"={known_value(name, known[name][0])}" if name in known else "" for name in KNOWN_PARAMETERS),
    )


def _answer(page: Page, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    # A proxy packs by itself, and keeps one copy instead of one for each way in which browsers word their wishes.
    packs = not environ.get(TRUSTED)
    headers = [*(_varying(page.headers) if packs else page.headers), ("Date", http_date())]
    if parse_etags(environ.get("HTTP_IF_NONE_MATCH", "")).contains_weak(page.etag.removeprefix("W/").strip('"')):
        start("304 Not Modified", [h for h in headers if h[0] not in ("Content-Length", "Content-Type")])
        return []
    body = page.body
    if packs and TAKES_GZIP.search(environ.get("HTTP_ACCEPT_ENCODING", "")):
        body = page.packed
        headers = [h for h in headers if h[0] != "Content-Length"]
        headers += [("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))]
    start("200 OK", headers)
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


def _varying(headers: Headers) -> Headers:
    """The headers of what is sent packed or not, as its reader wishes."""
    told = next((value for name, value in headers if name == "Vary"), "")
    if "accept-encoding" in told.lower():
        return headers
    others = [header for header in headers if header[0] != "Vary"]
    return [*others, ("Vary", f"{told}, Accept-Encoding" if told else "Accept-Encoding")]
