"""Requests about the same row at the same moment, on whichever database the tests run: they take turns."""

from concurrent.futures import ThreadPoolExecutor

from app.extensions import db
from app.models import Component, Incident, Maintenance, Subscriber, Subscription
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
