"""Every list of API v1 takes the same number of queries, whatever the size of its pages."""

from datetime import timedelta

import pytest

from app.extensions import db
from app.lib import clock
from app.models import Metric, MetricPoint
from app.models.enums import ComponentStatus, IncidentStatus
from app.models.incident_template import IncidentTemplate
from tests.controllers.api_v1.hostile import lists
from tests.factories import make_component, make_group, make_incident, make_maintenance, make_subscriber
from tests.queries import count_queries

ROWS = 50
MOST = 6  # with the token, the settings and the count of all rows


@pytest.fixture
def full(olive):
    """Fifty rows on each list, each with rows of its own."""
    parts = []
    metric = Metric.create(name="Response time", suffix="ms", actor=olive)
    db.session.flush()
    for n in range(ROWS):
        group = make_group(f"Group {n}")
        parts.append(make_component(f"Part {n}", group=group, tags=[f"tag {n}", "all"]))
        two = parts[-2:]
        impacts = dict.fromkeys(two, ComponentStatus.PARTIAL_OUTAGE)
        incident = make_incident(f"Incident {n}", impacts=impacts, actor=olive, notify=False)
        for _ in range(ROWS if n == 0 else 2):
            incident.post_update(status=IncidentStatus.IDENTIFIED, message="More.", actor=olive, notify=False)
        IncidentTemplate.create(name=f"Template {n}", body="{{ name }} is down.", actor=olive)
        make_maintenance(f"Work {n}", components=two, rule="FREQ=DAILY" if n % 2 else "")
        make_subscriber(f"sue{n}@example.org", components=two)
        Metric.create(name=f"Metric {n}", suffix="ms", actor=olive)
        db.session.add(MetricPoint(metric_id=metric.id, value=n, at=clock.now() - timedelta(minutes=n)))
    db.session.commit()


def test_lists_take_as_many_queries_whatever_the_page(app, api, olive, full, monkeypatch):
    guest, token = api(), api(olive)
    token.get("/components")  # notes the use of the token
    monkeypatch.setattr("app.models.api_token.SEEN_EVERY", timedelta(days=1))  # and not again in between
    found = lists(app)
    assert len(found) >= 9
    for path, _known in found:
        for client in (guest, token):
            counts = {}
            for size in (1, 7, ROWS):
                db.session.remove()  # as between requests
                with count_queries() as sent:
                    answer = client.get(f"{path}?per_page={size}")
                if client is guest and answer.status_code == 401:
                    break
                assert len(answer.json["data"]) == size, path
                counts[size] = len(sent)
            assert len(set(counts.values())) <= 1, (path, counts)
            assert max(counts.values(), default=0) <= MOST, (path, counts)
