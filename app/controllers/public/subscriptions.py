"""Subscribing: asking, confirming, choosing, leaving. The signed code in a link says whose subscription it is.

A GET changes nothing, because mail scanners follow every link; each page has a button. The browser's own rule for
these pages' Referer is `same-origin` (app/headers.py), so a code is never told to another site; with `no-referrer`
older browsers would not say either that a form was on ours.

No form here has a token against forgery: that takes a cookie, and whoever has one of ours is not shown the last page
while we are away. None of them asks who is there, and browsers say themselves which site a form was on.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Response, abort, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from app import throttle
from app.controllers.public import bp
from app.errors import Invalid, NotFound
from app.extensions import csrf, db, limiter
from app.forms.subscription import SubscribeForm, SubscriptionForm
from app.i18n import _, _l, language_now
from app.lib.fetch_site import is_from_elsewhere
from app.models.component import Component, ComponentGroup
from app.models.setting import Setting
from app.models.status_page import arrange
from app.models.subscriber import Subscriber, normal_email

# What the page of a subscription says first, by its address.
SAID = {
    "subscribed": _l("You are subscribed. Choose below what you want to hear of, or leave it as it is."),
    "saved": _l("Saved."),
}


def from_our_pages(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Refuse what another site's page had a browser send."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        site, origin = (request.headers.get(name, "") for name in ("Sec-Fetch-Site", "Origin"))
        hosts = (request.host.lower(), urlsplit(current_app.config["APP_URL"]).netloc.lower())
        if request.method == "POST" and is_from_elsewhere(site, origin, hosts):
            abort(400)
        return view(*args, **kwargs)

    return answer


def personal(view: Callable[..., ResponseReturnValue]) -> Callable[..., Response]:
    """Mark a page that is one reader's own: nobody keeps it, nobody lists it."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Response:
        response = make_response(view(*args, **kwargs))
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return answer


def _asked_for() -> str:
    # Counted as it is kept: one address can be written in many ways.
    text = request.form.get("email", "")[:255]
    try:
        return throttle.named("mail", normal_email(text))
    except Invalid:
        return throttle.named("mail", text)


@bp.route("/subscribe", methods=["GET", "POST"])
@csrf.exempt
@from_our_pages
@limiter.limit(throttle.SUBSCRIBE, methods=["POST"])
@limiter.limit(throttle.MAIL_TO_ONE, methods=["POST"], key_func=_asked_for)
@personal
def subscribe() -> ResponseReturnValue:
    """Ask for a mail with a link. The answer is the same for an address that is known and one that is not."""
    if not Setting.get("subscribing"):
        raise NotFound(_("This page takes no new subscribers. Its feeds tell the same as the mails."))
    form = SubscribeForm()
    if request.method != "POST":
        return render_template("public/subscribe.html", form=form)
    if not form.validate():
        return render_template("public/subscribe.html", form=form), 422
    if not form.is_from_a_robot:
        try:
            Subscriber.ask(form.email.data or "", language_now())
            db.session.commit()
        except Invalid as invalid:
            db.session.rollback()
            form.take(invalid)
            return render_template("public/subscribe.html", form=form), 422
        except IntegrityError:
            db.session.rollback()  # the same address twice in one instant; the other request sends the mail
    return render_template("public/subscribe_sent.html", email=form.email.data)


@bp.route("/subscribe/verify/<code>", methods=["GET", "POST"])
@csrf.exempt
@from_our_pages
@personal
def verify(code: str) -> ResponseReturnValue:
    """Confirm an address; also how someone who left comes back."""
    subscriber = Subscriber.for_code("verify", code)
    if subscriber is None:
        return _no_such_link()
    if request.method == "POST":
        subscriber.verify()
        db.session.commit()
        return redirect(url_for("public.manage", code=subscriber.code("manage"), said="subscribed"), 303)
    if not subscriber.is_active:
        return render_template("public/verify.html", subscriber=subscriber, code=code)
    return redirect(url_for("public.manage", code=subscriber.code("manage")), 303)


@bp.route("/subscribe/manage/<code>", methods=["GET", "POST"])
@csrf.exempt
@from_our_pages
@personal
def manage(code: str) -> ResponseReturnValue:
    """Choose what to hear of."""
    subscriber = Subscriber.for_code("manage", code)
    if subscriber is None:
        return _no_such_link()
    if not subscriber.is_active:
        return _welcome_back(subscriber)
    components = list(db.session.scalars(Component.visible_to(None)))
    form = SubscriptionForm(
        scope="everything" if subscriber.everything else "chosen",
        components=list(subscriber.component_ids),
        locale=subscriber.language,
    )
    form.components.choices = [(component.id, component.name) for component in components]
    status = 200
    if request.method == "POST":
        if form.validate() and _choose(subscriber, form, components):
            return redirect(url_for("public.manage", code=code, said="saved"), 303)
        status = 422
    sections = arrange(list(db.session.scalars(ComponentGroup.visible_to(None))), components)
    said = SAID.get(request.args.get("said", "")) if status == 200 else None
    page = render_template(
        "public/manage.html", form=form, subscriber=subscriber, sections=sections, code=code, said=said
    )
    return page, status


@bp.route("/unsubscribe/<code>", methods=["GET", "POST"])
@csrf.exempt  # mail programs post here, too (RFC 8058); the signed code is what allows it
@personal
def unsubscribe(code: str) -> ResponseReturnValue:
    """Leave: by the button of the page, or by the mail program's own."""
    subscriber = Subscriber.for_code("manage", code)
    if subscriber is None:
        return _no_such_link()
    if request.method == "POST":
        subscriber.unsubscribe()
        db.session.commit()
        if request.form.get("List-Unsubscribe") == "One-Click":
            return _("Unsubscribed."), {"Content-Type": "text/plain; charset=utf-8"}
    if subscriber.unsubscribed_at is not None:
        return _welcome_back(subscriber)
    return render_template("public/unsubscribe.html", subscriber=subscriber, code=code)


def _choose(subscriber: Subscriber, form: SubscriptionForm, components: list[Component]) -> bool:
    wanted = [component for component in components if component.id in set(form.components.data or [])]
    try:
        subscriber.choose(everything=form.wants_everything, components=wanted, actor=None, locale=form.locale.data)
        db.session.commit()
    except Invalid as invalid:
        db.session.rollback()
        form.take(invalid)
        return False
    return True


def _welcome_back(subscriber: Subscriber) -> ResponseReturnValue:
    """For someone who left, or never confirmed: the way in again, for which their link is proof enough."""
    return render_template("public/unsubscribed.html", subscriber=subscriber, code=subscriber.code("verify"))


def _no_such_link() -> ResponseReturnValue:
    return render_template("public/no_such_link.html"), 404
