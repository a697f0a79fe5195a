"""When things go wrong: a calm page, the right code, one line in the log, never a trace."""

import logging
import sqlite3
import uuid
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from app import create_app
from app.extensions import db
from app.models import Component, Incident
from app.models.component import Tag
from tests.factories import make_component
from tests.processes import wait_until


@pytest.fixture
def without_database(app, tmp_path):
    """A second application whose database is in a folder that is not there."""
    settings = {name: app.config[name] for name in ("SECRET_KEY", "REDIS_URL", "APP_URL", "TESTING")}
    gone = {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path}/gone/daymark.sqlite", "INSTANCE": tmp_path / "instance"}
    return create_app({**settings, **gone})


@pytest.mark.parametrize("path", ["/", "/setup", "/dashboard/", "/incidents/1", "/auth/login"])
def test_while_the_database_is_gone_every_page_says_back_soon(without_database, path, caplog):
    with caplog.at_level(logging.ERROR):
        answer = without_database.test_client().get(path)
    assert answer.status_code == 503
    assert "We will be right back" in answer.text
    assert "Retry-After" in answer.headers
    assert "Traceback" not in answer.text and "sqlite" not in answer.text.lower()
    assert len(caplog.records) == 1
    assert "DATABASE_URL" in caplog.text


def test_while_the_database_is_gone_pages_keep_their_looks(without_database):
    client = without_database.test_client()
    page = client.get("/").text
    looks = [address for address in page.split('"') if address.startswith(("/assets/", "/static/"))]
    assert len(looks) == 3
    assert [client.get(address).status_code for address in looks] == [200, 200, 200]


def test_the_api_says_so_in_its_own_envelope(without_database):
    answer = without_database.test_client().get("/api/v1/components")
    assert answer.status_code == 503
    assert answer.content_type == "application/json"
    assert answer.json["errors"][0]["status"] == 503


def test_a_proxy_that_holds_an_old_page_is_told_to_show_it(app, tmp_path):
    settings = {name: app.config[name] for name in ("SECRET_KEY", "REDIS_URL", "APP_URL", "TESTING")}
    gone = {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path}/gone/daymark.sqlite", "INSTANCE": tmp_path / "instance"}
    behind = create_app({**settings, **gone, "TRUSTED_PROXIES": (ip_network("127.0.0.1"),)}).test_client()
    for told, status in (("EXPIRED", 504), ("MISS", 503), ("BYPASS", 503), ("", 503)):
        answer = behind.get("/", headers={"X-Cache-Status": told})
        assert answer.status_code == status and "We will be right back" in answer.text, told
    stranger = create_app({**settings, **gone, "TRUSTED_PROXIES": ()}).test_client()
    assert stranger.get("/", headers={"X-Cache-Status": "EXPIRED"}).status_code == 503


def test_a_locked_database_is_a_503_and_nothing_is_half_done(app, api, olive, monkeypatch):
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() != "sqlite":
        pytest.skip("only SQLite locks the whole database")
    client = api(olive)
    with sqlite3.connect(url.database, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = client.post("/incidents", json={"name": "Late", "message": "…", "status": 1})
        other.execute("ROLLBACK")
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    answer = client.post("/incidents", json={"name": "Late", "message": "…", "status": 1})
    assert answer.status_code == 200
    assert len(client.get("/incidents").json["data"]) == 1


def test_two_who_wait_for_each_other_are_told_to_look_again(app, api, olive):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one lock for all")
    first, second = make_component("API").id, make_component("Web").id
    work = {"name": "Upgrade", "status": 1, "scheduled_at": "2026-01-01 10:00", "components": [first, second]}
    client = api(olive)

    def change(other, component_id):
        other.execute(sa.update(Component).where(Component.id == component_id).values(description="Other"))

    with db.engine.connect() as other, ThreadPoolExecutor() as pool:
        # Much was written here: this is the one that MySQL lets go on; PostgreSQL lets the one who came later.
        other.execute(sa.insert(Tag), [{"name": f"t{number}", "slug": f"t{number}"} for number in range(100)])
        change(other, second)
        asked = pool.submit(client.post, "/schedules", json=work)
        wait_until(lambda: waits(first), 30, "the request's wait")
        change(other, first)
        answer = asked.result()
        other.rollback()
    assert answer.status_code == 409, answer.text
    assert client.post("/schedules", json=work).status_code == 200


def waits(component_id: int) -> bool:
    """Whether somebody else holds the component, on its way to others."""
    held = sa.select(Component.id).where(Component.id == component_id).with_for_update(skip_locked=True)
    with db.engine.connect() as third:
        return third.scalar(held) is None


@pytest.mark.parametrize("path", ["/api/v1/incidents", "/dashboard/incidents/create"])
def test_a_disk_that_fills_up_in_the_middle_of_a_write_is_a_503(app, api, sign_in, olive, caplog, path):
    def fill_up(_connection, _cursor, statement, *_rest):
        if statement.startswith("INSERT INTO incidents"):
            raise db.engine.dialect.dbapi.OperationalError("database or disk is full")

    caller = api(olive) if path.startswith("/api") else sign_in(olive)
    words = {"name": "Late", "message": "It burns.", "status": 1}
    if not path.startswith("/api"):
        caller.get(path)
    sa.event.listen(db.engine, "before_cursor_execute", fill_up)
    try:
        answer = caller.post("/incidents", json=words) if path.startswith("/api") else caller.submit(path, **words)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", fill_up)
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    assert "Traceback" not in caplog.text


def test_an_unexpected_fault_shows_its_number_and_nothing_else(app, client, monkeypatch, caplog):
    secret = uuid.uuid4().hex

    def fail(*_args):
        raise RuntimeError(secret)

    monkeypatch.setattr(Incident, "on_page", fail)
    make_component()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        answer = client.get("/")
    finally:
        app.config["PROPAGATE_EXCEPTIONS"] = None
    assert answer.status_code == 500
    assert secret not in answer.text
    assert answer.headers["X-Request-Id"] in answer.text
    assert secret in caplog.text


def test_a_page_that_is_not_there(client):
    answer = client.get("/no/such/page")
    assert answer.status_code == 404
    assert "Nothing here" in answer.text
    assert "Set-Cookie" not in answer.headers


def test_too_large_a_body_is_refused(client):
    answer = client.post("/subscribe", data={"email": "x" * 3_000_000})
    assert answer.status_code == 413
    assert "2 MB" in answer.text
