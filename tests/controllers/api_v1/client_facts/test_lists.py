"""Pages, order and filters."""

from datetime import timedelta

import pytest

from app.extensions import db
from app.lib import clock
from app.models import Component, IncidentTemplate, Metric, MetricPoint
from app.models.enums import ComponentStatus, IncidentStatus
from tests.controllers.api_v1.client_facts.sent import METRIC, SCHEDULE
from tests.controllers.api_v1.test_lists import ids, pagination
from tests.factories import make_component, make_group, make_incident

OLDEST_FIRST = ["components", "components/groups", "incidents", "incidents/templates", "metrics", "schedules"]


@pytest.fixture
def five(installed):
    for n, name in enumerate("EDCBA"):
        make_component(name, position=9 - n)


def test_the_pagination_holds_five_numbers_and_two_links(guest, five):
    shown = pagination(guest.get("/components"))
    links = shown.pop("links")
    assert list(shown) == ["total", "count", "per_page", "current_page", "total_pages"]
    assert {type(value) for value in shown.values()} == {int}
    assert links == {"next_page": None, "previous_page": None}


def test_a_walk_up_to_the_last_page_sees_each_once(guest, five):
    seen, number = [], 1
    while True:
        answer = guest.get(f"/components?per_page=2&page={number}")
        seen += ids(answer)
        if number >= pagination(answer)["total_pages"]:
            break
        number += 1
    assert seen == [1, 2, 3, 4, 5]


def test_a_walk_back_from_the_last_page_meets_the_newest_first(guest, five):
    last = pagination(guest.get("/components?per_page=2"))["total_pages"]
    assert [ids(guest.get(f"/components?per_page=2&page={number}")) for number in range(last, 0, -1)] == [
        [5],
        [3, 4],
        [1, 2],
    ]


def test_a_walk_along_the_links_keeps_what_was_asked(guest, five):
    seen, address = [], "/components?per_page=2&sort=name&order=desc&enabled=true"
    while address:
        answer = guest.get(address)
        seen += [row["name"] for row in answer.json["data"]]
        following = pagination(answer)["links"]["next_page"]
        assert following is None or following.startswith("http://localhost/api/v1/components?per_page=2&sort=name")
        address = following and following.removeprefix("http://localhost/api/v1")
    assert seen == ["E", "D", "C", "B", "A"]


def test_an_empty_list_has_one_page(guest):
    assert (pagination(guest.get("/components"))["total_pages"], ids(guest.get("/components"))) == (1, [])


def test_twenty_are_on_a_page_unless_asked_otherwise(guest):
    db.session.add_all(Component(name=f"{n}") for n in range(21))
    db.session.commit()
    assert len(ids(guest.get("/components"))) == pagination(guest.get("/components"))["per_page"] == 20
    assert len(ids(guest.get("/components?page=2"))) == 1


def test_a_page_is_as_large_as_asked_and_says_so(guest, writer, metric):
    db.session.add_all(MetricPoint(metric_id=metric.id, value=n, at=clock.now()) for n in range(150))
    db.session.commit()
    answer = guest.get("/metrics/1/points?per_page=150")
    assert (len(answer.json["data"]), pagination(answer)["total"], pagination(answer)["count"]) == (150, 150, 150)
    assert pagination(guest.get("/components?per_page=10000"))["per_page"] == 10000


def test_pages_of_one_are_walked(guest):
    made = [make_incident(f"{n}").id for n in range(3)]
    assert [ids(guest.get(f"/incidents?per_page=1&page={n}")) for n in (1, 2, 3)] == [[id] for id in made]


def test_a_page_past_the_end_is_empty(guest, five):
    answer = guest.get("/components?page=3")
    assert (answer.status_code, answer.json["data"], pagination(answer)["count"]) == (200, [], 0)


def test_the_oldest_comes_first(writer):
    for n in range(3):
        make_component(f"{n}", position=3 - n)
        make_group(f"{n}", position=3 - n)
        make_incident(f"{n}", occurred_at=clock.now() - timedelta(days=n))
        IncidentTemplate.create(name=f"{9 - n}", body="Down.", actor=None)
        db.session.add(Metric(name=f"{n}", suffix="x", position=3 - n))
        db.session.commit()
        writer.post("/schedules", json={**SCHEDULE, "scheduled_at": f"2031-06-0{3 - n} 22:00"})
        writer.post("/subscribers", json={"email": f"{9 - n}@example.org"})
    for path in (*OLDEST_FIRST, "subscribers"):
        assert ids(writer.get(f"/{path}")) == [1, 2, 3], path


def test_of_updates_and_points_the_newest_comes_first(guest, metric):
    incident = make_incident()
    for n in range(3):
        incident.post_update(status=IncidentStatus.IDENTIFIED, message=f"{n}", actor=None)
        metric.add_point(n, at=clock.now() - timedelta(minutes=30 - 10 * n))
        db.session.commit()
    assert ids(guest.get("/incidents/1/updates")) == [3, 2, 1]
    assert ids(guest.get("/metrics/1/points")) == [3, 2, 1]


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("sort=name&order=asc", [5, 4, 3, 2, 1]),
        ("sort=name&order=desc", [1, 2, 3, 4, 5]),
        ("sort=name", [5, 4, 3, 2, 1]),
        ("order=desc", [1, 2, 3, 4, 5]),
        ("sort=&order=", [1, 2, 3, 4, 5]),
        ("sort=nothing&order=desc", [1, 2, 3, 4, 5]),
        ("order=7", [1, 2, 3, 4, 5]),
    ],
)
def test_they_are_sorted_as_asked_and_order_is_no_filter(guest, five, query, order):
    assert ids(guest.get(f"/components?{query}")) == order


@pytest.mark.parametrize("query", ["order=desc", "sort=&order=", "sort=nothing&order=desc", "sort=id&order=sideways"])
def test_no_order_is_an_error_anywhere(writer, query):
    make_incident()
    writer.post("/metrics", json=METRIC)
    for path in (*OLDEST_FIRST, "subscribers", "incidents/1/updates", "metrics/1/points"):
        assert writer.get(f"/{path}?{query}").status_code == 200, path


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("id=2", [2]),
        ("name=Web", [2, 3]),
        ("name=Web&status=3", [3]),
        ("status=3", [3]),
        ("group_id=1", [3]),
        ("group_id=0", [1, 2, 4]),
        ("enabled=true", [1, 2, 3]),
        ("enabled=1", [1, 2, 3]),
        ("enabled=True", [1, 2, 3]),
        ("enabled=false", [4]),
        ("name=Nothing", []),
    ],
)
def test_components_are_filtered(writer, query, found):
    make_component("API")
    make_component("Web")
    make_component("Web", status=ComponentStatus.PARTIAL_OUTAGE, group=make_group())
    make_component("Off", enabled=False)
    assert ids(writer.get(f"/components?{query}")) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("id=2", [2]),
        ("name=Core", [1]),
        ("collapsed=1", [2]),
        ("collapsed=true", [2]),
        ("visible=0", [1]),
        ("name=X", []),
    ],
)
def test_groups_are_filtered(writer, query, found):
    writer.post("/components/groups", json={"name": "Core"})
    writer.post("/components/groups", json={"name": "Edge", "collapsed": 1, "visible": 1})
    assert ids(writer.get(f"/components/groups?{query}")) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("id=1", [1]),
        ("component_id=1", [1]),
        ("component_id=9", []),
        ("name=Slow", [2]),
        ("status=4", [3]),
        ("visible=1", [1, 2]),
        ("visible=0", [3]),
        ("stickied=1", [2]),
        ("stickied=true&status=1", [2]),
        ("stickied=true&status=4", []),
    ],
)
def test_incidents_are_filtered(writer, query, found):
    make_incident("Down", impacts={make_component(): ComponentStatus.MAJOR_OUTAGE})
    make_incident("Slow", pinned=True)
    writer.post("/incidents", json={"name": "Inside", "message": "m", "status": 4, "visible": 0})
    assert ids(writer.get(f"/incidents?{query}")) == found
