"""The clock's table: everything that runs by itself, and how often. `rq cron` reads it.

Named by dotted path, so that the clock's process need not load the application. `ttl` lets a round lapse that no
worker took in time; the next one does the same.
"""

import signal
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from redis import RedisError
from rq import cron

PAUSE = 3  # seconds that the clock waits before Supervisor starts it again, while Redis is away


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
