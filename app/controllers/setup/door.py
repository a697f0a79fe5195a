"""Who may use the wizard: whoever sits at this machine, and whoever knows the code that it printed at its start."""

from flask import current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from app import throttle
from app.controllers.setup import bp
from app.errors import NotAllowed
from app.extensions import limiter
from app.forms.base import Form
from app.i18n import _, _l
from app.lib import proxies, setup_code


class CodeForm(Form):
    """The setup code."""

    code = StringField(_l("Setup code"), [InputRequired(_l("Enter the setup code.")), Length(max=100)])


@bp.before_request
def _ask_strangers_for_the_code() -> ResponseReturnValue | None:
    if request.endpoint in ("setup.code", "setup.complete") or proxies.is_local(request.environ) or _knows_the_code():
        return None
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("setup.code"))
    raise NotAllowed(_("Enter the setup code first."))


@bp.route("/code", methods=["GET", "POST"])
@limiter.limit(throttle.SETUP, methods=["POST"])
def code() -> ResponseReturnValue:
    """Ask for the setup code, once per browser."""
    folder = current_app.config["INSTANCE"]
    setup_code.ensure(folder)
    form = CodeForm()
    if form.validate_on_submit():
        if setup_code.matches(folder, form.code.data or ""):
            session["setup_code"] = form.code.data
            return redirect(url_for("setup.wizard"), 303)
        form.code.errors = [_("This is not the setup code.")]
    return render_template("setup/code.html", form=form), 422 if form.errors else 200


def _knows_the_code() -> bool:
    # Compared again each time: a code that was dropped no longer counts.
    return setup_code.matches(current_app.config["INSTANCE"], session.get("setup_code", ""))
