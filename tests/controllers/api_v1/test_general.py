from datetime import timedelta

import pytest

from app.extensions import db
from app.models import ApiToken, Component, Tag
from app.models.enums import ComponentStatus, Visibility
from tests.factories import make_component, make_group, make_incident, make_maintenance
from tests.queries import count_queries


def test_it_answers_a_ping_even_without_a_token(api, olive):
    answer = api().get("/ping")
    assert (answer.status_code, answer.content_type, answer.json) == (200, "application/json", {"data": "Pong!"})


def test_the_version_is_that_of_the_api_it_speaks(api, olive):
    answer = api().get("/version").json
    assert answer["data"].startswith("2.4.")
    assert answer["meta"]["on_latest"] is True
    assert set(answer["meta"]["latest"]) == {"tag_name", "prelease", "draft"}


def test_with_no_components_the_system_is_operational(api, olive):
    answer = api().get("/status")
    assert answer.json == {"data": {"status": "success", "message": "System operational"}}
    assert answer.headers["Cache-Control"] == "max-age=30, public"


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([3], ("info", "The system is experiencing issues")),
        ([1, 1], ("success", "All systems are operational")),
        ([1, 1, 4], ("info", "Some systems are experiencing issues")),
        ([4, 4], ("danger", "Some systems are experiencing major issues")),
        ([4], ("danger", "The system is experiencing major issues")),
        ([5, 1], ("info", "Some systems are experiencing issues")),
    ],
)
def test_the_status_follows_the_components(api, olive, statuses, expected):
    for status in statuses:
        make_component(status=ComponentStatus(status))
    assert tuple(api().get("/status").json["data"].values()) == expected


def test_the_status_tells_guests_nothing_of_hidden_components(api, olive):
    make_component(group=make_group(visibility=Visibility.MEMBERS), status=ComponentStatus.MAJOR_OUTAGE)
    assert api().get("/status").json["data"]["status"] == "success"
    answer = api(olive).get("/status")
    assert answer.json["data"]["status"] == "danger"
    assert "private" in answer.headers["Cache-Control"]


def test_an_open_incident_without_components_is_an_issue(api, olive):
    make_component()
    make_incident()
    assert api().get("/status").json["data"]["status"] == "info"


def test_running_work_without_components_is_told_as_in_the_banner(api, olive, client):
    make_component()
    make_maintenance(starts_in=timedelta(hours=-1))
    assert "Maintenance in progress" in client.get("/").text
    assert api().get("/status").json["data"]["status"] == "info"


def test_the_status_asks_few_queries(api, olive):
    for number in range(3):
        component = make_component(f"C{number}")
        make_incident(impacts={component: ComponentStatus.PERFORMANCE_ISSUES})
        make_maintenance(starts_in=timedelta(hours=-1), components=[component])
    db.session.remove()
    with count_queries() as sent:
        assert api().get("/status").json["data"]["status"] == "info"
    assert len(sent) <= 7


@pytest.mark.parametrize(
    "path", ["/unknown", "/", "/components/none", "/components/99999999999999999999", "/incidents/-1"]
)
def test_an_unknown_address_is_a_404_in_the_envelope(api, olive, path):
    answer = api().get(path)
    assert (answer.status_code, answer.content_type) == (404, "application/json")
    error = answer.json["errors"][0]
    assert (error["status"], error["title"]) == (404, "Not Found")
    assert error["id"] and error["detail"]


def test_a_wrong_method_is_a_405_that_names_the_right_ones(api, olive):
    answer = api(olive).put("/components")
    assert answer.status_code == answer.json["errors"][0]["status"] == 405
    assert {"GET", "HEAD", "OPTIONS", "POST"} == set(answer.headers["Allow"].split(", "))


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("text/html", 406),
        ("application/vnd.api+json", 406),
        ("application/json;q=0", 406),
        ("application/json; indent=4;q=0", 406),
        ("application/json", 200),
        ("application/json; indent=4", 200),
        ("application/*", 200),
        ("text/html, */*;q=0.1", 200),
        ("*", 200),
    ],
)
def test_it_answers_those_who_take_json(api, olive, accept, status):
    answer = api().get("/ping", headers={"Accept": accept})
    assert answer.status_code == status
    assert answer.content_type == "application/json"


def test_a_trailing_slash_changes_nothing_and_redirects_nobody(api, olive):
    answer = api(olive).post("/components/", json={"name": "API", "status": 1})
    assert answer.status_code == 200
    assert api().get("/components/").json == api().get("/components").json


def test_head_and_options_work(api, olive):
    head = api().head("/components")
    assert (head.status_code, head.data) == (200, b"")
    options = api().options("/components")
    assert (options.status_code, options.data) == (200, b"")
    assert "POST" in options.headers["Allow"]


def test_before_the_wizard_was_walked_it_is_unavailable(app):
    answer = app.test_client().get("/api/v1/components")
    assert answer.status_code == answer.json["errors"][0]["status"] == 503


def test_no_cookie_is_set_and_none_is_read(sign_in, olive):
    browser = sign_in(olive)
    answer = browser.post("/api/v1/components", json={"name": "API", "status": 1})
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers


def test_times_are_told_in_the_zone_that_the_client_names(api, olive):
    id = make_incident().id
    utc = api().get(f"/incidents/{id}").json["data"]["occurred_at"]
    tokyo = api().get(f"/incidents/{id}", headers={"Time-Zone": "Asia/Tokyo"}).json["data"]["occurred_at"]
    assert utc != tokyo


@pytest.mark.parametrize("name", ["Mars/Olympus", "../../etc/passwd", "America", "\u00e9"])
def test_a_zone_that_does_not_exist_is_refused(api, olive, name):
    answer = api().get("/components", headers={"Time-Zone": name})
    assert answer.status_code == 400
    assert "Time-Zone" in answer.json["errors"][0]["detail"]


def test_the_use_of_a_token_is_noted_at_most_once_a_minute(api, olive):
    client = api(olive)
    client.get("/components")
    first = db.session.query(ApiToken).one().last_used_at
    assert first is not None
    client.get("/components")
    client.post("/components", json={"name": "API", "status": 1})
    assert db.session.query(ApiToken).one().last_used_at == first


def test_a_fault_of_ours_is_a_500_in_the_envelope_and_leaves_nothing_behind(app, api, olive, monkeypatch):
    def clash(**_fields):
        db.session.add(Tag(name="One", slug="one"))
        db.session.flush()
        raise RuntimeError("of no concern to clients")

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(Component, "create", clash)
    answer = api(olive).post("/components", json={"name": "API", "status": 1})
    assert answer.status_code == answer.json["errors"][0]["status"] == 500
    assert "of no concern" not in answer.text
    assert db.session.query(Tag).count() == 0


def test_what_two_requests_do_to_each_other_is_a_409(app, api, olive, monkeypatch):
    def clash(**_fields):
        db.session.add_all([Tag(name="One", slug="one"), Tag(name="One", slug="one")])
        db.session.flush()

    monkeypatch.setattr(Component, "create", clash)
    answer = api(olive).post("/components", json={"name": "API", "status": 1})
    assert answer.status_code == answer.json["errors"][0]["status"] == 409
    assert "UNIQUE" not in answer.text
    assert db.session.query(Tag).count() == 0
