import re

import sqlalchemy as sa

from app.extensions import db
from app.models import Subscriber
from tests.contract.golden import CHANGED, LATER, MADE, made, read
from tests.factories import make_component

CODE = "0123456789abcdef"
UNVERIFIED = {
    "id": 1,
    "email": "sue@example.org",
    "verify_code": CODE,
    "phone_number": None,
    "slack_webhook_url": None,
    "verified_at": None,
    "global": True,
    "created_at": MADE,
    "updated_at": CHANGED,
    "subscriptions": [],
}
ROW = {"id": 1, "subscriber_id": 1, "component_id": 1, "created_at": MADE, "updated_at": CHANGED}
CHOSEN = [ROW, {**ROW, "id": 2, "component_id": 3}]


def check(writer, answer, golden) -> None:
    """The answer to POST, to the same again, and the list; with a known code and time of verification."""
    code, verified_at = answer.json["data"]["verify_code"], answer.json["data"]["verified_at"]
    assert re.fullmatch(r"[0-9a-f]{16}", code)
    assert (verified_at is None) == (golden["verified_at"] is None)
    made(answer, {**golden, "verify_code": code, "verified_at": verified_at})
    made(writer.post("/subscribers", json={"email": golden["email"]}), answer.json["data"])
    db.session.execute(sa.update(Subscriber).values(link_key=CODE))
    if verified_at is not None:
        db.session.execute(sa.update(Subscriber).values(verified_at=LATER))
    read([writer], "", golden, listed="/subscribers")


def test_of_everything_and_not_verified(writer):
    check(writer, writer.post("/subscribers", json={"email": "sue@example.org"}), UNVERIFIED)


def test_of_everything_and_verified(writer):
    golden = {**UNVERIFIED, "verified_at": CHANGED}
    check(writer, writer.post("/subscribers", json={"email": "sue@example.org", "verify": True}), golden)


def test_of_some_components(writer):
    for name in ("API", "Web", "Mail"):
        make_component(name)
    golden = {**UNVERIFIED, "global": False, "subscriptions": CHOSEN}
    check(writer, writer.post("/subscribers", json={"email": "sue@example.org", "components": [1, 3]}), golden)


def test_of_nothing_any_more(writer):
    make_component()
    sent = {"email": "sue@example.org", "components": [1], "verify": True}
    answer = writer.post("/subscribers", json=sent)
    writer.delete("/subscriptions/1")
    db.session.execute(sa.update(Subscriber).values(link_key=CODE, verified_at=LATER))
    read([writer], "", {**UNVERIFIED, "global": False, "verified_at": CHANGED}, listed="/subscribers")
    assert answer.json["data"]["subscriptions"][0]["id"] == 1


def test_guests_are_shown_nobody(guest, writer):
    writer.post("/subscribers", json={"email": "sue@example.org"})
    assert "sue" not in guest.get("/subscribers").text
