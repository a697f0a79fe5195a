import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.extensions import db
from app.models import Component, Event, Setting, Subscriber, Subscription
from app.models.enums import Visibility
from tests.controllers.api_v1.test_input import details
from tests.factories import make_component, make_incident, make_subscriber
from tests.queries import count_queries

SUE = "sue@example.org"


def known() -> list[Subscriber]:
    db.session.expire_all()
    return db.session.query(Subscriber).order_by(Subscriber.id).all()


def make_components(*names: str) -> None:
    for name in names or ("API", "Web", "Mail"):
        make_component(name)


def test_a_new_one_is_sent_a_link_and_hears_of_everything_once_it_is_followed(api, olive, client, mailbox, run_jobs):
    answer = api(olive).post("/subscribers", json={"email": SUE})
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    made = answer.json["data"]
    assert (made["email"], made["global"], made["subscriptions"], made["verified_at"]) == (SUE, True, [], None)
    run_jobs()
    (message,) = mailbox.to(SUE)
    link = re.search(r"http://status\.test(/\S*verify\S*)", mailbox.text(message))[1]
    client.post(link)
    (shown,) = api(olive).get("/subscribers").json["data"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", shown["verified_at"])


@pytest.mark.parametrize("yes", [True, "true", "True", 1, "1"])
def test_one_that_is_verified_already_gets_no_mail(api, olive, mailbox, run_jobs, yes):
    made = api(olive).post("/subscribers", json={"email": SUE, "verify": yes}).json["data"]
    assert made["verified_at"] is not None
    run_jobs()
    assert mailbox.messages == []
    make_incident()
    run_jobs()
    assert len(mailbox.to(SUE)) == 1


@pytest.mark.parametrize("no", [False, "false", "False", 0, "0", "", None])
def test_one_that_is_not_gets_one(api, olive, mailbox, run_jobs, no):
    made = api(olive).post("/subscribers", json={"email": SUE, "verify": no}).json["data"]
    assert made["verified_at"] is None
    run_jobs()
    assert len(mailbox.to(SUE)) == 1


def test_one_address_is_not_mailed_again_and_again(api, olive, mailbox, run_jobs):
    client = api(olive)
    answers = []
    for _ in range(7):
        answers.append(client.post("/subscribers", json={"email": SUE}))
        # Known already: nothing is sent, so nothing is counted.
        client.post("/subscribers", json={"email": SUE})
        if answers[-1].status_code == 200:
            client.delete(f"/subscribers/{answers[-1].json['data']['id']}")
        run_jobs()
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert client.post("/subscribers", json={"email": SUE, "verify": True}).status_code == 200
    assert client.post("/subscribers", json={"email": "tom@example.org"}).status_code == 200


def test_it_may_choose_components_and_hears_of_no_others(api, olive):
    make_components()
    sent = {"email": SUE, "verify": True, "components": [3, 1, 3]}
    made = api(olive).post("/subscribers", json=sent).json["data"]
    assert made["global"] is False
    assert [row["component_id"] for row in made["subscriptions"]] == [1, 3]
    assert {row["subscriber_id"] for row in made["subscriptions"]} == {made["id"]}
    assert api(olive).get("/subscribers").json["data"] == [made]


@pytest.mark.parametrize("none", [None, [], ""])
def test_no_components_are_everything(api, olive, none):
    make_components()
    made = api(olive).post("/subscribers", json={"email": SUE, "components": none}).json["data"]
    assert (made["global"], made["subscriptions"]) == (True, [])


def test_components_come_in_a_form_too_also_hidden_ones(api, olive):
    make_components()
    make_component("Inner", visibility=Visibility.MEMBERS)
    made = api(olive).post("/subscribers", data={"email": SUE, "components[]": ["2", "4"]}).json["data"]
    assert [row["component_id"] for row in made["subscriptions"]] == [2, 4]


@pytest.mark.parametrize("address", [SUE, "Sue@Example.ORG", f" {SUE} "])
@pytest.mark.parametrize("verified", [True, False])
def test_a_known_address_is_answered_as_it_is_and_gets_no_mail(api, olive, mailbox, run_jobs, address, verified):
    make_components()
    make_subscriber(SUE, verified=verified, components=[db.session.get_one(Component, 1)])
    run_jobs()
    mailbox.messages.clear()
    client = api(olive)
    before, events = client.get("/subscribers").json["data"], db.session.query(Event).count()
    answer = client.post("/subscribers", json={"email": address, "verify": True, "components": [2, 3]})
    assert (answer.status_code, answer.json["data"]) == (200, before[0])
    run_jobs()
    assert (mailbox.messages, db.session.query(Event).count()) == ([], events)
    assert client.get("/subscribers").json["data"] == before


def test_one_address_sent_many_times_at_once_is_one_subscriber(api, olive):
    make_components()
    clients = [api(olive) for _ in range(5)]
    for number in (1, 2, 3, 4):
        sent = {"email": f"sue{number}@example.org", "components": [1, 2]}
        with ThreadPoolExecutor(len(clients)) as pool:
            answers = list(pool.map(lambda client, sent=sent: client.post("/subscribers", json=sent), clients))
        assert [answer.text for answer in answers if answer.status_code != 200] == []
        assert {answer.json["data"]["id"] for answer in answers} == {known()[-1].id}
        assert (len(known()), db.session.query(Subscription).count()) == (number, 2 * number)
        db.session.rollback()


@pytest.mark.parametrize("verify", [True, False])
def test_nobody_brings_back_an_address_that_left(api, olive, mailbox, run_jobs, verify):
    make_subscriber(SUE).unsubscribe()
    db.session.commit()
    client = api(olive)
    answer = client.post("/subscribers", json={"email": SUE, "verify": verify})
    assert (answer.status_code, answer.json["data"]["email"], answer.json["data"]["verified_at"]) == (200, SUE, None)
    run_jobs()
    assert mailbox.messages == []
    assert [subscriber.is_active for subscriber in known()] == [False]
    assert client.get("/subscribers").json["data"] == []
    # Forgotten, it could be subscribed as if it had never left.
    assert client.delete("/subscribers/1").status_code == 404
    assert len(known()) == 1


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("email", None),
        ("email", ""),
        ("email", "sue"),
        ("email", "sue@"),
        ("email", "sue@example.org\r\nBcc: all@example.org"),
        ("email", "süe@example.org"),
        ("email", "a\0@example.org"),
        ("email", "\ud800@example.org"),
        ("email", "x" * 300 + "@example.org"),
        ("email", 5),
        ("email", [SUE]),
        ("email", {"a": SUE}),
        ("verify", "perhaps"),
        ("verify", 2),
        ("verify", [True]),
        ("components", "API"),
        ("components", 1),
        ("components", True),
        ("components", ["API"]),
        ("components", [[1]]),
        ("components", [0]),
        ("components", [-1]),
        ("components", [1, 99]),
        ("components", [2**70]),
        ("components", [None]),
    ],
    ids=lambda value: str(value)[:30].encode("ascii", "replace").decode(),
)
def test_what_makes_no_sense_is_refused_by_name(api, olive, field, sent):
    make_components()
    client = api(olive)
    events = db.session.query(Event).count()
    (told,) = details(client.post("/subscribers", json={"email": SUE, field: sent}))
    assert field in told
    assert (known(), db.session.query(Event).count()) == ([], events)


def test_an_empty_body_names_what_is_missing(api, olive):
    assert details(api(olive).post("/subscribers")) == ["The email field is required."]


def test_it_is_deleted_once_with_what_it_chose(api, olive):
    make_components()
    client = api(olive)
    client.post("/subscribers", json={"email": SUE, "components": [1, 2]})
    answer = client.delete("/subscribers/1")
    assert (answer.status_code, answer.data) == (204, b"")
    assert client.delete("/subscribers/1").status_code == 404
    assert (known(), db.session.query(Subscription).count()) == ([], 0)
    assert client.post("/subscribers", json={"email": SUE}).json["data"]["global"] is True


def test_one_component_less_and_never_everything(api, olive, mailbox, run_jobs):
    make_components()
    client = api(olive)
    rows = client.post("/subscribers", json={"email": SUE, "verify": 1, "components": [1, 2]}).json["data"][
        "subscriptions"
    ]
    answer = client.delete(f"/subscriptions/{rows[0]['id']}")
    assert (answer.status_code, answer.data) == (204, b"")
    assert client.delete(f"/subscriptions/{rows[0]['id']}").status_code == 404
    (left,) = client.get("/subscribers").json["data"]
    assert (left["global"], [row["component_id"] for row in left["subscriptions"]]) == (False, [2])
    assert client.delete(f"/subscriptions/{rows[1]['id']}").status_code == 204
    (left,) = client.get("/subscribers").json["data"]
    assert (left["global"], left["subscriptions"]) == (False, [])
    make_incident()
    run_jobs()
    assert mailbox.messages == []


def test_what_somebody_chose_who_left_is_left_alone(api, olive):
    make_components("API")
    client = api(olive)
    row = client.post("/subscribers", json={"email": SUE, "verify": 1, "components": [1]}).json["data"][
        "subscriptions"
    ][0]
    known()[0].unsubscribe()
    db.session.commit()
    assert client.delete(f"/subscriptions/{row['id']}").status_code == 404
    assert db.session.query(Subscription).count() == 1


def test_they_are_listed_by_id_and_page_by_page(api, olive):
    client = api(olive)
    for name in ("c", "a", "b"):
        client.post("/subscribers", json={"email": f"{name}@example.org"})
    assert [row["id"] for row in client.get("/subscribers?sort=email&order=desc").json["data"]] == [1, 2, 3]
    page = client.get("/subscribers?per_page=2&page=2").json
    assert ([row["id"] for row in page["data"]], page["meta"]["pagination"]["total"]) == ([3], 3)


def test_times_stand_in_the_zone_of_the_page(api, olive):
    Setting.set(timezone="Asia/Tokyo")
    db.session.commit()
    client = api(olive)
    here = client.post("/subscribers", json={"email": SUE, "verify": True}).json["data"]["verified_at"]
    (elsewhere,) = client.get("/subscribers", headers={"Time-Zone": "UTC"}).json["data"]
    assert here != elsewhere["verified_at"]


def test_only_a_token_with_the_ability_reads_and_writes(api, olive, vic):
    make_components("API")
    make_subscriber(components=[db.session.get_one(Component, 1)])
    paths = [("get", "/subscribers"), ("post", "/subscribers")]
    paths += [("delete", "/subscribers/1"), ("delete", "/subscriptions/1")]
    for method, path in paths:
        for stranger in ({}, {"X-Cachet-Token": "wrong"}):
            answer = getattr(api(), method)(path, headers=stranger)
            assert (answer.status_code, answer.content_type) == (401, "application/json")
        assert getattr(api(vic), method)(path).status_code == 403
        assert getattr(api(olive, ["components.manage"]), method)(path).status_code == 403
    assert len(known()) == 1
    able = api(olive, ["subscribers.manage"])
    assert able.get("/subscribers").status_code == 200
    # Who they are and how many is nobody else's business, so those who may not know are all told the same.
    for path in ("/subscribers/9", "/subscriptions/9"):
        assert able.delete(path).status_code == 404
        assert (api().delete(path).status_code, api(vic).delete(path).status_code) == (401, 403)


@pytest.mark.parametrize("method", ["get", "put"])
def test_there_is_no_way_to_read_or_change_one(api, olive, method):
    make_subscriber()
    assert getattr(api(olive), method)("/subscribers/1", json={}).status_code == 405


def test_the_list_takes_as_many_queries_whatever_its_length(api, olive):
    make_components()
    client = api(olive)
    client.get("/components")
    counts = []
    for more in (2, 6):
        for n in range(more):
            client.post("/subscribers", json={"email": f"{more}{n}@example.org", "components": [1, 2, 3]})
        db.session.remove()
        with count_queries() as sent:
            assert len(client.get("/subscribers?per_page=100").json["data"]) in (2, 8)
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 6
