"""What is wrong, on the pages of others: a script, a frame, and the JSON that the script reads. As guests see it."""

from pathlib import Path
from typing import Any

from flask import Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from app.controllers.public import bp
from app.controllers.public.embeddable import CSP_OF_IMAGE, embeddable
from app.i18n import _, html_dir, language_now, ngettext
from app.links import page_url
from app.models.looks import elsewhere
from app.models.setting import Setting
from app.models.standing import Problem, Standing

MOST = 5
KEPT = "public, max-age=3600, stale-while-revalidate=86400"
# It may be framed by anyone; itself it may do no more than other pages, and send no form.
FRAME = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors *"
)
# Each 4.5:1 or better on what the widget stands on.
TONES = {
    "ok": "light-dark(#19774a,#5fd39a)",
    "perf": "light-dark(#8a5a00,#f2c14e)",
    "partial": "light-dark(#a8430b,#ff9d63)",
    "major": "light-dark(#b3261e,#ff8f8a)",
    "maint": "light-dark(#2b5bb5,#8fb4ff)",
    "unknown": "light-dark(#565d66,#b0b7c0)",
}


@bp.get("/embed")
@embeddable(FRAME)
def embed() -> ResponseReturnValue:
    """For a frame: only what is wrong, or with `always` also that nothing is."""
    standing, theme = Standing.load(None), request.args.get("theme", "")
    return render_template(
        "public/embed.html",
        standing=standing,
        address=_address,
        most=MOST,
        more=_more(standing),
        theme=theme if theme in ("light", "dark") else "",
        always=request.args.get("always") == "1",
    )


@bp.get("/embed.json")
@embeddable(CSP_OF_IMAGE)
def embed_json() -> ResponseReturnValue:
    """The same for the widget, with the words that it needs."""
    standing = Standing.load(None)
    page = {
        "name": Setting.get("site_name"),
        "url": page_url("public.index"),
        "status": standing.verdict.value,
        "label": str(standing.verdict.label),
        "tone": _tone(standing.verdict.css),
    }
    return jsonify(
        page=page,
        lang=language_now(),
        dir=html_dir(),
        problems=[_problem(problem) for problem in standing.problems[:MOST]],
        more=_more(standing),
        dismiss=_("Dismiss"),
    )


@bp.get("/widget.js")
def widget() -> Response:
    """The script that other pages load."""
    text = (Path(current_app.static_folder or "") / "js" / "widget.js").read_text()
    answer = Response(text, content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = KEPT
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _tone(css: str) -> str:
    return elsewhere(css, Setting.all()) or TONES[css]


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "key": problem.key,
        "kind": problem.kind,
        "name": problem.name,
        "word": problem.word,
        "tone": _tone(problem.css),
        "since": problem.since.isoformat(),
        "url": _address(problem),
    }


def _address(problem: Problem) -> str:
    if problem.kind == "incident":
        return page_url("public.incident", incident_id=problem.id)
    if problem.kind == "maintenance":
        return page_url("public.maintenance", maintenance_id=problem.id)
    return page_url("public.index", _anchor="components")


def _more(standing: Standing) -> str:
    rest = len(standing.problems) - MOST
    return ngettext("%(num)d more", "%(num)d more", rest) if rest > 0 else ""
