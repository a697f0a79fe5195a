"""The members' pages. Everything here needs a sign-in, says who acts, and is kept by no cache."""

from typing import Any

from flask import Blueprint, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import Unauthenticated
from app.i18n import _
from app.lib import clock
from app.models.base import LARGEST_INTEGER, count_rows
from app.models.incident import Incident
from app.models.mail_way import MailWay
from app.models.schedule import under_way

bp = Blueprint("dashboard", __name__)
# Larger numbers name nothing, and databases refuse to look for them.
ID = f"int(max={LARGEST_INTEGER})"
# Open to whoever has to set up a second factor before anything else.
WITHOUT_FACTOR = (
    "dashboard.two_factor",
    "dashboard.two_factor_app",
    "dashboard.two_factor_codes",
    "dashboard.passkey_options",
    "dashboard.passkey_create",
)


@bp.before_request
def _members_only() -> ResponseReturnValue | None:
    if not current_user.is_authenticated:
        raise Unauthenticated()
    g.actor = g.viewer = current_user._get_current_object()
    if request.endpoint not in WITHOUT_FACTOR and g.actor.must_add_factor:
        return two_factor.lead_to_two_factor()
    g.open_incident_count = count_rows(Incident.unresolved())
    g.running_count = count_rows(under_way())
    g.notes = _notes()
    return None


@bp.after_request
def _keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.context_processor
def _names() -> dict[str, Any]:
    # Read before the view: an error page that says "database away" comes through here, too.
    return {
        "open_incident_count": g.get("open_incident_count", 0),
        "running_count": g.get("running_count", 0),
        "dashboard_notes": g.get("notes", []),
        "now": clock.now(),
    }


def _notes() -> list[str]:
    if not MailWay.in_force().sends:
        folder = current_app.config["INSTANCE"] / "mail"
        return [_("Mails are written to files in %(folder)s until SMTP is set up.", folder=folder)]
    return []


from app.controllers.dashboard import (  # noqa: E402  # the views need the blueprint
    activity,
    api_tokens,
    component_groups,
    components,
    deletions,
    demo,
    home,
    incident_updates,
    incidents,
    invitations,
    maintenance_times,
    maintenance_updates,
    maintenances,
    metric_points,
    metrics,
    palette,
    passkeys,
    preview,
    profile,
    settings,
    settings_about,
    settings_analytics,
    settings_appearance,
    settings_language,
    settings_mail,
    settings_page,
    settings_security,
    settings_storage,
    subscribers,
    team,
    templates,
    two_factor,
)

__all__ = [
    "ID",
    "activity",
    "api_tokens",
    "bp",
    "component_groups",
    "components",
    "deletions",
    "demo",
    "home",
    "incident_updates",
    "incidents",
    "invitations",
    "maintenance_times",
    "maintenance_updates",
    "maintenances",
    "metric_points",
    "metrics",
    "palette",
    "passkeys",
    "preview",
    "profile",
    "settings",
    "settings_about",
    "settings_analytics",
    "settings_appearance",
    "settings_language",
    "settings_mail",
    "settings_page",
    "settings_security",
    "settings_storage",
    "subscribers",
    "team",
    "templates",
    "two_factor",
]
