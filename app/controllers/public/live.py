"""What open pages ask every half minute: which version of the page is the present one (see static/js/live.js)."""

from datetime import datetime

from flask import Response, current_app, g, request

from app.controllers.public import bp
from app.controllers.public.assets import bundle_version
from app.lib import clock
from app.page_cache import KEEP, generation

KEPT = 3600
RETRY = "30"  # seconds


@bp.get("/live")
def live() -> Response:
    """The version of all pages as plain text and as ETag: the generation of what they show, a hyphen, and the version
    of their scripts and looks. 503 while Redis, which counts generations, is away."""
    number = generation()
    if number is None:
        return Response(status=503, headers={"Cache-Control": "no-store", "Retry-After": RETRY})
    response = Response(_version(number), content_type="text/plain; charset=utf-8")
    # Never kept by a proxy: its answer in our place would hide that we are away.
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Encoding"
    response.set_etag(_version(number), weak=True)
    # On a page for members whoever asks has shown who they are, which the next one has not.
    if current_app.config["CACHE_DRIVER"] != "null" and "for_members" not in g:
        request.environ[KEEP] = (number, KEPT)
    response.make_conditional(request)
    return response


@bp.app_template_global()
def page_version() -> str:
    """The version of the page that is being written."""
    return _version(g.get("generation") or 0)


@bp.app_template_global()
def page_made_at() -> datetime:
    """When the page that is being written was true, to the minute."""
    return clock.now().replace(second=0, microsecond=0)


def _version(number: int) -> str:
    return f"{number}-{bundle_version('public.css')[:6]}{bundle_version('public.js')[:6]}"
