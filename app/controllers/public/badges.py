"""Badges for readmes and sites: the page, and one component. As guests see them, whoever asks."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from app.controllers.public import bp
from app.controllers.public.embeddable import embeddable
from app.controllers.public.pages import LARGEST_ID
from app.errors import NotFound
from app.extensions import db
from app.lib.badge import Badge
from app.models.component import Component
from app.models.looks import on_pictures
from app.models.setting import Setting
from app.models.standing import Standing


@bp.get("/badge")
@bp.get("/badge.svg")
@embeddable()
def badge() -> ResponseReturnValue:
    """How the whole page is."""
    verdict = Standing.load(None).verdict
    return _drawn(Setting.get("site_name"), verdict.short, verdict.css)


@bp.get(f"/component/<int(max={LARGEST_ID}):component_id>/shield")
@embeddable()
def component_badge(component_id: int) -> ResponseReturnValue:
    """How one component is. What guests do not see has none, unlike in Cachet 2."""
    component = db.session.scalar(Component.on_page(None).where(Component.id == component_id))
    if component is None:
        raise NotFound()
    return _drawn(component.name, component.status.label, component.status.css)


def _drawn(name: str, word: str, css: str) -> Response:
    own = on_pictures(css, Setting.all())
    drawn = Badge.of(name, str(word), css, request.args.get("style", ""), own[0] if own else None)
    return Response(render_template("public/badge.svg", badge=drawn), content_type="image/svg+xml; charset=utf-8")
