"""The demo: fill a fresh page with an example, and take it away again."""

from collections.abc import Callable

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import bp
from app.controllers.dashboard.answers import confirm_page, said_or_late
from app.i18n import _
from app.models.demo import Demo
from app.permissions import requires


@bp.post("/demo")
@requires("components.manage")
def demo_create() -> ResponseReturnValue:
    """Make it up, unless the page has components already."""
    return _do(Demo.fill, _("The example is on the page."))


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
    return _do(Demo.remove, _("The example is gone."))


def _do(verb: Callable[..., object], said: str) -> ResponseReturnValue:
    said_or_late(lambda: verb(actor=g.actor), said)
    return redirect(url_for("dashboard.home"))
