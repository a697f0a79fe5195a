"""The pictures of the page, each at an address that never shows another one."""

from flask import Response, request, url_for

from app.controllers.public import bp
from app.errors import NotFound
from app.lib.picture import MEDIA_TYPES
from app.models.upload import Shown, Upload

# Opened alone, a drawing may look as it does and no more.
CSP = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


@bp.get("/uploads/<digest>.<suffix>")
def upload(digest: str, suffix: str) -> Response:
    """A picture, for ever: another one has another address."""
    found = Upload.named(digest)
    if found is None or found.media_type != MEDIA_TYPES.get(suffix):
        raise NotFound()
    answer = Response(found.content, content_type=found.media_type)
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    answer.headers["Content-Security-Policy"] = CSP
    answer.set_etag(digest)
    answer.make_conditional(request)
    return answer


@bp.app_template_global()
def picture(setting: str) -> dict[str, object] | None:
    """What a template needs to show the picture that a setting names: url, width, height, media_type. None without."""
    shown = Shown.of(setting)
    if shown is None:
        return None
    url = url_for("public.upload", digest=shown.digest, suffix=shown.suffix)
    return {"url": url, "width": shown.width, "height": shown.height, "media_type": shown.media_type}
