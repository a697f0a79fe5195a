"""Several clocks: each round is queued once, also when the one that was first is killed."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from itertools import pairwise

import pytest
import redis
from rq import Queue

from tests.processes import ROOT, wait_until

# Daymark's own kind of job and its clock, but a table of one line that comes round every second.
TABLE = f"""
import importlib.util
from rq import cron

spec = importlib.util.spec_from_file_location("schedule", {str(ROOT / "app/jobs/schedule.py")!r})
schedule = importlib.util.module_from_spec(spec)
spec.loader.exec_module(schedule)
cron._job_data_registry.clear()
cron.register(schedule.named("builtins.dir"), queue_name="default", interval=1)
"""


def command(table):
    head = [sys.executable, "-m", "rq.cli", "cron", "--path", str(ROOT / "app/lib")]
    return [*head, "--connection-class", "redis_address.Client", str(table), "--logging-level", "WARNING"]


@pytest.fixture
def store(valkey):
    """The Redis of two clocks, empty."""
    client = redis.Redis.from_url(valkey)
    client.flushdb()
    yield client
    client.flushdb()


@pytest.fixture
def start(valkey, tmp_path):
    """start(table): one more clock."""
    environ = {"PATH": os.environ["PATH"], "RQ_REDIS_URL": valkey}
    with ExitStack() as running:

        def begin(table):
            process = running.enter_context(subprocess.Popen(command(table), cwd=tmp_path, env=environ))
            running.callback(process.kill)
            return process

        yield begin


def rounds(store):
    """In which second each job was queued."""
    jobs = Queue("default", connection=store).get_jobs()
    return [int(job.enqueued_at.timestamp()) for job in jobs]


def first(store):
    """The process that took the last round."""
    return max((key, store.get(key)) for key in store.keys("clock:*"))[1].decode().rpartition(":")[2]


def test_two_clocks_queue_each_round_once_and_one_goes_on_when_the_other_is_killed(store, start, tmp_path):
    (tmp_path / "table.py").write_text(TABLE)
    clocks = {str(process.pid): process for process in (start(tmp_path / "table.py"), start(tmp_path / "table.py"))}
    wait_until(lambda: len(store.keys("rq:cron_scheduler:*")) == 2 and len(rounds(store)) >= 3, 20, "two clocks")
    before = len(rounds(store))
    killed = clocks[first(store)]
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    wait_until(lambda: len(rounds(store)) >= before + 3, 30, "three rounds more")
    seconds = rounds(store)
    assert len(seconds) == len(set(seconds))
    assert max(b - a for a, b in pairwise(seconds)) <= 3
    assert first(store) != str(killed.pid)


def test_the_real_table_is_queued_once_by_two_clocks(store, start):
    start(ROOT / "app/jobs/schedule.py")
    start(ROOT / "app/jobs/schedule.py")
    wait_until(lambda: len(store.keys("rq:cron_scheduler:*")) == 2, 20, "two clocks")
    names = [job.func_name for job in Queue("default", connection=store).get_jobs()]
    assert "app.jobs.events.sweep" in names and len(names) >= 9
    quick = {"app.jobs.events.sweep", "app.jobs.maintenances.tick"}  # of these, another round may have begun
    rare = [name for name in names if name not in quick]
    assert len(rare) == len(set(rare))
