"""What search engines and language models read first: robots.txt, the sitemap, llms.txt."""

from datetime import datetime
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from flask import Response, current_app, render_template
from flask.typing import ResponseReturnValue

from app.controllers.public import bp
from app.controllers.public.pages import KEPT
from app.errors import NotFound
from app.links import page_url
from app.models.setting import Setting
from app.models.sitemap import Sitemap
from app.models.standing import Standing
from app.page_cache import cached

# Nothing for readers, or endless.
CLOSED = ("/dashboard", "/auth/", "/setup", "/api/v1/", "/subscribe/", "/unsubscribe/", "/embed", "/history?*q=")
TEXT = "text/plain; charset=utf-8"


@bp.get("/robots.txt")
@cached(KEPT)
def robots() -> ResponseReturnValue:
    """Where crawlers may go (RFC 9309)."""
    folder = urlsplit(current_app.config["APP_URL"]).path.rstrip("/")
    if not Setting.get("search_engines") or Setting.get("members_only"):
        return Response(f"User-agent: *\nDisallow: {folder}/\n", content_type=TEXT)
    lines = ["User-agent: *", *(f"Disallow: {folder}{path}" for path in CLOSED)]
    lines += ["", f"Sitemap: {page_url('public.sitemap')}", ""]
    return Response("\n".join(lines), content_type=TEXT)


@bp.get("/sitemap.xml")
@cached(KEPT)
def sitemap() -> ResponseReturnValue:
    """The page, its months, and every incident and maintenance that guests may see (sitemaps.org)."""
    if not Setting.get("search_engines"):
        raise NotFound()
    known = Sitemap.load()
    # Built once and cut: there may be tens of thousands.
    incident = page_url("public.incident", incident_id=0).removesuffix("0")
    maintenance = page_url("public.maintenance", maintenance_id=0).removesuffix("0")
    rows = [(page_url("public.index"), known.changed)]
    rows += [(page_url("public.history", month=f"{month:%Y-%m}"), at) for month, at in known.months]
    rows += [(f"{incident}{id}", at) for id, at in known.incidents]
    rows += [(f"{maintenance}{id}", at) for id, at in known.maintenances]
    told = [f"<url><loc>{escape(url)}</loc>{_changed(at)}</url>\n" for url, at in rows]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return Response(f"{head}{''.join(told)}</urlset>\n", content_type="application/xml; charset=utf-8")


@bp.get("/llms.txt")
@cached(KEPT)
def llms() -> ResponseReturnValue:
    """What a language model should know of the page, and where it reads on (llmstxt.org)."""
    text = render_template("public/llms.txt", standing=Standing.load(None))
    return Response(text, content_type="text/markdown; charset=utf-8")


def _changed(at: datetime | None) -> str:
    return f"<lastmod>{at:%Y-%m-%dT%H:%M:%SZ}</lastmod>" if at is not None else ""
