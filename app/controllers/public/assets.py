"""The looks and scripts of visitors' pages, each in one request."""

import functools
from pathlib import Path

from flask import Response, current_app, request, url_for

from app.controllers.public import bp
from app.errors import NotFound
from app.lib.bundle import Bundle, bundle
from app.page_cache import KEEP, generation

FILES = {
    "public.css": ("css/base.css", "css/public.css", "css/own.css"),
    "public.js": ("js/live.js", "js/times.js", "js/filter.js", "js/links.js", "js/language.js", "js/page.js"),
    "embed.css": ("css/embed.css",),
    "embed.js": ("js/embed.js",),
}
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
KEPT = 3600


@bp.get("/assets/<version>/<name>")
def asset(version: str, name: str) -> Response:
    """A bundle. Under its own version it never changes; under another one it is asked for again each time."""
    if name not in FILES:
        raise NotFound()
    made = _bundle(current_app.static_folder or "", name)
    response = Response(made.text, content_type=TYPES[Path(name).suffix])
    is_current = version == made.version
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_current else "public, no-cache"
    response.set_etag(made.version)
    if is_current:
        request.environ[KEEP] = (generation(), KEPT)
    response.make_conditional(request)
    return response


@bp.app_template_global()
def asset_url(name: str) -> str:
    """The address of a bundle as it is now."""
    return url_for("public.asset", version=bundle_version(name), name=name)


def asset_text(name: str) -> str:
    """What stands in a bundle."""
    return _bundle(current_app.static_folder or "", name).text


def bundle_version(name: str) -> str:
    """Which version of a bundle this process gives out."""
    return _bundle(current_app.static_folder or "", name).version


@functools.cache
def _bundle(folder: str, name: str) -> Bundle:
    return bundle(Path(folder), FILES[name])
