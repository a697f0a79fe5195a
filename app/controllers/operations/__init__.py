"""For those who run it: whether a process lives, whether it has what it needs, and figures. Never kept."""

from flask import Blueprint, Response

bp = Blueprint("operations", __name__)


@bp.after_request
def _keep_nothing(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


from app.controllers.operations import (  # noqa: E402  # they add their routes to bp
    health,  # noqa: F401
    metrics,  # noqa: F401
)
