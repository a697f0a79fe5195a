"""The stylesheet of visitors' pages with the operator's own colours and rules: one request, as without them."""

import hashlib

from flask import Response, request, url_for

from app.controllers.public import bp
from app.controllers.public.assets import asset_text, asset_url, bundle_version
from app.errors import NotFound
from app.models.looks import frame_css, own_css
from app.page_cache import KEEP, generation
from app.template_helpers import known_settings

# The name of ours in the bundles, and what the operator adds to it.
SHEETS = {"page.css": ("public.css", own_css), "frame.css": ("embed.css", frame_css)}
KEPT = 3600


@bp.get("/looks/<version>/<name>")
def looks(version: str, name: str) -> Response:
    """Ours and theirs. Under its own version it never changes; under another one it is asked for again each time."""
    if name not in SHEETS:
        raise NotFound()
    number = generation()
    ours, theirs = SHEETS[name]
    css = theirs(known_settings())
    answer = Response(asset_text(ours) + css, content_type="text/css; charset=utf-8")
    is_current = version == _version(ours, css)
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_current else "public, no-cache"
    answer.set_etag(_version(ours, css))
    if is_current:
        request.environ[KEEP] = (number, KEPT)
    answer.make_conditional(request)
    return answer


@bp.app_template_global()
def style_url(name: str) -> str:
    """The address of a stylesheet as it is now; while nothing is set, that of our own."""
    ours, theirs = SHEETS[name]
    css = theirs(known_settings())
    return url_for("public.looks", version=_version(ours, css), name=name) if css else asset_url(ours)


def _version(ours: str, css: str) -> str:
    return hashlib.blake2b(f"{bundle_version(ours)}{css}".encode(), digest_size=8).hexdigest()
