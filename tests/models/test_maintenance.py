from datetime import timedelta

from app.extensions import db
from app.lib import clock
from app.models import Maintenance
from app.models.enums import ComponentStatus, MaintenanceState
from tests.factories import make_component, make_maintenance

OK, SLOW, PARTIAL, MAJOR, WORK = (ComponentStatus(value) for value in (1, 2, 3, 4, 6))
HOUR = timedelta(hours=1)


def test_components_are_under_maintenance_while_it_runs(olive):
    api, web = make_component("API"), make_component("Web")
    work = make_maintenance(components=[api])
    assert (work.state, api.status) == (MaintenanceState.PLANNED, OK)
    work.begin(actor=olive)
    db.session.commit()
    assert (work.state, api.status, web.status) == (MaintenanceState.IN_PROGRESS, WORK, OK)
    work.finish(actor=olive)
    db.session.commit()
    assert (work.state, api.status) == (MaintenanceState.FINISHED, OK)


def test_a_start_in_the_past_begins_at_once_from_then(olive):
    api = make_component()
    start = clock.ago(hours=1)
    work = make_maintenance(starts_at=start, components=[api])
    assert (api.status, api.status_since, work.began_at) == (WORK, start, start)
