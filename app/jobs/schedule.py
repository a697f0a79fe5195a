"""The clock's table: everything that runs by itself, and how often. `rq cron` reads it.

Named by dotted path, so that the clock's process need not load the application. `ttl` lets a round lapse that no
worker took in time; the next one does the same.
"""

import logging
import os
import runpy
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from dotenv import dotenv_values
from redis import Redis, RedisError
from rq import cron

ROUND = "clock:{name}:{number}"
log = logging.getLogger("app.jobs.schedule")
WHO = f"{socket.gethostname()}:{os.getpid()}"
HERE = Path(__file__).resolve().parents[2]
PAUSE = 3  # seconds that the clock waits before Supervisor starts it again, while Redis is away


class Round(cron.CronJob):
    """A job of which each round is queued once, however many clocks tick: the first of them takes it.

    Rounds are numbered by the time of day. The clocks need not know of each other, and when the one that was always
    first dies, the next one takes the very next round.
    """

    def enqueue(self, connection: Redis) -> Any:
        """Queue it, unless another clock did."""
        assert self.interval
        key = ROUND.format(name=self.name, number=int(time.time() // self.interval))
        if not connection.set(key, WHO, nx=True, ex=2 * self.interval):
            return None
        try:
            return super().enqueue(connection)
        except RedisError:
            connection.delete(key)
            raise


# What the scheduler makes of each line below; rq offers no other way to name a kind of job of one's own.
cron.CronJob = Round  # type: ignore[misc]


def named(path: str) -> Callable[[], Any]:
    """Something that rq queues under the name of the function at `path`; it takes functions, not names."""

    def job() -> None: ...

    job.__module__, _, name = path.rpartition(".")
    job.__name__ = job.__qualname__ = name
    return job


cron.register(named("app.jobs.events.sweep"), queue_name="default", interval=15, ttl=15, result_ttl=0)
cron.register(named("app.jobs.maintenances.tick"), queue_name="default", interval=15, ttl=15, result_ttl=0)
cron.register(named("app.jobs.days.keep_up"), queue_name="default", interval=60, ttl=60, result_ttl=0)
cron.register(
    named("app.jobs.housekeeping.forget_unsubscribed"),
    queue_name="default",
    interval=6 * 3600,
    ttl=3600,
    result_ttl=0,
)
cron.register(
    named("app.jobs.housekeeping.prune_metrics"),
    queue_name="default",
    interval=3600,
    ttl=600,
    result_ttl=0,
)
cron.register(
    named("app.jobs.housekeeping.prune_events"),
    queue_name="default",
    interval=6 * 3600,
    ttl=3600,
    result_ttl=0,
)
cron.register(
    named("app.jobs.housekeeping.prune_sign_ins"),
    queue_name="default",
    interval=6 * 3600,
    ttl=3600,
    result_ttl=0,
)
cron.register(
    named("app.jobs.housekeeping.prune_deletions"),
    queue_name="default",
    interval=6 * 3600,
    ttl=3600,
    result_ttl=0,
)
cron.register(
    named("app.jobs.housekeeping.prune_idempotency_keys"),
    queue_name="default",
    interval=3600,
    ttl=600,
    result_ttl=0,
)


def log_as_wished() -> None:
    """Lines like those of web and worker, by the same variable; config.py, which reads the others, would cost 13 MB."""
    file = HERE / (os.environ.get("ENV_FILE") or ".env")
    found = dotenv_values(file, interpolate=False) if file.exists() else {}
    formatter = runpy.run_path(str(HERE / "app/lib/log_lines.py"))["formatter"]
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter(os.environ.get("LOG_FORMAT"), found.get("LOG_FORMAT")))
    logging.getLogger().handlers = [handler]
    cron_log = logging.getLogger("rq.cron")
    cron_log.handlers, cron_log.propagate = [], True


def say_in_one_line(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What ends the clock while Redis is away: a line instead of a trace every second. Supervisor starts it again."""
    if not issubclass(kind, RedisError):
        log.critical("the clock stopped", exc_info=(kind, error, trace))
        return
    log.error("redis away: %s; check REDIS_URL and that Redis or Valkey runs", error)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    time.sleep(PAUSE)


log_as_wished()
sys.excepthook = say_in_one_line
