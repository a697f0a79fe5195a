"""The demo: fill a fresh page with an example, and take it away again."""

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import bp
from app.controllers.dashboard.answers import confirm_page
from app.errors import Conflict
from app.extensions import db
from app.i18n import _
from app.models.demo import Demo
from app.permissions import requires


@bp.post("/demo")
@requires("components.manage")
def demo_create() -> ResponseReturnValue:
    """Make it up, unless the page has components already."""
    try:
        Demo.fill(actor=g.actor)
        db.session.commit()
        flash(_("The example is on the page."), "success")
    except Conflict as conflict:
        db.session.rollback()
        flash(conflict.message, "info")
    return redirect(url_for("dashboard.home"))


@bp.route("/demo/delete", methods=["GET", "POST"])
@requires("components.manage")
def demo_delete() -> ResponseReturnValue:
    """Ask, then take it away."""
    if request.method == "GET":
        return confirm_page(
            _("Take the example away?"),
            _("Take it away"),
            url_for("dashboard.home"),
            _("Its components, incidents, maintenances, metrics and template go. What you have added yourself stays."),
        )
    try:
        Demo.remove(actor=g.actor)
        db.session.commit()
        flash(_("The example is gone."), "success")
    except Conflict as conflict:
        db.session.rollback()
        flash(conflict.message, "info")
    return redirect(url_for("dashboard.home"))
