"""Subscribers and what they chose."""

import re

import pytest

from app.schemas.api_v1.answers import STAMP
from tests.controllers.api_v1.client_facts.sent import SUBSCRIBER
from tests.factories import make_component

KEYS = "id email verify_code verified_at global created_at updated_at subscriptions phone_number slack_webhook_url"


def test_one_has_these_keys(writer):
    made = writer.post("/subscribers", json=SUBSCRIBER).json["data"]
    assert set(made) == set(KEYS.split())
    assert writer.get("/subscribers").json["data"] == [made]


@pytest.mark.parametrize(
    ("sent", "is_sent_a_link"),
    [
        ({}, True),
        ({"verify": False}, True),
        ({"verify": "False"}, True),
        ({"verify": None}, True),
        ({"verify": True}, False),
        ({"verify": "True"}, False),
        ({"verify": 1}, False),
    ],
    ids=str,
)
def test_verify_means_that_it_is_verified_already(writer, mailbox, run_jobs, sent, is_sent_a_link):
    verified_at = writer.post("/subscribers", json={**SUBSCRIBER, **sent}).json["data"]["verified_at"]
    run_jobs()
    assert (verified_at is None) == is_sent_a_link == bool(mailbox.to("sue@example.org"))
    assert is_sent_a_link or re.fullmatch(STAMP, verified_at)


@pytest.mark.parametrize("components", [None, [], [2], [2, 1]])
def test_it_hears_of_everything_or_of_what_it_chose(writer, components):
    make_component("One")
    make_component("Two")
    made = writer.post("/subscribers", json={**SUBSCRIBER, "components": components}).json["data"]
    assert made["global"] is (not components)
    assert [row["component_id"] for row in made["subscriptions"]] == sorted(components or [])


def test_components_come_in_a_form_too(writer):
    for name in ("One", "Two"):
        make_component(name)
    made = writer.post("/subscribers", data={**SUBSCRIBER, "components[]": ["1", "2"]}).json["data"]
    assert [row["component_id"] for row in made["subscriptions"]] == [1, 2]


def test_the_same_address_again_is_the_same_subscriber(writer):
    made = writer.post("/subscribers", json={**SUBSCRIBER, "verify": True})
    again = writer.post("/subscribers", json=SUBSCRIBER)
    assert (again.status_code, again.json) == (200, made.json)


def test_there_is_no_way_to_change_one(writer):
    writer.post("/subscribers", json=SUBSCRIBER)
    assert writer.put("/subscribers/1", json=SUBSCRIBER).status_code == 405


def test_one_and_what_it_chose_are_deleted(writer):
    make_component()
    writer.post("/subscribers", json={**SUBSCRIBER, "components": [1]})
    assert writer.delete("/subscriptions/1").status_code == 204
    assert writer.delete("/subscription/1").status_code == 404
    assert writer.delete("/subscribers/1").status_code == 204
    assert writer.get("/subscribers").json["data"] == []
