"""POSTs per second over plain sockets, each with a body of its own."""

import selectors
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit


def posts(url: str, bodies: Iterator[bytes], headers: dict[str, str], seconds: float, connections: int = 8) -> float:
    """How many answers 200 a second `url` gives to `connections` clients. Only addresses of this machine are asked."""
    parts = urlsplit(url)
    if parts.hostname not in ("127.0.0.1", "localhost"):
        raise ValueError(f"{url} is not on this machine")
    lines = [f"POST {parts.path} HTTP/1.1", f"Host: {parts.netloc}", "Content-Type: application/json"]
    head = "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items())])
    selector = selectors.DefaultSelector()
    clients = [_Client((str(parts.hostname), parts.port or 80), head, bodies, selector) for _ in range(connections)]
    begin, done = time.perf_counter(), 0
    while (spent := time.perf_counter() - begin) < seconds:
        for key, _events in selector.select(timeout=1):
            done += key.data.receive()
    for client in clients:
        client.close()
    return done / spent


class _Client:
    """One connection that posts again as soon as it is answered; a new one where the server closes it."""

    def __init__(
        self, address: tuple[str, int], head: str, bodies: Iterator[bytes], selector: selectors.BaseSelector
    ) -> None:
        self.address, self.head, self.bodies, self.selector = address, head, bodies, selector
        self.open()

    def open(self) -> None:
        self.socket = socket.create_connection(self.address, timeout=10)
        self.selector.register(self.socket, selectors.EVENT_READ, self)
        self.post()

    def post(self) -> None:
        self.answer = b""
        body = next(self.bodies)
        self.socket.sendall(f"{self.head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)

    def close(self) -> None:
        self.selector.unregister(self.socket)
        self.socket.close()

    def receive(self) -> int:
        """Read what there is; 1 when an answer is complete."""
        chunk = self.socket.recv(1 << 16)
        self.answer += chunk
        head, found, body = self.answer.partition(b"\r\n\r\n")
        fields = head.lower()
        at = fields.find(b"content-length:")
        complete = bool(found) and at >= 0 and len(body) >= int(fields[at + 15 :].split(b"\r\n", 1)[0])
        if complete and not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(self.answer.decode(errors="replace"))
        if not chunk or (complete and b"connection: close" in fields):
            self.close()
            self.open()
        elif complete:
            self.post()
        return int(complete)
