"""Signing in and out."""

from flask import Blueprint, Response, g

from app.extensions import login_manager
from app.models.user import User

bp = Blueprint("auth", __name__)
login_manager.user_loader(User.for_session)


@bp.before_request
def _begin_as_reader() -> None:
    # Nobody may hold SQLite's one write lock while a password hash is computed.
    g.reads_only = True


@bp.after_request
def _keep_nothing(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


from app.controllers.auth import (  # noqa: E402  # they add their routes to bp
    address,  # noqa: F401
    passkeys,  # noqa: F401
    passwords,  # noqa: F401
    second_step,  # noqa: F401
    sessions,  # noqa: F401
)
