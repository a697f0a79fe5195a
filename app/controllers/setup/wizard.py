"""The wizard's one page, what its scripts ask while it is filled in, and what it leads to."""

from functools import partial
from typing import Any

from flask import current_app, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import throttle
from app.controllers.auth.browser import asking, start_session
from app.controllers.setup import bp
from app.errors import Invalid, NotFound
from app.extensions import db, limiter
from app.forms.passwords import strength as strength_of
from app.forms.setup import STEPS, WORDS, SetupForm
from app.i18n import _
from app.lib import envfile, setup_code, supervisor
from app.mailer import send_test
from app.models.demo import Demo
from app.models.first_run import FirstRun
from app.models.sign_in import SignIn


@bp.get("")
def wizard() -> ResponseReturnValue:
    """The three steps in one page."""
    return _page(SetupForm.opened(current_app.config, request.root_url), fresh=True)


@bp.post("")
@limiter.limit(throttle.SETUP)
def finish() -> ResponseReturnValue:
    """Set everything up, or show what is wrong with everything still in its place."""
    form = SetupForm.sent(request.form, current_app.config)
    if not form.validate():
        return _page(form), 422
    changes = form.changes()
    try:
        admin = FirstRun.create(**form.first_run())
        SignIn.begin(admin, method="setup", **asking())
        if changes:
            envfile.write(current_app.config["ENV_FILE"], changes, WORDS)
    except (Invalid, OSError) as problem:
        db.session.rollback()
        form.take(problem if isinstance(problem, Invalid) else _unwritable(problem, changes))
        return _page(form), 422
    db.session.commit()
    setup_code.forget(current_app.config["INSTANCE"])
    start_session(admin, bridge="SESSION_DRIVER" in changes)
    return _lead_on(changes)


@bp.post("/check/<step>")
def check(step: str) -> ResponseReturnValue:
    """Whether a step may be left: the errors by field."""
    if step not in STEPS:
        raise NotFound()
    wrong = SetupForm.sent(request.form, current_app.config).wrong_until(step)
    return jsonify(ok=not wrong, errors=wrong)


@bp.post("/strength")
@limiter.limit(throttle.STRENGTH)
def strength() -> ResponseReturnValue:
    """How strong the password is that is being typed."""
    about = (request.form.get(name) for name in ("username", "email", "site_name"))
    return jsonify(strength_of(request.form.get("password", ""), about)._asdict())


@bp.post("/test-mail")
@limiter.limit(throttle.TEST_MAIL)
def test_mail() -> ResponseReturnValue:
    """Send a mail with the settings as they are typed, and show what the mail server said."""
    form = SetupForm.sent(request.form, current_app.config)
    wrong = form.wrong_for_a_test()
    if wrong:
        message = "\n".join(f"{form[name].label.text}: {sentence}" for name, sentence in wrong.items())
    else:
        message = send_test(form.test_to.data, form.way)
    result = {"ok": not message, "message": message or _("Sent. Look into the inbox of %(to)s.", to=form.test_to.data)}
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return jsonify(result)
    # Whoever tries out the mail server has not come to the rest yet.
    for field in form:
        if field.name not in wrong:
            field.errors = []
    return _page(form, result=result), 200 if result["ok"] else 422


@bp.get("/complete")
def complete() -> ResponseReturnValue:
    """Set up: where to go from here. Shown to an administrator only, since nobody else has just set it up."""
    if FirstRun.needed():
        return redirect(url_for("setup.wizard"))
    if not current_user.is_authenticated or not current_user.can("team.manage"):
        return redirect(url_for("dashboard.home"))
    g.viewer = g.actor = current_user._get_current_object()
    return render_template("setup/complete.html", must_restart="restart" in request.args, may_seed=Demo.may_fill())


def _page(form: SetupForm, **context: Any) -> str:
    return render_template("setup/wizard.html", form=form, steps_in_order=list(STEPS), **context)


def _unwritable(error: OSError, changes: dict[str, str | None]) -> Invalid:
    return Invalid(
        _(
            "%(file)s cannot be written: %(why)s. Make it writable and try again, or set these in the environment: "
            "%(names)s. Nothing was changed.",
            file=current_app.config["ENV_FILE"],
            why=error.strerror or type(error).__name__,
            names=", ".join(changes),
        )
    )


def _lead_on(changes: dict[str, str | None]) -> ResponseReturnValue:
    server = current_app.config["SUPERVISOR_SERVER_URL"]
    response = redirect(url_for("setup.complete", restart=1 if changes and not server else None), 303)
    if changes and server:
        # The reload replaces the process that is answering: first the answer, then the reload.
        response.call_on_close(partial(supervisor.reload, server))
    return response
