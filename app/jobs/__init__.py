"""Work after the response: queues, how often a job is tried, and `enqueue`, which waits for the commit."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

import redis
from flask import current_app
from rq import Queue, Retry

from app import logs
from app.extensions import db

log = logging.getLogger(__name__)

# In the order in which workers look at them. In `default` is what all else waits for, such as the drain that finds out
# whom to mail, and the clock's rounds; a big mailing must not hold it up.
QUEUES = ("urgent", "default", "mail", "webhooks")
LONGEST_JOB = 300  # seconds; Supervisor waits longer than this before it kills a worker
WAITING = "waiting_jobs"
Job = tuple[Callable[..., Any], tuple[Any, ...], str]


def enqueue(job: Callable[..., Any], *args: Any, queue: str = "default") -> None:
    """Queue `job(*args)` once the running transaction is committed. Without a commit it is forgotten."""
    if queue not in QUEUES:
        raise ValueError(f"no queue is called {queue}")
    db.session.info.setdefault(WAITING, []).append((job, args, queue))


def send(waiting: Iterable[Job]) -> None:
    """Hand jobs to Redis. While it is away they are dropped: the clock's sweep finds the work in the database."""
    try:
        for job, args, queue in waiting:
            queue_named(queue).enqueue(
                job,
                *args,
                job_timeout=LONGEST_JOB,
                result_ttl=0,
                failure_ttl=7 * 86400,
                retry=Retry(max=2),
                meta=logs.cause(),
            )
    except redis.RedisError as error:
        log.warning("queue away, the next sweep will do it: %s; check REDIS_URL and that it runs", error)


def queue_named(name: str) -> Queue:
    """The RQ queue with this name."""
    return Queue(name, connection=current_app.extensions["daymark.redis"])
