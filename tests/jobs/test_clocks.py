"""Several clocks: each round is queued once, also when the one that was first is killed."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack

import pytest
import redis
from rq import Queue
from rq.cron import CronScheduler

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


class Heard:
    """What the clocks say to Valkey, in its order; nothing is missed, however late one listens."""

    def __init__(self, monitor):
        self.monitor = monitor
        self.tried = []  # (number of the round, process of the clock)
        self.queued = []
        self.latest = {}  # what each connection tried last, which is what it then queues

    def listen(self):
        while self.monitor.connection.can_read():
            said = self.monitor.next_command()
            words = said["command"].split()
            if words[0] == "SET" and words[1].startswith("clock:"):
                self.tried.append((int(words[1].rpartition(":")[2]), words[2].rpartition(":")[2]))
                self.latest[said["client_port"]] = self.tried[-1]
            elif words[:2] == ["RPUSH", "rq:queue:default"]:
                self.queued.append(self.latest[said["client_port"]])
        return self


def test_two_clocks_queue_each_round_once_and_one_goes_on_when_the_other_is_killed(store, start, tmp_path):
    (tmp_path / "table.py").write_text(TABLE)
    with store.monitor() as monitor:
        heard = Heard(monitor)
        clocks = {str(process.pid): process for process in (start(tmp_path / "table.py"), start(tmp_path / "table.py"))}
        wait_until(
            lambda: {clock for _number, clock in heard.listen().tried} == set(clocks) and len(heard.queued) >= 3,
            60,
            "two clocks",
        )
        killed = heard.queued[-1][1]
        clocks[killed].send_signal(signal.SIGKILL)
        clocks.pop(killed).wait()
        before = len(heard.listen().queued)
        wait_until(lambda: len(heard.listen().queued) >= before + 3, 60, "three rounds more")
    numbers = [number for number, _clock in heard.queued]
    assert len(numbers) == len(set(numbers))
    # None that any clock came to is left out; the last may be about to be queued.
    assert {number for number, _clock in heard.tried[:-1]} <= set(numbers)
    assert {clock for _number, clock in heard.queued[before:]} == set(clocks)


def test_the_real_table_is_queued_once_by_two_clocks(store, start):
    def been_through():
        return [one for one in CronScheduler.all(store) if all(job.latest_enqueue_time for job in one.get_jobs())]

    start(ROOT / "app/jobs/schedule.py")
    start(ROOT / "app/jobs/schedule.py")
    wait_until(lambda: len(been_through()) == 2, 60, "two clocks")
    names = [job.func_name for job in Queue("default", connection=store).get_jobs()]
    assert "app.jobs.events.sweep" in names and len(names) >= 9
    quick = {"app.jobs.events.sweep", "app.jobs.maintenances.tick"}  # of these, another round may have begun
    rare = [name for name in names if name not in quick]
    assert len(rare) == len(set(rare))
