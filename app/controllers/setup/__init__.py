"""The wizard: open until there is an administrator, closed for good afterwards."""

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Conflict
from app.extensions import db
from app.models.first_run import FirstRun

bp = Blueprint("setup", __name__)
# These read the database and never write it, though they are posts.
READING = ("setup.code", "setup.check", "setup.strength", "setup.test_mail")


@bp.before_request
def _open_until_set_up() -> ResponseReturnValue | None:
    g.actor = g.viewer = None
    if request.endpoint in READING:
        g.reads_only = True
    needed = FirstRun.needed()
    db.session.rollback()
    if needed or request.endpoint == "setup.complete":
        return None
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("dashboard.home"))
    raise Conflict()


@bp.after_request
def _keep_nothing(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.errorhandler(Conflict)
def _closed(_error: Conflict) -> ResponseReturnValue:
    """Somebody else was first, perhaps a moment ago in another tab."""
    return render_template("setup/closed.html"), 409


from app.controllers.setup import door, wizard  # noqa: E402, F401  # they add their routes to bp
