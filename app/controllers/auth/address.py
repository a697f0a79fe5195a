"""The page behind the link that confirms a member's new address. Opening it changes nothing: scanners open links."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import throttle
from app.controllers.auth import bp
from app.controllers.auth.browser import begin_writing
from app.extensions import db, limiter
from app.i18n import _
from app.models.new_address import NewAddress


@bp.route("/email/<code>", methods=["GET", "POST"])
@limiter.limit(throttle.FORGOT, methods=["POST"])
def confirm_address(code: str) -> ResponseReturnValue:
    """Ask, then let the new address count."""
    found = NewAddress.find(code)
    if found is None:
        return render_template("auth/address_gone.html"), 404
    if request.method == "GET":
        return render_template("auth/address.html", code=code, username=found.user.username, email=found.data["email"])
    email = found.data["email"]
    begin_writing()
    if not NewAddress.confirm(found):
        db.session.rollback()
        return render_template("auth/address_gone.html"), 404
    db.session.commit()
    flash(_("Your address is now %(email)s.", email=email), "success")
    return redirect(url_for("dashboard.profile" if current_user.is_authenticated else "auth.login"))
