"""The clock's table: everything that runs by itself, and how often. `rq cron` reads it.

Named by dotted path, so that the clock's process need not load the application. `ttl` lets a round lapse that no
worker took in time; the next one does the same.
"""

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from redis import Redis, RedisError
from rq import cron

ROUND = "clock:{name}:{number}"
WHO = f"{socket.gethostname()}:{os.getpid()}"
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


def say_in_one_line(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What ends the clock while Redis is away: a line instead of a trace every second. Supervisor starts it again."""
    if not issubclass(kind, RedisError):
        sys.__excepthook__(kind, error, trace)
        return
    print(f"clock: redis away: {error}; check REDIS_URL and that Redis or Valkey runs", file=sys.stderr)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    time.sleep(PAUSE)


sys.excepthook = say_in_one_line
