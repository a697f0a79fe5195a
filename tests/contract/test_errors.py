"""The envelope of everything that was refused."""

import re
from http import HTTPStatus

import pytest

from app.models import Component
from tests.contract.golden import letters

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
VALID = {"name": "API", "status": 1}


def check(answer, status: int, title: str, details: list[str] | None = None) -> None:
    assert (answer.status_code, answer.content_type) == (status, "application/json")
    assert answer.headers["Cache-Control"] == "no-cache, private"
    (error,) = answer.json["errors"]
    assert list(answer.json) == ["errors"]
    assert re.fullmatch(UUID, error["id"])
    assert len(error["detail"]) > 10 and error["detail"][-1] == "."
    golden = {"id": error["id"], "status": status, "title": title, "detail": error["detail"]}
    if details is not None:
        golden |= {"detail": " ".join(details), "meta": {"details": details}}
    assert letters(error) == letters(golden)


def test_400_of_one_rule(writer):
    check(writer.post("/components", json={"status": 1}), 400, "Bad Request", ["The name field is required."])


def test_400_of_several_rules_in_their_order(writer):
    broken = [f"The {name} field is required." for name in ("name", "status", "message")]
    check(writer.post("/incidents", json={}), 400, "Bad Request", broken)


def test_400_of_a_body_that_is_no_json(writer):
    answer = writer.post("/components", data="{", content_type="application/json")
    check(answer, 400, "Bad Request", ["The body is not valid JSON."])


def test_401(guest):
    check(guest.post("/components", json=VALID), 401, "Unauthorized")
    check(guest.get("/subscribers"), 401, "Unauthorized")


def test_403(api, vic):
    check(api(vic).post("/components", json=VALID), 403, "Forbidden")


@pytest.mark.parametrize("path", ["/components/1", "/unknown", "", "/", "/components/1/parts"])
def test_404(both, path):
    for client in both:
        check(client.get(path), 404, "Not Found")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_404_of_an_unknown_address_whatever_the_method(both, method):
    for client in both:
        check(client.open("/unknown", method=method, json={}), 404, "Not Found")


def test_405(both):
    for client in both:
        answer = client.delete("/components")
        check(answer, 405, "Method Not Allowed")
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_406(both):
    for client in both:
        check(client.get("/components", headers={"Accept": "text/html"}), 406, "Not Acceptable")


def test_409(writer):
    headers = {"Idempotency-Key": "once"}
    writer.post("/components", json=VALID, headers=headers)
    check(writer.post("/components", json={**VALID, "name": "Web"}, headers=headers), 409, "Conflict")


def test_413(writer):
    check(writer.post("/components", json={"name": "x" * 3_000_000}), 413, HTTPStatus.REQUEST_ENTITY_TOO_LARGE.phrase)


def test_429(app, writer, monkeypatch):
    monkeypatch.setitem(app.config, "API_RATE_LIMIT", 1)
    writer.post("/components", json=VALID)
    answer = writer.post("/components", json=VALID)
    check(answer, 429, "Too Many Requests")
    assert answer.json["errors"][0]["detail"] == "Rate limit exceeded."
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_500(app, writer, monkeypatch):
    def fail(**_fields):
        raise RuntimeError("ours")

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(Component, "create", fail)
    check(writer.post("/components", json=VALID), 500, "Internal Server Error")


def test_503_before_the_page_was_set_up(app):
    check(app.test_client().get("/api/v1/components"), 503, "Service Unavailable")
