"""`flask prune`: the tidying up that the clock sees to, now."""

import json

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from app.cli.answers import says_why
from app.extensions import db
from app.jobs import housekeeping
from app.models import (
    Deletion,
    Event,
    IdempotencyKey,
    MailedCode,
    MetricPoint,
    MetricRollup,
    SignIn,
    Subscriber,
)

TABLES = (Subscriber, MetricPoint, MetricRollup, Event, SignIn, MailedCode, Deletion, IdempotencyKey)
ALL = (
    housekeeping.prune_metrics,
    housekeeping.prune_events,
    housekeeping.prune_sign_ins,
    housekeeping.prune_deletions,
    housekeeping.prune_idempotency_keys,
)


@click.command("prune")
@click.option("--json", "as_json", is_flag=True, help="Print how many rows went, by table, as JSON.")
@with_appcontext
@says_why
def prune_command(as_json: bool) -> None:
    """Delete what is older than the settings say, now: old metric points, audit trail, sign-ins, addresses and such.

    The clock does the same every few hours; this is for those who have changed a setting, or whose disk is full.
    """
    before = _counted()
    while _forget_some():
        pass
    for job in ALL:
        job()
    gone = {name: before[name] - left for name, left in _counted().items()}
    if as_json:
        click.echo(json.dumps(gone))
        return
    for name, count in gone.items():
        click.echo(f"{name:<18}{count:>10}", err=True)


def _forget_some() -> bool:
    """Forget as many subscribers as the job does at once, and tell whether there may be more."""
    before = _counted(Subscriber)
    housekeeping.forget_unsubscribed()
    return _counted(Subscriber) != before


def _counted(*models: type) -> dict[str, int]:
    tables = [model.__table__ for model in models or TABLES]  # type: ignore[attr-defined]
    found = {table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables}
    db.session.rollback()
    return found
