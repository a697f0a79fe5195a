"""Tidying up, by the clock."""

from app.extensions import db
from app.models.activity import Activity
from app.models.deletion import Deletion
from app.models.idempotency_key import IdempotencyKey
from app.models.mailed_code import MailedCode
from app.models.metric import Metric
from app.models.metric_point import MetricPoint
from app.models.metric_rollup import MetricRollup
from app.models.sign_in import SignIn
from app.models.subscriber import Subscriber


def forget_unsubscribed() -> None:
    """Delete the addresses of those who unsubscribed and did not come back, or never confirmed."""
    # Whoever comes back at this moment holds their own row.
    forgotten = Subscriber.forgettable().order_by(Subscriber.id).limit(1000).with_for_update(skip_locked=True)
    for subscriber in db.session.scalars(forgotten):
        subscriber.delete(actor=None)
    db.session.commit()


def prune_metrics() -> None:
    """Delete, in batches, metric points older than the setting says and roll-ups that no chart reads."""
    while MetricPoint.prune():
        db.session.commit()
    for metric_id in db.session.scalars(Metric.ids()).all():
        while MetricRollup.prune(metric_id):
            db.session.commit()
    db.session.rollback()


def prune_events() -> None:
    """Forget, in batches, what the audit trail need not keep any longer."""
    while Activity.prune():
        db.session.commit()
    db.session.rollback()


def prune_sign_ins() -> None:
    """Forget, in batches, who signed in longer ago than the setting says, and mailed codes that are over."""
    MailedCode.forget_old()
    db.session.commit()
    while SignIn.prune():
        db.session.commit()
    db.session.rollback()


def prune_deletions() -> None:
    """Forget, in batches, what was deleted so long ago that nobody can put it back any more."""
    while Deletion.prune():
        db.session.commit()
    db.session.rollback()


def prune_idempotency_keys() -> None:
    """Delete, in batches, the kept answers of API calls that nobody can ask for any more."""
    while IdempotencyKey.prune():
        db.session.commit()
    db.session.rollback()
