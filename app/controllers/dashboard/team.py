"""The team: who is a member, as what, and how that changes or ends."""

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import ID, bp
from app.controllers.dashboard.answers import confirm_page, done_or_late, form_page, page_of, said_or_late
from app.errors import NotAllowed
from app.extensions import db
from app.forms.member import RoleForm
from app.i18n import _
from app.lib.text import one_line
from app.models.base import count_rows
from app.models.invitation import Invitation
from app.models.passkey import Passkey
from app.models.user import User
from app.permissions import requires

PER_PAGE = 50


@bp.get("/team")
@requires("team.manage")
def team() -> ResponseReturnValue:
    """The members by name; by part of name or address."""
    words = one_line(request.args.get("q", ""))
    page = page_of(User.listed(words), PER_PAGE)
    return render_template(
        "dashboard/team/index.html",
        page=page,
        words=words,
        keyed=Passkey.holders(page.items),
        open_invitations=count_rows(Invitation.open()),
    )


@bp.route(f"/team/<{ID}:member_id>", methods=["GET", "POST"])
@requires("team.manage")
def member(member_id: int) -> ResponseReturnValue:
    """One of them, and another role."""
    found = db.get_or_404(User, member_id)
    form = RoleForm(obj=found)
    form.role.offer(g.actor)
    form.asks_whether_sure = found is g.actor
    if request.method == "POST" and not found.may_be_changed_by(g.actor):
        raise NotAllowed()
    if form.validate_on_submit():
        said = _("%(name)s is now: %(role)s.", name=found.username, role=form.role.role.label)
        if done_or_late(form, lambda: found.change_role(form.role.role, actor=g.actor), said):
            own = not found.can("team.manage") and found is g.actor
            return redirect(url_for("dashboard.home" if own else "dashboard.team"))
    return form_page("dashboard/team/member.html", form, member=found)


@bp.route(f"/team/<{ID}:member_id>/deactivate", methods=["GET", "POST"])
@requires("team.manage")
def member_deactivate(member_id: int) -> ResponseReturnValue:
    """Ask, then keep them out until somebody activates them again."""
    found = db.get_or_404(User, member_id)
    return _ask_then(
        found,
        found.deactivate,
        question=_("Deactivate %(name)s?", name=found.username),
        label=_("Deactivate"),
        detail=_("Their sessions and API tokens stop at once. Everything stays, and you can activate them again."),
        said=_("%(name)s has been deactivated.", name=found.username),
    )


@bp.post(f"/team/<{ID}:member_id>/activate")
@requires("team.manage")
def member_activate(member_id: int) -> ResponseReturnValue:
    """Let them in again."""
    found = db.get_or_404(User, member_id)
    found.activate(actor=g.actor)
    db.session.commit()
    flash(_("%(name)s has been activated and can sign in again.", name=found.username), "success")
    return redirect(url_for("dashboard.member", member_id=found.id))


@bp.route(f"/team/<{ID}:member_id>/delete", methods=["GET", "POST"])
@requires("team.manage")
def member_delete(member_id: int) -> ResponseReturnValue:
    """Ask, then forget them; what they wrote stays."""
    found = db.get_or_404(User, member_id)
    own = found is g.actor
    return _ask_then(
        found,
        found.delete,
        question=_("Delete your own account?") if own else _("Delete %(name)s?", name=found.username),
        label=_("Delete my account") if own else _("Delete member"),
        detail=_("You are signed out at once and cannot come back unless you are invited again.")
        if own
        else _("Their sessions and API tokens end. What they wrote stays, with their name. This cannot be undone."),
        said=_("%(name)s has been deleted.", name=found.username),
        after=url_for("auth.login" if own else "dashboard.team"),
    )


@bp.route(f"/team/<{ID}:member_id>/reset-two-factor", methods=["GET", "POST"])
@requires("owners.manage")
def member_reset_two_factor(member_id: int) -> ResponseReturnValue:
    """Ask, then take away the second factors of somebody who lost them."""
    found = db.get_or_404(User, member_id)
    return _ask_then(
        found,
        found.reset_two_factor,
        question=_("Take the second factors of %(name)s away?", name=found.username),
        label=_("Reset two-factor"),
        detail=_("Be sure that it is really they who ask. They are signed out, and their password alone lets them in."),
        said=_("%(name)s signs in with the password alone again.", name=found.username),
    )


def _ask_then(
    member: User,
    verb: Callable[..., Any],
    *,
    question: str,
    label: str,
    detail: str,
    said: str,
    after: str | None = None,
) -> ResponseReturnValue:
    """Ask on GET; on POST do `verb`. What it refuses, such as the last owner's end, is said and changes nothing."""
    back = url_for("dashboard.member", member_id=member.id)
    if not member.may_be_changed_by(g.actor):
        raise NotAllowed()
    if request.method == "GET":
        return confirm_page(question, label, back, detail)
    is_done = said_or_late(lambda: verb(actor=g.actor), said)
    return redirect(after if is_done and after else back)
