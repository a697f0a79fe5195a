"""The stylesheet of visitors' pages with the operator's own colours and rules: one request, as without them."""

import hashlib

from flask import Response, request, url_for

from app.controllers.public import bp
from app.controllers.public.assets import asset_text, asset_url, bundle_version
from app.models.looks import own_css
from app.page_cache import KEEP, generation
from app.template_helpers import known_settings

NAME = "public.css"
KEPT = 3600


@bp.get("/looks/<version>/page.css")
def looks(version: str) -> Response:
    """Ours and theirs. Under its own version it never changes; under another one it is asked for again each time."""
    number = generation()
    css = own_css(known_settings())
    answer = Response(asset_text(NAME) + css, content_type="text/css; charset=utf-8")
    is_current = version == _version(css)
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_current else "public, no-cache"
    answer.set_etag(_version(css))
    if is_current:
        request.environ[KEEP] = (number, KEPT)
    answer.make_conditional(request)
    return answer


@bp.app_template_global()
def page_style_url() -> str:
    """The address of the stylesheet as it is now; while nothing is set, that of our own."""
    css = own_css(known_settings())
    return url_for("public.looks", version=_version(css)) if css else asset_url(NAME)


def _version(css: str) -> str:
    return hashlib.blake2b(f"{bundle_version(NAME)}{css}".encode(), digest_size=8).hexdigest()
