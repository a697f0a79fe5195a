"""Subscribers in API v1, and what they chose. Who may not know them is not told which there are, either."""

from flask import Response, g
from sqlalchemy.orm import selectinload

from app import throttle
from app.controllers.api_v1 import bp
from app.controllers.api_v1.choosing import chosen
from app.controllers.api_v1.documented import documented
from app.controllers.api_v1.envelope import gone, saved
from app.controllers.api_v1.finding import ID, loads, one
from app.controllers.api_v1.given import given
from app.controllers.api_v1.listing import Listing
from app.controllers.api_v1.zone import zone
from app.errors import NotAllowed, NotFound
from app.extensions import db, limiter
from app.i18n import _, _l
from app.models.setting import Setting
from app.models.subscriber import Subscriber, Subscription
from app.permissions import requires
from app.schemas.api_v1 import answers
from app.schemas.api_v1.subscriber import NewSubscriber
from app.serializers.api_v1.subscriber import subscriber_json

_listing = Listing(filters={}, sortable={}, order=(Subscriber.id.asc(),))


def find(id: int) -> Subscriber:
    """The subscriber; not one that left, who must stay known as long as they can come back."""
    return one(Subscriber.newest_first().where(Subscriber.id == id), _l("There is no subscriber with this id."))


def find_subscription(id: int) -> Subscription:
    """One component that a subscriber chose."""
    missing, known = _("There is no subscription with this id."), db.session.get(Subscription, id)
    # The subscriber is held first, as when it is deleted: two requests would otherwise wait for each other.
    subscriber = one(Subscriber.newest_first().where(Subscriber.id == (known.subscriber_id if known else 0)), missing)
    if (found := next((row for row in subscriber.subscriptions if row.id == id), None)) is None:
        raise NotFound(missing)
    return found


@bp.get("/subscribers")
@documented(gives=answers.Subscriber, lists=_listing)
@requires("subscribers.manage")
def subscribers() -> Response:
    """Everyone who subscribed and did not leave, oldest first."""
    stayed = Subscriber.newest_first().options(selectinload(Subscriber.subscriptions))
    return _listing.answer(stayed, lambda subscriber: subscriber_json(subscriber, zone()))


@bp.post("/subscribers")
@documented(gives=answers.Subscriber, takes=NewSubscriber)
@requires("subscribers.manage")
def create_subscriber() -> Response:
    """Subscribe an address; one that is known stays as it is. Refused while the page takes no subscribers."""
    if not Setting.get("subscribing"):
        raise NotAllowed(_("This page takes no new subscribers."))
    wanted = NewSubscriber.read(given(), zone())
    verified = Setting.get("skip_verification") if wanted.verify is None else wanted.verify
    components = chosen(wanted.components) if wanted.components else None
    if not verified and Subscriber.by_email(wanted.email) is None:
        g.mailed = wanted.email
        _count_mail()
    subscriber = Subscriber.ensure(wanted.email, components=components, verified=verified, actor=g.actor)
    return saved(lambda: subscriber_json(subscriber, zone()))


@limiter.shared_limit(throttle.MAIL_TO_ONE, scope="api_mail", key_func=lambda: throttle.named("mail", g.mailed))
def _count_mail() -> None:
    """One more mail to this address: who deletes and subscribes it in turn must not flood its owner."""


@bp.delete(f"/subscribers/{ID}")
@documented()
@requires("subscribers.manage")
@loads(find)
def delete_subscriber(found: Subscriber) -> Response:
    """Forget the address."""
    found.delete(actor=g.actor)
    db.session.commit()
    return gone()


@bp.delete(f"/subscriptions/{ID}")
@documented()
@requires("subscribers.manage")
@loads(find_subscription)
def delete_subscription(found: Subscription) -> Response:
    """One component less to hear of."""
    found.subscriber.drop(found, actor=g.actor)
    db.session.commit()
    return gone()
