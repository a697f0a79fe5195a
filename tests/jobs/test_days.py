"""Days that are worked out in another zone, while points keep coming."""

from threading import Thread

import sqlalchemy as sa

from app.extensions import db
from app.jobs import days
from app.models import Metric, MetricRollup, Setting
from app.models.enums import RollupUnit


def counts(metric_id: int) -> dict[RollupUnit, int]:
    """How many points there are by minutes, by hours and by days."""
    db.session.rollback()
    found = db.session.execute(
        sa.select(MetricRollup.unit, sa.func.sum(MetricRollup.count))
        .where(MetricRollup.metric_id == metric_id)
        .group_by(MetricRollup.unit)
    )
    return {unit: int(count) for unit, count in found}


def test_a_point_that_comes_meanwhile_is_in_its_day(app, installed):
    metric = Metric.create(name="Response time", suffix="ms", actor=None)
    metric.add_point(5.0)
    Setting.set(timezone="Asia/Tokyo")
    db.session.commit()
    of, threads = metric.id, []

    def measure():
        with app.app_context():
            db.session.get(Metric, of).add_point(7.0)
            db.session.commit()

    def come_in_between(_connection, _cursor, statement, *_rest):
        if statement.startswith("DELETE FROM metric_rollups") and not threads:
            threads.append(Thread(target=measure))
            threads[0].start()
            threads[0].join(timeout=0.5)  # through at once unless it has to wait

    sa.event.listen(db.engine, "before_cursor_execute", come_in_between)
    try:
        days.keep_up()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", come_in_between)
    threads[0].join()
    assert counts(of) == {RollupUnit.MINUTE: 2, RollupUnit.HOUR: 2, RollupUnit.DAY: 2}
