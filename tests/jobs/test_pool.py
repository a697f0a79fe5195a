"""The pool of workers ends when it is told to, whatever it is doing, and leaves nobody behind."""

import os
import subprocess
import sys

import config
from tests.conftest import KEY
from tests.processes import Daymark, wait_until

# Each line is a pool of its own: the how manieth time it is told to stop, and at which moments.
SCRIPT = """
import os, signal, sys
from rq import Queue
from app.jobs import QUEUES, pool
from app.lib.redis_address import Client

def tell(pid, told=[]):
    told.append(pid)
    if len(told) == when:
        os.kill(pid, signal.SIGTERM)

class Worker(pool.Worker):
    def bootstrap(self, *args):
        if "child begins" in moments:
            os.kill(os.getpid(), signal.SIGINT)
        super().bootstrap(*args)
        if "child dies" in moments and not os.path.exists(str(moments)):
            open(str(moments), "w").close()
            os._exit(1)

    def unsubscribe(self):
        if "child ends" in moments:
            os.kill(os.getpid(), signal.SIGINT)
        super().unsubscribe()

    def prepare_job_execution(self, *args, **kwargs):
        super().prepare_job_execution(*args, **kwargs)
        tell(os.getppid())
        signal.sigtimedwait([], 0.5)

    def run_maintenance_tasks(self):
        if "swallowed" in moments:
            tell(os.getppid())
            try:
                signal.sigtimedwait([], 1)
            except Exception:
                pass

class Pool(pool.Pool):
    def get_worker_process(self, *args, **kwargs):
        made = super().get_worker_process(*args, **kwargs)
        if "before fork" in moments:
            tell(os.getpid())
        if "after fork" in moments:
            start = made.start
            made.start = lambda: (start(), tell(os.getpid()))
        return made

    def check_workers(self, respawn=True):
        super().check_workers(respawn)
        if "child begins" in moments or "child ends" in moments:
            tell(os.getpid())

for line in sys.argv[2:]:
    when, *moments = line.split(",")
    when = int(when)
    if "busy" in moments:
        Queue("default", connection=Client.from_url(sys.argv[1])).enqueue("os.mkdir", "done")
    if (child := os.fork()) == 0:
        Pool(QUEUES, Client.from_url(sys.argv[1]), 1, Worker).start()
        os._exit(0)
    print(line, os.waitpid(child, 0)[1], flush=True)
"""
LINES = ["1,before fork", "1,after fork", "2,before fork,child dies", "2,after fork,child dies"]
LINES += ["1,child begins", "1,child ends", "1,swallowed", "1,busy"]


def test_it_ends_whenever_it_is_told_to(valkey, tmp_path):
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environ |= {"APP_KEY": KEY, "INSTANCE": str(tmp_path), "ENV_FILE": "/dev/null", "REDIS_URL": valkey}
    environ |= {"PYTHONPATH": str(config.ROOT), "DAYMARK_TEST": str(tmp_path)}
    with (tmp_path / "output").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, valkey, *LINES], cwd=tmp_path, env=environ, stdout=output, stderr=output
        )
    try:
        wait_until(lambda: process.poll() is not None, 60, "its end")
    finally:
        staying = Daymark(tmp_path).processes()
        for pid in staying:
            os.kill(pid, 9)
        process.wait()
        printed = (tmp_path / "output").read_text()
    assert (printed.splitlines(), staying) == ([f"{line} 0" for line in LINES], {})
    assert (tmp_path / "done").is_dir(), "what it was doing it did to the end"
