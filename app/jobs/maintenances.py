"""Planned work, by the clock."""

import logging

from app.errors import NotFound
from app.extensions import db
from app.lib import clock
from app.models.maintenance import Maintenance

log = logging.getLogger(__name__)


def tick() -> None:
    """Every few seconds: announce, remind of, begin and finish what is due, each in its own transaction."""
    now = clock.now()
    ids = Maintenance.due(now)
    db.session.rollback()
    for id in ids:
        try:
            maintenance = db.session.get(Maintenance, id)
            if maintenance is not None:
                maintenance.catch_up(now)
            db.session.commit()
        except NotFound:
            db.session.rollback()  # deleted since
        except Exception:
            # One that cannot keep to its plan must not hold up the others, whatever ails it.
            db.session.rollback()
            log.exception("maintenance %s did not keep to its plan", id)
