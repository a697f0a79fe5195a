"""How the machinery is: the queues, who works at them, and whether the clock ticks. Each answer comes from Redis."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import redis
from flask import current_app
from rq import Worker
from rq.cron import CronScheduler
from rq.registry import FailedJobRegistry
from rq.worker import BaseWorker

from app.jobs import QUEUES, queue_named
from app.lib import clock

# The clock has something to do every quarter of a minute, and a worker says every few minutes that it is there.
CLOCK_IS_LATE = timedelta(minutes=1)
WORKER_IS_LATE = timedelta(minutes=8)


@dataclass(frozen=True)
class QueueState:
    """How many jobs wait, and how many have failed for good in the last week."""

    name: str
    waiting: int
    failed: int


@dataclass(frozen=True)
class Machinery:
    """All of it at one moment. `worker_seen` and `clock_seen` are None when none has been there lately."""

    redis: str
    queues: list[QueueState]
    workers: int
    worker_seen: datetime | None
    clock_seen: datetime | None

    @classmethod
    def look(cls) -> "Machinery | None":
        """What Redis tells of it, or None while it is away."""
        connection = current_app.extensions["daymark.redis"]
        try:
            clocks = CronScheduler.all(connection, cleanup=False)
            workers = Worker.all(connection=connection)
            return cls(
                redis=_version(connection.info("server")),
                queues=[_queue(name) for name in QUEUES],
                workers=sum(map(_is_alive, workers)),
                worker_seen=max(filter(None, map(_seen, workers)), default=None),
                clock_seen=max(filter(None, (c.last_heartbeat for c in clocks)), default=None),
            )
        except redis.RedisError:
            return None

    @property
    def clock_ticks(self) -> bool:
        return self.clock_seen is not None and clock.now() - self.clock_seen < CLOCK_IS_LATE


def _queue(name: str) -> QueueState:
    queue = queue_named(name)
    return QueueState(name, queue.count, len(FailedJobRegistry(queue=queue).get_job_ids(cleanup=False)))


def _is_alive(worker: BaseWorker) -> bool:
    seen = _seen(worker)
    return seen is not None and clock.now() - seen < WORKER_IS_LATE


def _seen(worker: BaseWorker) -> datetime | None:
    seen = worker.last_heartbeat
    return seen if seen is None or seen.tzinfo else seen.replace(tzinfo=UTC)


def _version(server: dict[str, str]) -> str:
    if "valkey_version" in server:
        return f"Valkey {server['valkey_version']}"
    return f"Redis {server['redis_version']}"
