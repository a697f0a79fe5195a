"""A PostgreSQL that is restarted under a running application: what was connected to it connects again."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from flask_migrate import upgrade
from sqlalchemy import text

import config
from app import create_app, throttle
from app.extensions import db
from tests.needs import lacking
from tests.processes import free_port

KEY = "k3yk3yABCDEFGHIJKLMNopqrstuvwxyz0123"


class Server:
    """A cluster of our own in a folder; run by `postgres` where we are root, which PostgreSQL refuses to be run by."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self.binaries, self.data, self.port = binaries, folder / "data", free_port()
        self.user = "postgres" if os.getuid() == 0 else None
        if self.user:
            shutil.chown(folder, self.user)
        self.run("initdb", "-A", "trust", "-U", "daymark", "--no-sync")

    def run(self, program: str, *words: str) -> None:
        """One of PostgreSQL's programs, to its end."""
        subprocess.run(
            [self.binaries / program, "-D", self.data, *words],
            user=self.user,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=60,
            cwd="/",
        )

    def start(self) -> None:
        """Have it run."""
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self.data} -c fsync=off"
        self.run("pg_ctl", "-w", "-l", str(self.data / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Stop it at once, whoever is connected."""
        self.run("pg_ctl", "-w", "-m", "fast", "stop")


@pytest.fixture
def server():
    """A running PostgreSQL."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        lacking("PostgreSQL is not installed")
    if os.getuid() == 0 and "postgres" not in {user.pw_name for user in pwd.getpwall()}:
        lacking("there is no user postgres")
    folder = Path(tempfile.mkdtemp(prefix="daymark-pg-"))
    made = Server(found[-1].parent, folder)
    made.start()
    yield made
    subprocess.run(
        [made.binaries / "pg_ctl", "-D", made.data, "-m", "immediate", "stop"],
        user=made.user,
        check=False,
        capture_output=True,
        cwd="/",
    )
    shutil.rmtree(folder)


def test_after_a_restart_of_the_database_the_first_request_is_answered(server, valkey, tmp_path, app):
    read = config.load(
        {
            "APP_KEY": KEY,
            "DATABASE_URL": f"postgresql://daymark@127.0.0.1:{server.port}/postgres",
            "ENV_FILE": "/dev/null",
        }
    )
    database = {name: value for name, value in read.items() if name.startswith("SQLALCHEMY_")}
    other = create_app({"TESTING": True, "SECRET_KEY": KEY, "INSTANCE": tmp_path, "REDIS_URL": valkey, **database})
    visitor = other.test_client()
    try:
        with other.app_context():
            upgrade()
            pids = db.session.scalar(text("SELECT pg_backend_pid()"))
            db.session.remove()
        assert visitor.get("/readyz").json["checks"]["database"] == "ok"
        server.stop()
        assert visitor.get("/readyz").status_code == 503
        assert visitor.get("/auth/login").status_code == 503
        server.start()
        assert visitor.get("/readyz").status_code == 200
        assert visitor.get("/").location == "/setup"
        # Restarted between two requests, nobody notices at all.
        server.stop()
        server.start()
        assert visitor.get("/").status_code == 302
        with other.app_context():
            assert db.session.scalar(text("SELECT pg_backend_pid()")) != pids
            assert db.engine.pool.size() == read["WEB_THREADS"]
            db.engine.dispose()
    finally:
        throttle.init_app(app)  # the limiter is one for all applications of a process
