"""A PostgreSQL that is restarted under a running application: what was connected to it connects again."""

import pytest
from flask_migrate import upgrade
from sqlalchemy import text

import config
from app import create_app, throttle
from app.extensions import db
from tests import servers

KEY = "k3yk3yABCDEFGHIJKLMNopqrstuvwxyz0123"


@pytest.fixture
def server():
    """A running PostgreSQL."""
    with servers.running("postgresql") as server:
        yield server


def test_after_a_restart_of_the_database_the_first_request_is_answered(server, valkey, tmp_path, app):
    read = config.load({"APP_KEY": KEY, "DATABASE_URL": server.url, "ENV_FILE": "/dev/null"})
    database = {name: value for name, value in read.items() if name.startswith("SQLALCHEMY_")}
    other = create_app({"TESTING": True, "SECRET_KEY": KEY, "INSTANCE": tmp_path, "REDIS_URL": valkey, **database})
    visitor = other.test_client()
    try:
        with other.app_context():
            upgrade()
            pid = db.session.scalar(text("SELECT pg_backend_pid()"))
            db.session.remove()
        assert visitor.get("/readyz").json["checks"]["database"] == "ok"
        # Restarted between two requests, nobody notices at all.
        server.stop()
        server.start()
        assert visitor.get("/").location == "/setup"
        with other.app_context():
            assert db.session.scalar(text("SELECT pg_backend_pid()")) != pid
            assert db.engine.pool.size() == read["WEB_THREADS"]
        server.stop()
        assert visitor.get("/readyz").status_code == visitor.get("/auth/login").status_code == 503
    finally:
        with other.app_context():
            db.engine.dispose()
        throttle.init_app(app)  # the limiter is one for all applications of a process
