"""The dialect of Atlassian Statuspage's public API v2, to be read only. Everybody is a guest here, whatever cookies
say, so that an answer may be kept by whoever stands between."""

import json
from typing import Any

from flask import Blueprint, Response, g, request

from app import errors
from app.errors import words

bp = Blueprint("statuspage", __name__)
CACHE_CONTROL = "public, max-age=30, stale-while-revalidate=60"
METHODS = "GET, HEAD, OPTIONS"


def answer(body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """`body` as JSON."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status=status, headers=headers, content_type="application/json; charset=utf-8")


def problem(status: int, message: str, _fields: dict[str, str], headers: dict[str, str]) -> Response:
    """The answer to a call that leads nowhere."""
    said = {**headers, "Cache-Control": "no-store", "Access-Control-Allow-Origin": "*"}
    return answer({"error": message or words(status)[1]}, status, said)


errors.BODIES["/api/v2"] = problem


@bp.before_request
def _everybody_is_a_guest() -> None:
    g.viewer = g.actor = None


@bp.after_request
def _open(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = METHODS
        response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
        response.headers["Access-Control-Max-Age"] = "86400"
    elif response.status_code in (200, 304) and not g.get("for_members"):
        response.headers["Access-Control-Expose-Headers"] = "ETag"
        response.headers["Cache-Control"] = CACHE_CONTROL
        response.headers["Vary"] = "Accept-Encoding"  # its words are the same in every language
    return response


from app.controllers.statuspage import answers  # noqa: E402, F401  # it adds its routes to bp
