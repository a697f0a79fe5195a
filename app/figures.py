"""Figures of all web processes on all machines: each counts in memory, and every few seconds adds what it has counted
to one hash in Redis. No request waits for that, and what a process counted stays when it ends.
"""

import atexit
import logging
import os
import threading
from bisect import bisect_left
from collections import Counter
from typing import NamedTuple

import redis
from flask import Flask

log = logging.getLogger(__name__)
KEY = "figures"
PAUSE = 5.0  # seconds; what a process has not passed on yet is lost when it is killed, and only then
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
# What requests are told apart by: group, status, bucket (an index in BUCKETS, one more for what took longer than all),
# and where the page was found ("memory", "store", "miss", or "" for what is no page of the page cache). To each, how
# many they were and how many seconds they took together. Plain types, for this is done for every request.
Key = tuple[str, str, int, str]
Counts = dict[Key, list[float]]


class Totals(NamedTuple):
    """All that was counted: requests by group and status, by group and bucket, seconds by group, pages by place."""

    requests: dict[tuple[str, str], int]
    buckets: dict[tuple[str, int], int]
    seconds: dict[str, float]
    found: dict[str, int]


class Figures:
    """The counters of this process."""

    def __init__(self, store: "redis.Redis") -> None:
        self.store = store
        os.register_at_fork(after_in_child=self._begin)
        self._begin()

    def _begin(self) -> None:
        self.lock = threading.Lock()
        self.counts: Counts = {}
        self.passes_on = False

    def add(self, group: str, status: str, seconds: float, found: str) -> None:
        """Count one request."""
        self._add((group, status, bisect_left(BUCKETS, seconds), found), 1, seconds)
        if not self.passes_on:
            # Not before: a thread does not outlive the fork that makes a worker. Two of them would do no harm.
            self.passes_on = True
            threading.Thread(target=self._pass_on_for_ever, daemon=True, name="figures").start()
            atexit.register(self.pass_on)

    def _add(self, key: Key, count: float, seconds: float) -> None:
        with self.lock:
            known = self.counts.get(key)
            if known is None:
                self.counts[key] = [count, seconds]
            else:
                known[0] += count
                known[1] += seconds

    def pass_on(self) -> None:
        """Add what was counted to what is in Redis, all of it or none. While Redis is away it waits here."""
        with self.lock:
            counts, self.counts = self.counts, {}
        if not counts:
            return
        try:
            with self.store.pipeline(transaction=True) as pipeline:
                for name, amount in _fields(counts).items():
                    pipeline.hincrby(KEY, name, amount)
                pipeline.execute()
        except redis.RedisError as error:
            log.debug("figures wait: %s", error)
            for key, (count, seconds) in counts.items():
                self._add(key, count, seconds)

    def totals(self) -> Totals:
        """What all processes have counted. Raises RedisError."""
        self.pass_on()
        totals = Totals({}, {}, {}, {})
        kept: dict[bytes, bytes] = self.store.hgetall(KEY)  # type: ignore[assignment]
        for name, raw in kept.items():
            kind, group, *rest = name.decode().split("|")
            amount = int(raw)
            if kind == "requests":
                totals.requests[group, rest[0]] = amount
            elif kind == "bucket":
                totals.buckets[group, int(rest[0])] = amount
            elif kind == "microseconds":
                totals.seconds[group] = amount / 1_000_000
            elif kind == "found":
                totals.found[group] = amount
        return totals

    def _pass_on_for_ever(self) -> None:
        pause = threading.Event()
        while not pause.wait(PAUSE):
            self.pass_on()


def _fields(counts: Counts) -> Counter[str]:
    """What to add to which field of the hash in Redis."""
    fields: Counter[str] = Counter()
    for (group, status, bucket, found), (count, seconds) in counts.items():
        fields[f"requests|{group}|{status}"] += int(count)
        fields[f"bucket|{group}|{bucket}"] += int(count)
        fields[f"microseconds|{group}"] += round(seconds * 1_000_000)
        if found:
            fields[f"found|{found}"] += int(count)
    return fields


def init_app(app: Flask) -> None:
    """Have figures where somebody is allowed to read them; else nothing is counted."""
    if app.config["METRICS_TOKEN"]:
        app.extensions["daymark.figures"] = Figures(app.extensions["daymark.redis"])
