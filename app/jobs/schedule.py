"""The clock's table: everything that runs by itself, and how often. `rq cron` reads it.

Named by dotted path, so that the clock's process need not load the application. `ttl` lets a round lapse that no
worker took in time; the next one does the same.
"""

from collections.abc import Callable
from typing import Any

from rq import cron


def named(path: str) -> Callable[[], Any]:
    """Something that rq queues under the name of the function at `path`; it takes functions, not names."""

    def job() -> None: ...

    job.__module__, _, name = path.rpartition(".")
    job.__name__ = job.__qualname__ = name
    return job


cron.register(named("app.jobs.events.sweep"), queue_name="default", interval=15, ttl=15, result_ttl=0)
cron.register(
    named("app.jobs.housekeeping.forget_unsubscribed"),
    queue_name="default",
    interval=6 * 3600,
    ttl=3600,
    result_ttl=0,
)
