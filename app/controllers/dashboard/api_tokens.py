"""The API: where it is, and its tokens: list, make, show once and revoke."""

from flask import current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import ID, bp
from app.controllers.dashboard.answers import confirm_page, form_page, page_of
from app.errors import Invalid
from app.extensions import db
from app.forms.api_token import ABILITY_WORDS, ApiTokenForm
from app.i18n import _
from app.lib.sealing import seal, unseal
from app.models.api_token import ApiToken
from app.permissions import requires

PER_PAGE = 50
FRESH = "fresh_token"


@bp.get("/api")
@requires("tokens.manage")
def api_tokens() -> ResponseReturnValue:
    """The address, and the tokens, newest first; above them the one that was just made, this once."""
    page = page_of(ApiToken.seen_by(g.actor), PER_PAGE)
    return render_template(
        "dashboard/api_tokens/index.html",
        page=page,
        words=ABILITY_WORDS,
        fresh=_fresh(),
        api_url=current_app.config["APP_URL"].rstrip("/") + "/api/v1",
    )


@bp.route("/api/tokens/create", methods=["GET", "POST"])
@requires("tokens.manage")
def api_token_create() -> ResponseReturnValue:
    """A new token. Its text travels in the session to the next page, and is in no page that can be sent again."""
    form = ApiTokenForm()
    if form.validate_on_submit():
        try:
            _token, text = ApiToken.create(**form.values(), user=g.actor, actor=g.actor)
            db.session.commit()
            # Sealed: where sessions are kept, nobody else can read it.
            session[FRESH] = {"name": form.name.data, "text": seal(current_app.config["SECRET_KEY"], text)}
            return redirect(url_for("dashboard.api_tokens"))
        except Invalid as invalid:
            db.session.rollback()
            form.take(invalid)
    return form_page("dashboard/api_tokens/form.html", form)


@bp.route(f"/api/tokens/<{ID}:token_id>/delete", methods=["GET", "POST"])
@requires("tokens.manage")
def api_token_delete(token_id: int) -> ResponseReturnValue:
    """Ask, then end it."""
    token = db.first_or_404(ApiToken.seen_by(g.actor).where(ApiToken.id == token_id))
    if request.method == "GET":
        return confirm_page(
            _("Revoke %(name)s?", name=token.name),
            _("Revoke token"),
            url_for("dashboard.api_tokens"),
            _("Programs that use it are refused from now on. This cannot be undone."),
        )
    name = token.name
    token.revoke(actor=g.actor)
    db.session.commit()
    flash(_("%(name)s has been revoked.", name=name), "success")
    return redirect(url_for("dashboard.api_tokens"))


def _fresh() -> dict[str, str] | None:
    """Name and text of the token that was just made in this browser, once."""
    kept = session.pop(FRESH, None)
    text = unseal(current_app.config["SECRET_KEY"], kept["text"]) if kept else None
    return {"name": kept["name"], "text": text} if text else None
