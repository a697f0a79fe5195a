"""Subscribers: list, add and delete."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.controllers.dashboard import ID, bp
from app.controllers.dashboard.answers import ask_to_delete, form_page, page_of
from app.errors import Invalid
from app.extensions import db
from app.forms.subscriber import SubscribersForm
from app.i18n import _, ngettext
from app.lib.text import one_line
from app.models.base import count_rows
from app.models.subscriber import Subscriber
from app.permissions import requires

PER_PAGE = 50


@bp.get("/subscribers")
@requires("subscribers.manage")
def subscribers() -> ResponseReturnValue:
    """Newest first; by part of the address."""
    words = one_line(request.args.get("q", ""))
    page = page_of(Subscriber.listed(words), PER_PAGE)
    confirmed = count_rows(Subscriber.confirmed())
    return render_template("dashboard/subscribers/index.html", page=page, words=words, confirmed=confirmed)


@bp.route("/subscribers/create", methods=["GET", "POST"])
@requires("subscribers.manage")
def subscriber_create() -> ResponseReturnValue:
    """Add some."""
    form = SubscribersForm()
    if form.validate_on_submit():
        added, known = _add(form)
        if not form.wrong_lines:
            db.session.commit()
            flash(_told(added, known), "success" if added else "info")
            return redirect(url_for("dashboard.subscribers"))
        db.session.rollback()
    return form_page("dashboard/subscribers/form.html", form)


@bp.route(f"/subscribers/<{ID}:subscriber_id>/delete", methods=["GET", "POST"])
@requires("subscribers.manage")
def subscriber_delete(subscriber_id: int) -> ResponseReturnValue:
    """Ask, then forget the address."""
    subscriber = db.get_or_404(Subscriber, subscriber_id)
    return ask_to_delete(
        subscriber,
        question=_("Delete %(name)s?", name=subscriber.email),
        label=_("Delete subscriber"),
        detail=_(
            "They get no more news, and the address is forgotten for good. They can subscribe again on the status page."
        ),
        back=url_for("dashboard.subscribers"),
        said=_("%(name)s has been deleted.", name=subscriber.email),
        after=url_for("dashboard.subscribers"),
    )


def _add(form: SubscribersForm) -> tuple[int, int]:
    known = Subscriber.following(form.emails)
    for email in form.emails:
        try:
            if email not in known:
                Subscriber.add(email, verified=form.verified.data, actor=g.actor)
        except Invalid as invalid:
            form.take_line(email, invalid)
    return len(form.emails) - len(known), len(known)


def _told(added: int, known: int) -> str:
    said = [ngettext("%(num)d subscriber has been added.", "%(num)d subscribers have been added.", added)]
    if known:
        said.append(ngettext("%(num)d was subscribed already.", "%(num)d were subscribed already.", known))
    return " ".join(said)
