"""Redis by address; with a real Valkey, its replica and a Sentinel that watches both."""

import os
import subprocess
import sys
from contextlib import ExitStack

import pytest
import redis
from rq import Queue

from app import create_app, throttle
from app.lib.redis_address import Client, watched
from tests.conftest import valkey_binary
from tests.processes import ROOT, free_port, wait_until


def test_what_an_address_says():
    place = watched("redis+sentinel://ada:p%40w@one:1,two,[::1]:3/mymaster/4?sentinel_password=x")
    assert place.sentinels == (("one", 1), ("two", 26379), ("::1", 3))
    assert (place.service, place.database, place.username, place.password) == ("mymaster", 4, "ada", "p@w")
    assert (place.sentinel_password, place.tls) == ("x", False)
    assert watched("rediss+sentinel://one/m").tls
    assert watched("redis://one:6379/0") is None
    for wrong in ("redis+sentinel://one", "redis+sentinel:///m", "redis+sentinel://one,/m", "redis+sentinel://one/m/x"):
        with pytest.raises(ValueError):
            watched(wrong)


def answers(port):
    try:
        return redis.Redis(port=port).ping()
    except redis.RedisError:
        return False


@pytest.fixture
def sentinel(tmp_path):
    """A master, its replica and a Sentinel; yields (address, process of the master)."""
    master, replica, watcher = free_port(), free_port(), free_port()
    (tmp_path / "sentinel.conf").write_text(
        f"port {watcher}\nsentinel monitor page 127.0.0.1 {master} 1\nsentinel down-after-milliseconds page 2000\n"
        "sentinel failover-timeout page 2000\n"
    )
    common = ["--save", "", "--repl-diskless-sync-delay", "0", "--bind", "127.0.0.1"]
    with ExitStack() as running:

        def start(*words):
            process = subprocess.Popen([valkey_binary(), *words], cwd=tmp_path, stdout=subprocess.DEVNULL)
            running.enter_context(process)
            running.callback(process.kill)
            return process

        first = start("--port", str(master), *common)
        wait_until(lambda: answers(master), 60, "the master")
        start("--port", str(replica), "--replicaof", "127.0.0.1", str(master), *common)
        wait_until(
            lambda: answers(replica) and redis.Redis(port=master).info()["connected_slaves"] == 1, 60, "a replica"
        )
        start("sentinel.conf", "--sentinel")
        wait_until(lambda: answers(watcher), 60, "the Sentinel")
        # One that was held up itself for two seconds trusts its clock again only after this time. With its usual 30
        # seconds the replica has then been without a master for too long, and is never made one.
        redis.Redis(port=watcher).execute_command("SENTINEL", "DEBUG", "tilt-period", 1000)
        wait_until(lambda: redis.Redis(port=watcher).sentinel_masters()["page"]["num-slaves"] == 1, 60, "its knowledge")
        # The first of the two Sentinels named is not there.
        yield f"redis+sentinel://127.0.0.1:{free_port()},127.0.0.1:{watcher}/page/0", first


@pytest.mark.usefixtures("installed")
def test_page_throttles_and_queue_follow_the_master_when_it_fails(sentinel, app, tmp_path):
    address, master = sentinel
    kept = ["TESTING", "SECRET_KEY", "APP_URL", "INSTANCE", "SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_ENGINE_OPTIONS"]
    other = create_app({**{name: app.config[name] for name in kept}, "REDIS_URL": address}, False)
    visitor, store = other.test_client(), other.extensions["daymark.redis"]
    try:
        assert visitor.get("/").status_code == 200
        assert visitor.get("/readyz").status_code == 200
        assert store.get("page:generation") and len(store.keys("page:*")) > 1
        assert visitor.post("/auth/login").status_code == 400
        master.kill()
        master.wait()

        def is_ready():
            return visitor.get("/readyz").status_code == 200

        wait_until(is_ready, 60, "another master")
        assert store.incr("written") and visitor.get("/").status_code == 200
        Queue("default", connection=store).enqueue("builtins.dir")
        # A worker as Supervisor starts it, whose children make their own connections.
        command = [sys.executable, "-m", "rq.cli", "worker-pool", "default", "--burst", "--num-workers", "1"]
        command += ["--connection-class", "app.lib.redis_address.Client", "--url", address]
        environ = {name: os.environ[name] for name in ("PATH", "HOME", "APP_KEY")} | {"ENV_FILE": "/dev/null"}
        subprocess.run(command, cwd=ROOT, env=environ | {"INSTANCE": str(tmp_path)}, check=True, timeout=60)
        assert Queue("default", connection=store).count == 0
    finally:
        throttle.init_app(app)  # the limiter is one for all applications of a process


def test_a_single_server_is_reached_as_ever(valkey):
    assert Client.from_url(valkey, socket_timeout=1).ping()
