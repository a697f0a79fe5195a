"""Who may do what through API v1: guests, tokens, tokens without the ability, tokens of members without it."""

import pytest

from app.extensions import db
from app.models import ApiToken, Component, Metric
from app.models.enums import Visibility
from tests.factories import make_component, make_group, make_incident
from tests.people import PASSWORD

WRITES = [
    ("post", "/components"),
    ("put", "/components/1"),
    ("delete", "/components/1"),
    ("post", "/components/groups"),
    ("put", "/components/groups/1"),
    ("delete", "/components/groups/1"),
    ("post", "/incidents"),
    ("put", "/incidents/1"),
    ("delete", "/incidents/1"),
    ("post", "/incidents/1/updates"),
    ("put", "/incidents/1/updates/1"),
    ("delete", "/incidents/1/updates/1"),
]
READS = ["/components", "/components/1", "/components/groups", "/components/groups/1", "/incidents", "/incidents/1"]
READS += ["/incidents/1/updates", "/incidents/1/updates/1"]


@pytest.fixture
def one_of_each(olive):
    make_component()
    make_group()
    incident = make_incident()
    incident.post_update(status=incident.status, message="Still looking.", actor=olive)
    db.session.commit()


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_write_without_a_known_token_is_a_401(api, one_of_each, method, path):
    for headers in ({}, {"X-Cachet-Token": ""}, {"X-Cachet-Token": "wrong"}, {"Authorization": "Bearer wrong"}):
        answer = getattr(api(), method)(path, headers=headers, json={})
        assert answer.status_code == 401
        assert answer.json["errors"][0]["title"] == "Unauthorized"


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_token_of_a_viewer_may_write_nothing(api, one_of_each, vic, method, path):
    answer = getattr(api(vic), method)(path, json={})
    assert answer.status_code == answer.json["errors"][0]["status"] == 403


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_token_may_do_only_what_it_was_made_for(api, one_of_each, olive, method, path):
    other = "components.manage" if path.startswith("/incidents") else "incidents.manage"
    assert getattr(api(olive, [other]), method)(path, json={}).status_code == 403


@pytest.mark.parametrize("path", READS)
def test_reading_needs_no_token_and_a_wrong_one_is_none(api, one_of_each, path):
    assert api().get(path).status_code == 200
    assert api().get(path, headers={"X-Cachet-Token": "wrong"}).status_code == 200


def test_a_bearer_token_is_as_good(api, olive):
    client = api(olive)
    headers = {"Authorization": f"Bearer {client.token}"}
    assert api().post("/components", json={"name": "API", "status": 1}, headers=headers).status_code == 200


def test_a_password_does_not_write(api, olive):
    answer = api().post("/components", json={"name": "API", "status": 1}, auth=("olive", PASSWORD))
    assert answer.status_code == 401


def test_a_revoked_token_is_nobody(api, olive):
    client = api(olive)
    db.session.query(ApiToken).one().revoke(actor=olive)
    db.session.commit()
    assert client.post("/components", json={"name": "API", "status": 1}).status_code == 401


@pytest.mark.parametrize("path", ["/components/9", "/components/groups/9", "/incidents/9", "/incidents/9/updates/9"])
@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_what_is_not_there_is_a_404_before_anybody_is_asked_who_they_are(api, olive, method, path):
    for client in (api(), api(olive)):
        answer = getattr(client, method)(path)
        assert answer.status_code == answer.json["errors"][0]["status"] == 404


def test_hidden_things_do_not_exist_for_guests(api, olive):
    group = make_group(visibility=Visibility.MEMBERS)
    hidden = [make_component("Off", enabled=False), make_component("In", group=group)]
    hidden.append(make_component("Own", visibility=Visibility.HIDDEN))
    incident = make_incident(visibility=Visibility.HIDDEN)
    incident.post_update(status=incident.status, message="Still.", actor=olive)
    db.session.commit()
    paths = [f"/components/{component.id}" for component in hidden]
    paths += [f"/components/groups/{group.id}", f"/incidents/{incident.id}", f"/incidents/{incident.id}/updates"]
    paths += [f"/incidents/{incident.id}/updates/{incident.updates[0].id}"]
    for path in paths:
        assert api().get(path).status_code == 404, path
        assert api().put(path, json={"name": "x"}).status_code in (404, 405), path
        assert api(olive).get(path).status_code == 200, path
    for path in ("/components", "/components/groups", "/incidents"):
        assert api().get(path).json["data"] == []
        assert api(olive).get(path).json["data"]


def test_an_update_of_a_hidden_incident_cannot_be_read_through_another(api, olive):
    hidden, shown = make_incident(visibility=Visibility.MEMBERS), make_incident()
    update = hidden.post_update(status=hidden.status, message="Secret.", actor=olive)
    db.session.commit()
    assert api().get(f"/incidents/{shown.id}/updates/{update.id}").status_code == 404


def test_too_many_writes_are_refused_for_a_while_and_reads_never(app, api, olive, monkeypatch):
    most = 20
    monkeypatch.setitem(app.config, "API_RATE_LIMIT", most)
    stranger, client = api(), api(olive)
    for _ in range(most):
        assert stranger.post("/components", json={}).status_code == 401
    answer = stranger.post("/components", json={})
    assert answer.status_code == answer.json["errors"][0]["status"] == 429
    assert int(answer.headers["Retry-After"]) > 0
    # A made-up token is no way around it, and a real one has a count of its own.
    assert stranger.post("/components", json={}, headers={"X-Cachet-Token": "new"}).status_code == 429
    assert client.post("/components", json={"name": "API", "status": 1}).status_code == 200
    assert stranger.get("/components").status_code == 200
    assert db.session.query(Component).count() == 1


def test_a_token_that_may_not_read_sees_what_everyone_sees(api, olive):
    incident = make_incident(visibility=Visibility.MEMBERS)
    db.session.commit()
    path = f"/incidents/{incident.id}"
    assert api(olive).get(path).status_code == 200
    sender = api(olive, ["incidents.manage"])
    assert sender.get(path).status_code == 404
    assert sender.get("/incidents").json["data"] == []
    # It writes what it may write all the same.
    assert sender.put(path, json={"status": 2}).json["data"]["status"] == 2


def test_a_token_cannot_find_out_what_is_hidden_by_writing_what_it_may_not(api, olive):
    group = make_group(visibility=Visibility.MEMBERS)
    component = make_component("Own", group=group)
    incident = make_incident(visibility=Visibility.MEMBERS)
    metric = Metric.create(name="Own", suffix="x", visibility=Visibility.MEMBERS, actor=olive)
    db.session.commit()
    stranger, reader = api(olive, ["maintenances.manage"]), api(olive, ["api.read"])
    for path in (
        f"/components/{component.id}",
        f"/components/groups/{group.id}",
        f"/incidents/{incident.id}",
        f"/metrics/{metric.id}",
    ):
        for method in ("put", "delete"):
            assert getattr(stranger, method)(path, json={}).status_code == 404, path
            assert getattr(reader, method)(path, json={}).status_code == 403, path
    assert stranger.post(f"/incidents/{incident.id}/updates", json={}).status_code == 404
    assert stranger.post(f"/metrics/{metric.id}/points", json={}).status_code == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_id_beyond_all_ids_is_not_there(api, olive, method):
    for path in ("/components/2147483648", "/incidents/1/updates/99999999999999999999", "/schedules/00002147483648"):
        assert api(olive).open(path, method=method).status_code == 404
