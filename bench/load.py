"""Requests per second of one address on this machine: with wrk where it is installed, else over plain sockets."""

import re
import selectors
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from itertools import repeat
from statistics import quantiles
from urllib.parse import urlsplit

MOST_REQUESTS = 200_000  # of one measurement, so that it ends whatever happens
FEWEST_ANSWERS, PATIENCE = 20, 30  # on a busy machine it goes on for so many answers, but not for more seconds


def rate(url: str, seconds: float = 5, connections: int = 16, headers: dict[str, str] | None = None) -> float:
    """How many answers 200 or 304 a second `url` gives to `connections` clients. Only addresses of this machine are
    asked."""
    _must_be_here(url)
    if shutil.which("wrk"):
        return _wrk(url, seconds, connections, headers or {})
    return _sockets(url, repeat(f"{_head('GET', url, headers or {})}\r\n\r\n".encode()), seconds, connections)


def posts(url: str, bodies: Iterator[bytes], headers: dict[str, str], seconds: float, connections: int = 8) -> float:
    """As `rate`, for POSTs of JSON, each with the next of `bodies`."""
    _must_be_here(url)
    return _sockets(url, _posted(url, bodies, headers), seconds, connections)


def timed(
    url: str, seconds: float, connections: int, headers: dict[str, str], bodies: Iterator[bytes] | None = None
) -> tuple[float, float]:
    """Answers a second, and in how many milliseconds 95 of 100 came: of GETs, or of POSTs with `bodies`."""
    _must_be_here(url)
    requests = (
        _posted(url, bodies, headers)
        if bodies is not None
        else repeat(f"{_head('GET', url, headers)}\r\n\r\n".encode())
    )
    taken: list[float] = []
    found = _sockets(url, requests, seconds, connections, taken)
    if len(taken) < FEWEST_ANSWERS:
        raise RuntimeError(f"{url}: {len(taken)} answers in {PATIENCE} seconds")
    return found, quantiles(taken, n=20)[-1] * 1000


def _posted(url: str, bodies: Iterator[bytes], headers: dict[str, str]) -> Iterator[bytes]:
    head = _head("POST", url, {"Content-Type": "application/json", **headers})
    return (f"{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body for body in bodies)


def _head(verb: str, url: str, headers: dict[str, str]) -> str:
    parts = urlsplit(url)
    lines = [f"{verb} {parts.path or '/'} HTTP/1.1", f"Host: {parts.netloc}"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items())])


def _must_be_here(url: str) -> None:
    if urlsplit(url).hostname not in ("127.0.0.1", "localhost"):
        raise ValueError(f"{url} is not on this machine")


def _wrk(url: str, seconds: float, connections: int, headers: dict[str, str]) -> float:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(round(seconds), 1)}s", url]
    command += [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 30).stdout
    if "Non-2xx" in said:
        raise RuntimeError(said)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]


def _sockets(
    url: str, requests: Iterator[bytes], seconds: float, connections: int, taken: list[float] | None = None
) -> float:
    parts = urlsplit(url)
    selector = selectors.DefaultSelector()
    clients = [_Client((str(parts.hostname), parts.port or 80), requests, selector) for _ in range(connections)]
    begin, done = time.perf_counter(), 0
    while done < MOST_REQUESTS:
        spent = time.perf_counter() - begin
        if spent > seconds and (done >= FEWEST_ANSWERS or spent > PATIENCE):
            break
        for key, _events in selector.select(timeout=1):
            if key.data.receive():
                done += 1
                if taken is not None:
                    taken.append(key.data.took)
    for client in clients:
        client.close()
    return done / spent


class _Client:
    """One connection that asks again as soon as it is answered; a new one where the server closes it."""

    def __init__(self, address: tuple[str, int], requests: Iterator[bytes], selector: selectors.BaseSelector) -> None:
        self.address, self.requests, self.selector = address, requests, selector
        self.open()

    def open(self) -> None:
        self.socket = socket.create_connection(self.address, timeout=10)
        self.selector.register(self.socket, selectors.EVENT_READ, self)
        self.ask()

    def ask(self) -> None:
        self.head, self.body, self.length = b"", 0, None
        request = next(self.requests)
        self.asked = time.perf_counter()
        self.socket.sendall(request)

    def close(self) -> None:
        self.selector.unregister(self.socket)
        self.socket.close()

    def receive(self) -> bool:
        """Read what there is; True when an answer is complete, which took `took` seconds. A body is counted and not
        kept: the time for that would be missing to the server, which runs on the same machine."""
        chunk = self.socket.recv(1 << 18)
        if self.length is None:
            self.head, found, rest = (self.head + chunk).partition(b"\r\n\r\n")
            self.length, self.body = (_length(self.head), len(rest)) if found else (None, 0)
        else:
            self.body += len(chunk)
        complete = self.length is not None and self.body >= self.length
        if complete:
            self.took = time.perf_counter() - self.asked
        if not chunk or (complete and b"connection: close" in self.head.lower()):
            self.close()
            self.open()
        elif complete:
            self.ask()
        return complete


def _length(head: bytes) -> int:
    """How many bytes follow after this head; raises RuntimeError for one of a failure."""
    if head[9:12] == b"304":
        return 0
    found = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    if head[9:12] != b"200" or found is None:
        raise RuntimeError(head.decode(errors="replace"))
    return int(found[1])
