"""The blueprints and their prefixes, and the guard that leads to the wizard until there is an administrator."""

from typing import Any

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.controllers import (
    api_v1,
    auth,
    dashboard,
    down,
    members_only,
    operations,
    public,
    replica,
    setup,
    signup,
    statuspage,
)
from app.controllers.auth.browser import note_presence
from app.controllers.auth.sessions import lead_to_login
from app.errors import Problem, Unauthenticated
from app.extensions import db
from app.i18n import PARAMETER, language_asked
from app.models.first_run import FirstRun

for _blueprint in (public.bp, api_v1.bp, statuspage.bp, dashboard.bp, signup.bp):
    down.guard(_blueprint)
for _blueprint in (public.bp, api_v1.bp, statuspage.bp):
    members_only.guard(_blueprint)
# An API says 401, a page for members leads to the sign-in.
dashboard.bp.register_error_handler(Unauthenticated, lead_to_login)
SPOKEN = ("auth.", "public.", "setup.", "signup.")
OPEN = ("setup.", "operations.", "static", "public.health", "public.asset")


class NotSetUp(Problem):
    """An API call before the wizard was completed."""

    status = 503  # type: ignore[assignment]


def init_app(app: Flask) -> None:
    """Register every blueprint."""
    replica.init_app(app)  # before anything is read
    app.before_request(_lead_to_setup)
    app.url_defaults(_keep_language)
    app.after_request(note_presence)
    app.register_blueprint(operations.bp)
    app.register_blueprint(public.bp)
    app.register_blueprint(auth.bp, url_prefix="/auth")
    app.register_blueprint(signup.bp, url_prefix="/signup")
    app.register_blueprint(dashboard.bp, url_prefix="/dashboard")
    app.register_blueprint(setup.bp, url_prefix="/setup")
    app.register_blueprint(api_v1.bp, url_prefix="/api/v1")
    app.register_blueprint(statuspage.bp, url_prefix="/api/v2")


def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    """A language that an address asked for is asked for by the links of its page, too: not everyone keeps cookies."""
    if (asked := language_asked()) and endpoint.startswith(SPOKEN) and endpoint != "public.asset":
        values.setdefault(PARAMETER, asked)


def _lead_to_setup() -> ResponseReturnValue | None:
    """Everything leads to the wizard until it is completed. Raises OperationalError while nobody can tell."""
    if current_app.extensions.get("daymark.installed") or (request.endpoint or "").startswith(OPEN):
        return None
    needed = FirstRun.needed()
    db.session.rollback()
    if not needed:
        current_app.extensions["daymark.installed"] = True
        return None
    if request.path.startswith("/api/"):
        raise NotSetUp("This status page has not been set up yet.")
    return redirect(url_for("setup.wizard"))
