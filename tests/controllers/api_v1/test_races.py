"""Requests about the same row at the same moment, on whichever database the tests run: they take turns."""

from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from app.extensions import db
from app.models import Component, Incident, Maintenance, Metric, Subscriber, Subscription
from app.models.component import Tag
from app.models.enums import ComponentStatus, IncidentStatus
from tests.consistency import assert_consistent
from tests.factories import make_component, make_incident

ROUNDS = 4


def at_once(clients, *calls):
    """The status codes of these calls, each by a client of its own."""
    with ThreadPoolExecutor(len(calls)) as pool:
        asked = [pool.submit(call, client) for call, client in zip(calls, clients, strict=False)]
        return [answer.result().status_code for answer in asked]


def test_a_schedule_is_deleted_once_and_a_change_comes_before_or_finds_nothing(api, olive):
    make_component("API")
    make_component("Web")
    clients = [api(olive) for _ in range(4)]
    sent = {"name": "Upgrade", "status": 0, "scheduled_at": "2031-06-03 22:00", "components": [1]}
    for _ in range(ROUNDS):
        path = f"/schedules/{clients[0].post('/schedules', json=sent).json['data']['id']}"
        changed, finished, *deleted = at_once(
            clients,
            lambda client, path=path: client.put(path, json={"name": "Other", "components": [2]}),
            lambda client, path=path: client.put(path, json={"status": 2}),
            lambda client, path=path: client.delete(path),
            lambda client, path=path: client.delete(path),
        )
        assert {changed, finished} <= {200, 404}
        assert sorted(deleted) == [204, 404]
    assert db.session.query(Maintenance).count() == 0
    assert {component.status for component in db.session.query(Component)} == {1}


def test_a_subscriber_and_what_it_chose_are_deleted_once(api, olive):
    make_component("API")
    clients = [api(olive) for _ in range(4)]
    for _ in range(ROUNDS):
        made = clients[0].post("/subscribers", json={"email": "sue@example.org", "components": [1]}).json["data"]
        paths = (f"/subscribers/{made['id']}", f"/subscriptions/{made['subscriptions'][0]['id']}")
        calls = [lambda client, path=path: client.delete(path) for path in paths * 2]
        answers = at_once(clients, *calls)
        assert sorted(answers[::2]) == [204, 404]
        assert sorted(answers[1::2]) in ([204, 404], [404, 404])
    assert (db.session.query(Subscriber).count(), db.session.query(Subscription).count()) == (0, 0)


def test_an_incident_is_deleted_once(api, olive):
    clients = [api(olive) for _ in range(3)]
    for _ in range(ROUNDS):
        path = f"/incidents/{make_incident().id}"
        db.session.rollback()  # reading the id began a transaction, which on SQLite holds the lock
        answers = at_once(clients, *[lambda client, path=path: client.delete(path)] * 3)
        assert sorted(answers) == [204, 404, 404]
    assert db.session.query(Incident).count() == 0


def test_incidents_on_the_same_components_are_reported_and_fixed_at_once(api, olive):
    for name in ("API", "Web"):
        make_component(name)
    clients = [api(olive) for _ in range(4)]
    for turn in range(ROUNDS * 2):
        reports = [
            {"name": f"Trouble {status}", "message": "…", "status": 1, "visible": 1, "component_status": status}
            | {"component_id": 1 + (status + turn) % 2}
            for status in (2, 3, 4, 4)
        ]
        made = at_once(clients, *[lambda c, sent=sent: c.post("/incidents", json=sent) for sent in reports])
        assert made == [200] * 4
        assert_consistent()
        open_ones = db.session.scalars(sa.select(Incident.id).where(Incident.fixed_at.is_(None)).order_by(Incident.id))
        paths = [f"/incidents/{number}" for number in open_ones]
        db.session.rollback()
        said = [{"status": 4}, {"status": 4}, {"component_id": 2, "component_status": 3}, {"status": 4}]
        changed = at_once(
            clients,
            *[lambda c, p=path, sent=sent: c.put(p, json=sent) for path, sent in zip(paths, said, strict=False)],
        )
        assert set(changed) == {200}
        assert_consistent()


def test_whoever_speaks_of_a_component_at_once_it_is_what_they_come_to(api, olive):
    for name in ("API", "Web"):
        make_component(name)
    clients = [api(olive) for _ in range(4)]
    report = {"name": "Slow", "message": "…", "status": 1, "visible": 1, "component_id": 1, "component_status": 4}
    work = {"name": "Upgrade", "status": 1, "scheduled_at": "2026-01-01 10:00", "components": [1, 2]}
    for turn in range(ROUNDS):
        known = clients[0].post("/incidents", json=report).json["data"]["id"]
        told = at_once(
            clients,
            lambda client, turn=turn: client.put("/components/1", json={"status": 1 + turn % 4}),
            lambda client, known=known: client.put(f"/incidents/{known}", json={"status": 4}),
            lambda client, known=known: client.post(
                f"/incidents/{known}/updates", json={"status": 2, "message": "Found", "component_id": 1}
            ),
            lambda client: client.post("/schedules", json=work),
        )
        assert told == [200] * 4
        assert_consistent()


def test_a_double_click_on_fixed_says_it_once(installed, sign_in, olive):
    incident = make_incident(impacts={make_component(): ComponentStatus.MAJOR_OUTAGE})
    path = f"/dashboard/incidents/{incident.id}/updates"
    browsers = [sign_in(olive) for _ in range(3)]
    for browser in browsers:
        browser.get(f"/dashboard/incidents/{incident.id}")
    db.session.rollback()
    assert at_once(browsers, *[lambda browser: browser.submit(path, status="4")] * 3) == [302] * 3
    assert [update.status for update in incident.updates] == [IncidentStatus.FIXED]
    assert_consistent()


def test_components_with_the_same_new_tags_are_all_made(api, olive):
    clients = [api(olive) for _ in range(4)]
    for turn in range(ROUNDS):
        tags = [f"europe-{turn}", f"linux-{turn}"]
        sent = [{"name": f"Node {n}", "status": 1, "tags": ",".join(tags)} for n in range(4)]
        made = at_once(clients, *[lambda client, one=one: client.post("/components", json=one) for one in sent])
        assert made == [200] * 4
    assert db.session.query(Tag).count() == 2 * ROUNDS


def test_the_newest_point_is_corrected_while_its_value_is_sent_again(api, olive):
    clients = [api(olive) for _ in range(4)]
    metric = Metric.create(name="Load", suffix="", threshold=60, actor=olive)
    db.session.commit()
    path = f"/metrics/{metric.id}/points"
    db.session.rollback()
    for _turn in range(ROUNDS * 2):
        point = clients[0].post(path, json={"value": 5}).json["data"]["id"]
        calls = [
            lambda client: client.post(path, json={"value": 5}),
            lambda client, point=point: client.put(f"{path}/{point}", json={"value": 5}),
        ]
        assert at_once(clients, *calls * 2) == [200] * 4
        assert_consistent()


def test_several_are_said_to_be_well_while_an_incident_on_them_is_fixed(api, sign_in, olive):
    ids = [make_component("API").id, make_component("Web").id]
    Component.reorder(ids[::-1], actor=olive)
    db.session.commit()
    clients, browser = [api(olive) for _ in range(2)], sign_in(olive)
    browser.get("/dashboard/components")
    for _turn in range(ROUNDS * 2):
        hit = dict.fromkeys(db.session.scalars(Component.in_order()), ComponentStatus.MAJOR_OUTAGE)
        path = f"/incidents/{make_incident(impacts=hit).id}"
        db.session.rollback()
        said = {"status": 3, "message": "…", "component_id": ids[1], "component_status": 2}
        told = at_once(
            [*clients, browser],
            lambda client, path=path: client.put(path, json={"status": 4}),
            lambda client, path=path, said=said: client.post(f"{path}/updates", json=said),
            lambda browser: browser.submit("/dashboard/components/status", ids=ids, status="1"),
        )
        assert told == [200, 200, 302]
        assert_consistent()
