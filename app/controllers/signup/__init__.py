"""Signing up by invitation, the only way in."""

from flask import Blueprint, Response, g

bp = Blueprint("signup", __name__)


@bp.before_request
def _begin_as_reader() -> None:
    # Nobody may hold SQLite's one write lock while a password is judged.
    g.reads_only = True


@bp.after_request
def _keep_nothing(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


from app.controllers.signup import invite  # noqa: E402, F401  # it adds its routes to bp
