"""Signs of life: who asks nobody, who asks all, and what is said of what is missing."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.lib import revisions
from app.models import Setting
from tests.queries import count_queries

WELL = {"status": "ok", "checks": {"database": "ok", "redis": "ok", "migrations": "ok"}}


@pytest.fixture
def version(client):
    """version(name): what migrations left in the database, for this test."""
    yield lambda name: set_version(name)
    set_version(revisions.HEAD)


def set_version(name):
    db.session.execute(sa.text("UPDATE alembic_version SET version_num = :name"), {"name": name})
    db.session.commit()


def test_a_process_that_lives_asks_nobody(vic, sign_in):
    browser = sign_in(vic)
    db.session.remove()
    with count_queries() as sent:
        answer = browser.get("/livez")
    assert (answer.status_code, answer.json, sent) == (200, {"status": "ok"}, [])
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_both_are_never_kept_and_plain_for_those_who_ask(client, path):
    for _again in range(2):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Cache-Control"], answer.mimetype) == (
            200,
            "no-store",
            "application/json",
        )
    plain = client.get(path, headers={"Accept": "text/plain"})
    assert plain.mimetype == "text/plain" and plain.text.startswith("ok\n")
    assert "Accept" in plain.headers["Vary"]
    assert client.head(path).status_code == 200


def test_ready_with_all_it_needs_also_before_setup_and_for_members_only(app, client):
    assert client.get("/readyz").json == WELL
    Setting.set(members_only=True)
    db.session.commit()
    assert client.get("/readyz").json == WELL
    assert client.get("/livez").status_code == 200


def test_ready_while_the_page_is_down_on_purpose(client):
    Setting.set(down_since="2026-11-21T12:00:00+00:00")
    db.session.commit()
    assert client.get("/").status_code == 503
    assert client.get("/readyz").json == WELL
    assert client.get("/livez").status_code == client.get("/health").status_code == 200


def test_ready_before_it_is_set_up(app):
    assert app.test_client().get("/").location == "/setup"
    assert app.test_client().get("/readyz").json == WELL


def test_without_its_database_it_lives_and_is_not_ready_and_tells_no_secret(another, tmp_path):
    client = another(SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path}/hunter2/x.sqlite", SQLALCHEMY_ENGINE_OPTIONS={})
    assert client.get("/livez").status_code == client.get("/health").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["status"] == "unavailable" and answer.json["checks"]["redis"] == "ok"
    assert "DATABASE_URL" in answer.json["checks"]["database"]
    plain = client.get("/readyz", headers={"Accept": "text/plain"})
    assert plain.text.splitlines()[1].startswith("database: does not answer")
    assert "hunter2" not in answer.text + plain.text and answer.headers["Cache-Control"] == "no-store"


def test_without_its_redis_it_lives_and_is_not_ready(another, tmp_path):
    client = another(REDIS_URL=f"unix://{tmp_path}/hunter2.sock")
    assert client.get("/livez").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503 and "REDIS_URL" in answer.json["checks"]["redis"]
    assert answer.json["checks"]["database"] == "ok" and "hunter2" not in answer.text


def test_not_ready_before_the_migrations_have_run(another, tmp_path, client, version):
    empty = another(SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path}/empty.sqlite", SQLALCHEMY_ENGINE_OPTIONS={})
    assert "db upgrade" in empty.get("/readyz").json["checks"]["migrations"]
    version("0001")
    answer = client.get("/readyz")
    assert answer.status_code == 503 and "db upgrade" in answer.json["checks"]["migrations"]


def test_ready_while_a_newer_release_has_migrated_already(client, version):
    version("9999")
    assert client.get("/readyz").json == WELL
