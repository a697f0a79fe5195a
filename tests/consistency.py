"""What must hold in the database whatever was called, in which order, by whom."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from app.extensions import db, limiter
from app.lib import clock
from app.models import Component, ComponentDay, MetricPoint, MetricRollup, Setting, StatusChange
from app.models.enums import ComponentStatus
from app.models.metric_rollup import RollupUnit
from app.models.status_history import reasons, steps

BEGIN = datetime(1970, 1, 1, tzinfo=UTC)


def assert_consistent() -> None:
    """Nothing points at nothing; changes of status, days and sums of points are what they come to when derived anew."""
    db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        assert db.session.execute(sa.text("PRAGMA foreign_key_check")).all() == []
    for component in db.session.scalars(sa.select(Component)).all():
        _assert_history(component)
    _assert_sums()
    db.session.rollback()


def _assert_history(component: Component) -> None:
    now = clock.now()
    changes = sa.select(StatusChange).filter_by(component_id=component.id).order_by(StatusChange.at, StatusChange.id)
    told = [(change.at, change.old, change.new) for change in db.session.scalars(changes)]
    before, expected = ComponentStatus.OPERATIONAL, []
    for step in steps(reasons(component.id, BEGIN, now), BEGIN, now, before):
        expected.append((step.at, before, step.status))
        before = step.status
    assert told == expected, f"{component.name}: {told} is not {expected}"
    assert component.status is before
    kept = _days(component)
    ComponentDay.rebuild(component.id, Setting.zone())
    assert _days(component) == kept


def _days(component: Component) -> list[tuple]:
    table = ComponentDay.__table__
    names = [column for column in table.c if not column.primary_key or column.name != "id"]
    rows = db.session.execute(sa.select(*names).where(table.c.component_id == component.id).order_by(*names)).all()
    return [tuple(round(part, 2) if isinstance(part, float) else part for part in row) for row in rows]


def _assert_sums() -> None:
    expected: dict[tuple[int, int], list[float]] = {}
    for point in db.session.scalars(sa.select(MetricPoint)):
        sums = expected.setdefault((point.metric_id, int(point.at.timestamp() // 60)), [0.0, 0])
        sums[0] += point.value * point.counter
        sums[1] += point.counter
    minutes = db.session.scalars(sa.select(MetricRollup).filter_by(unit=RollupUnit.MINUTE))
    found = {(row.metric_id, row.minute): [row.total, row.count] for row in minutes}
    assert found.keys() == expected.keys()
    for place, sums in expected.items():
        assert found[place] == pytest.approx(sums, rel=1e-9, abs=1e-3)


def begin_anew() -> None:
    """Empty all tables but those of the member who calls, for the next try of one test; nothing was asked yet."""
    limiter.reset()
    db.session.rollback()
    for table in reversed(db.metadata.sorted_tables):
        if table.name not in ("users", "api_tokens", "settings"):
            db.session.execute(sa.delete(table))
    db.session.commit()
