"""What stands beside the answers: ETag, and how much may still be asked."""

import pytest

from app.extensions import db
from tests.factories import make_component, make_incident

REPORT = {"name": "Slow", "status": 1, "message": "We look into it."}


@pytest.mark.parametrize("path", ["/components", "/components/1", "/incidents", "/incidents/1", "/version", "/status"])
def test_what_has_not_changed_is_not_sent_again(api, olive, path):
    make_component()
    make_incident()
    db.session.commit()
    first = api().get(path)
    again = api().get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "X-Cachet-Token" in again.headers["Vary"]


def test_what_has_changed_is(api, olive):
    component = make_component()
    db.session.commit()
    tag = api().get("/components").headers["ETag"]
    assert api(olive).put(f"/components/{component.id}", json={"name": "Renamed"}).status_code == 200
    answer = api().get("/components", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.json["data"][0]["name"]) == (200, "Renamed")


def test_only_good_answers_to_reads_have_a_tag(api, olive):
    assert "ETag" not in api().get("/components/9").headers
    assert "ETag" not in api(olive).post("/incidents", json=REPORT).headers


def test_a_write_tells_how_many_are_left(app, api, olive, monkeypatch):
    monkeypatch.setitem(app.config, "API_RATE_LIMIT", 3)
    client = api(olive)
    answers = [client.post("/incidents", json=REPORT) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert {answer.headers["X-RateLimit-Limit"] for answer in answers} == {"3"}
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert "Retry-After" not in answers[0].headers
    # A reader is not counted, and another token has its own count.
    assert "X-RateLimit-Limit" not in client.get("/incidents").headers
    assert api(olive).post("/incidents", json=REPORT).status_code == 200


def test_reads_can_be_limited_too(app, api, olive, monkeypatch):
    monkeypatch.setitem(app.config, "API_READ_LIMIT", 2)
    answers = [api().get("/incidents") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json["errors"][0]["detail"] == "Rate limit exceeded."


def test_no_limit_means_none(app, api, olive, monkeypatch):
    monkeypatch.setitem(app.config, "API_RATE_LIMIT", 0)
    assert "X-RateLimit-Limit" not in api(olive).post("/incidents", json=REPORT).headers
