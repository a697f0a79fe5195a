"""Invitations: list, send, send again and withdraw."""

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import throttle
from app.controllers.dashboard import ID, bp
from app.controllers.dashboard.answers import confirm_page, done, form_page, page_of, said_or_late
from app.extensions import db, limiter
from app.forms.invitation import InvitationForm
from app.i18n import _
from app.lib.text import one_line
from app.models.base import count_rows
from app.models.invitation import Invitation
from app.permissions import requires

PER_PAGE = 50


@bp.get("/team/invitations")
@requires("team.manage")
def invitations() -> ResponseReturnValue:
    """All of them with what became of each, newest first; by part of the address."""
    words = one_line(request.args.get("q", ""))
    page = page_of(Invitation.listed(words), PER_PAGE)
    still_open = count_rows(Invitation.open())
    return render_template("dashboard/team/invitations.html", page=page, words=words, open_invitations=still_open)


@bp.route("/team/invitations/create", methods=["GET", "POST"])
@requires("team.manage")
@limiter.limit(throttle.INVITE, methods=["POST"])
def invitation_create() -> ResponseReturnValue:
    """Invite somebody by mail."""
    form = InvitationForm()
    form.role.offer(g.actor)
    if form.validate_on_submit() and done(form, lambda: _send(form)):
        flash(
            _("%(name)s has been invited. The link in the mail works for seven days.", name=form.email.data), "success"
        )
        return redirect(url_for("dashboard.invitations"))
    return form_page("dashboard/team/invite.html", form)


@bp.post(f"/team/invitations/<{ID}:invitation_id>/resend")
@requires("team.manage")
@limiter.limit(throttle.INVITE)
def invitation_resend(invitation_id: int) -> ResponseReturnValue:
    """Mail a new link; the one before is dead."""
    invitation = db.get_or_404(Invitation, invitation_id)
    return _did(
        lambda: invitation.resend(actor=g.actor),
        _("%(name)s gets a new link. The one before works no more.", name=invitation.email),
    )


@bp.route(f"/team/invitations/<{ID}:invitation_id>/revoke", methods=["GET", "POST"])
@requires("team.manage")
def invitation_revoke(invitation_id: int) -> ResponseReturnValue:
    """Ask, then make its link useless."""
    invitation = db.get_or_404(Invitation, invitation_id)
    if request.method == "GET":
        return confirm_page(
            _("Withdraw the invitation of %(name)s?", name=invitation.email),
            _("Withdraw"),
            url_for("dashboard.invitations"),
            _("The link in the mail works no more. You can invite them again."),
        )
    return _did(
        lambda: invitation.revoke(actor=g.actor),
        _("The invitation of %(name)s has been withdrawn.", name=invitation.email),
    )


def _send(form: InvitationForm) -> None:
    Invitation.send(email=form.email.data or "", role=form.role.role, locale=form.locale.data, actor=g.actor)


def _did(verb: Callable[[], Any], said: str) -> ResponseReturnValue:
    said_or_late(verb, said)
    return redirect(url_for("dashboard.invitations"))
