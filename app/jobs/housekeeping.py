"""Tidying up, by the clock."""

from app.extensions import db
from app.models.subscriber import Subscriber


def forget_unsubscribed() -> None:
    """Delete the addresses of those who unsubscribed and did not come back, or never confirmed."""
    for subscriber in db.session.scalars(Subscriber.forgettable().limit(1000)):
        subscriber.delete(actor=None)
    db.session.commit()
