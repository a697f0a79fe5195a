"""`/metrics`: figures for Prometheus, for those who know METRICS_TOKEN."""

import hmac
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import accumulate

import redis
from flask import Response, current_app, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from sqlalchemy.exc import DBAPIError

from app.controllers.bearer import token_text
from app.controllers.operations import bp
from app.errors import NotFound
from app.extensions import db
from app.figures import BUCKETS, Totals
from app.jobs.state import Machinery
from app.lib import clock, release
from app.models.enums import NoticeState
from app.models.member_mail import MemberMail
from app.models.notice import Notice
from app.models.read_copy import ReadCopy

MAILS = {"notice": Notice, "member": MemberMail}


@bp.get("/metrics")
def metrics() -> ResponseReturnValue:
    """What all machines together have done since Redis was last emptied, and how it stands now."""
    wanted = current_app.config["METRICS_TOKEN"]
    if not wanted:
        raise NotFound()
    if not hmac.compare_digest(token_text().encode(), wanted.encode()):
        headers = {"WWW-Authenticate": 'Bearer realm="metrics"'}
        return Response("METRICS_TOKEN, please, as a bearer token.\n", 401, headers, content_type="text/plain")
    registry = CollectorRegistry()
    registry.register(Figures())
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return Response(encode(registry), content_type=content_type)


class Figures(Collector):
    """Everything, looked up when it is asked for. What cannot be looked up now is left out, and said to be away."""

    def collect(self) -> Iterator[Metric]:
        """All of it, a family at a time."""
        version = GaugeMetricFamily("daymark_release", "Which release answers", labels=["version"])
        version.add_metric([release.VERSION], 1)
        yield version
        up = GaugeMetricFamily("daymark_up", "Whether it answers: database, redis, read_copy", labels=["part"])
        copy = (("read_copy", _read_copy),) if ReadCopy.is_named() else ()
        for part, look in (("redis", _all_of_redis), ("database", _mails), *copy):
            try:
                yield from look()
                up.add_metric([part], 1)
            except (redis.RedisError, DBAPIError):
                db.session.rollback()
                up.add_metric([part], 0)
        yield up


def _all_of_redis() -> Iterator[Metric]:
    totals = current_app.extensions["daymark.figures"].totals()
    yield from _requests(totals)
    machinery = Machinery.look()
    if machinery is None:
        raise redis.ConnectionError
    yield from _machinery(machinery)


def _requests(totals: Totals) -> Iterator[Metric]:
    requests = CounterMetricFamily("daymark_requests", "Requests answered", labels=["group", "status"])
    for (group, status), count in sorted(totals.requests.items()):
        requests.add_metric([group, status], count)
    yield requests
    spent = HistogramMetricFamily(
        "daymark_request_duration_seconds", "Time until an answer began", labels=["group"], unit="seconds"
    )
    for group, seconds in sorted(totals.seconds.items()):
        counts = [totals.buckets.get((group, number), 0) for number in range(len(BUCKETS) + 1)]
        bounds = [*map(str, BUCKETS), "+Inf"]
        spent.add_metric([group], list(zip(bounds, accumulate(counts), strict=True)), seconds)
    yield spent
    found = CounterMetricFamily(
        "daymark_page_cache", "Pages for guests, by where they were: memory, store, miss", labels=["found"]
    )
    for place, count in sorted(totals.found.items()):
        found.add_metric([place], count)
    yield found


def _machinery(machinery: Machinery) -> Iterator[Metric]:
    jobs = GaugeMetricFamily("daymark_jobs", "Jobs that wait, and that failed for good", labels=["queue", "state"])
    for queue in machinery.queues:
        jobs.add_metric([queue.name, "waiting"], queue.waiting)
        jobs.add_metric([queue.name, "failed"], queue.failed)
    yield jobs
    yield GaugeMetricFamily("daymark_workers", "Queue workers that are there", machinery.workers)
    seen = GaugeMetricFamily(
        "daymark_last_seen_timestamp_seconds", "When a worker and a clock last said that they live", labels=["process"]
    )
    for process, moment in (("worker", machinery.worker_seen), ("clock", machinery.clock_seen)):
        if moment is not None:
            seen.add_metric([process], moment.timestamp())
    yield seen


def _mails() -> Iterator[Metric]:
    mails = GaugeMetricFamily(
        "daymark_mails", "Mails to subscribers (notice) and members, by how far they are", labels=["kind", "state"]
    )
    oldest = GaugeMetricFamily(
        "daymark_oldest_mail_seconds", "Age of the oldest mail that is not sent yet; 0 without one", labels=["kind"]
    )
    stuck = GaugeMetricFamily(
        "daymark_stuck_mail_seconds",
        "Age of the oldest mail that is not tried yet, or was in vain and nothing after it was sent; 0 without one",
        labels=["kind"],
    )
    for kind, table in MAILS.items():
        counts = table.counts()
        for state in NoticeState:
            mails.add_metric([kind, state.name.lower()], counts.get(state, 0))
        oldest.add_metric([kind], _age(table.waiting_since()))
        stuck.add_metric([kind], _age(table.stuck_since()))
    db.session.rollback()
    yield mails
    yield oldest
    yield stuck


def _age(since: datetime | None) -> float:
    return (clock.now() - since).total_seconds() if since is not None else 0


def _read_copy() -> Iterator[Metric]:
    newest = GaugeMetricFamily("daymark_newest_event", "Number of the last event that is there", labels=["part"])
    newest.add_metric(["read_copy"], ReadCopy.newest())
    with suppress(DBAPIError):  # its own part says that it is away
        newest.add_metric(["database"], ReadCopy.newest_of_database())
    db.session.rollback()
    yield newest
