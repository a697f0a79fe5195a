"""Redis and Valkey by address, those behind Sentinels among them: `redis+sentinel://host:port,host:port/service/db`.

Imports nothing of ours, so that the clock's process can load this file alone (supervisord.conf).
"""

import re
from functools import cache
from typing import Any, NamedTuple, Self, cast
from urllib.parse import parse_qs, unquote, urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel, SentinelManagedConnection, SentinelManagedSSLConnection

PORT = 26379
PLACE = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::(?P<port>\d{1,5}))?")
TIMEOUT = 1  # seconds that a Sentinel has for its answer; then the next one is asked


class Watched(NamedTuple):
    """A Redis that Sentinels watch: where these are, and under which name they know it."""

    sentinels: tuple[tuple[str, int], ...]
    service: str
    database: int
    username: str | None
    password: str | None
    sentinel_password: str | None
    tls: bool


def watched(url: str) -> Watched | None:
    """What a Sentinel address says, or None for the address of a single server. Raises ValueError."""
    parts = urlsplit(url)
    if not parts.scheme.endswith("+sentinel"):
        return None
    who, _at, places = parts.netloc.rpartition("@")
    username, _colon, password = who.partition(":")
    found = [place for place in map(PLACE.fullmatch, places.split(",")) if place is not None]
    service, _slash, database = parts.path.strip("/").partition("/")
    if len(found) != places.count(",") + 1 or not service or not (database or "0").isdigit():
        raise ValueError("is not of the form redis+sentinel://host:port,host:port/service/db")
    return Watched(
        tuple((place["host"].strip("[]"), int(place["port"] or PORT)) for place in found),
        service,
        int(database or 0),
        unquote(username) or None,
        unquote(password) or None,
        parse_qs(parts.query).get("sentinel_password", [None])[0],
        parts.scheme.startswith("rediss"),
    )


class _Finder:
    """Asks the Sentinels who is master now; what a managed connection expects of its pool."""

    is_master = True
    check_connection = False

    def __init__(self, place: Watched) -> None:
        # Tried once: where one Sentinel is down, the next one is asked at once.
        once = {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT, "retry": Retry(NoBackoff(), 0)}
        self.service_name = place.service
        self.sentinel = Sentinel(
            place.sentinels, sentinel_kwargs={**once, "password": place.sentinel_password, "ssl": place.tls}
        )

    def get_master_address(self) -> tuple[str, int]:
        host, port = self.sentinel.discover_master(self.service_name)
        return str(host), int(port)


# One for all connections: the Sentinel that answered last is asked first.
_finder = cache(_Finder)


class MasterConnection(SentinelManagedConnection):
    """A connection to whoever is master when it is made. Needs no pool of its own kind: RQ makes plain ones."""

    def __init__(self, place: Watched, **kwargs: Any) -> None:
        super().__init__(connection_pool=_finder(place), **kwargs)


class MasterTLSConnection(SentinelManagedSSLConnection):
    """The same over TLS."""

    def __init__(self, place: Watched, **kwargs: Any) -> None:
        super().__init__(connection_pool=_finder(place), **kwargs)


class Client(redis.Redis):
    """Redis by any address that REDIS_URL may hold; also what `rq` is told to use (`--connection-class`)."""

    @classmethod
    def from_url(cls, url: str, **kwargs: Any) -> Self:
        """The client for `url`. Contacts nobody yet. Raises ValueError."""
        place = watched(url)
        if place is None:
            return cast(Self, super().from_url(url, **kwargs))
        pool = redis.ConnectionPool(
            connection_class=MasterTLSConnection if place.tls else MasterConnection,
            place=place,
            db=place.database,
            username=place.username,
            password=place.password,
            **kwargs,
        )
        return cls(connection_pool=pool)
