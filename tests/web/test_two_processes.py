"""After any write the very next guest sees the new page, whichever web process answers."""

import http.client
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests


def process_of(connection: http.client.HTTPConnection, workers: list[int]) -> int | None:
    """Which of these processes holds the other end of a connection to this machine; None before one has taken it."""
    assert connection.sock is not None
    ends = tuple(
        f"0100007F:{port:04X}" for _host, port in (connection.sock.getpeername(), connection.sock.getsockname())
    )
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    mark = next((f"socket:[{row[9]}]" for row in rows if (row[1], row[2]) == ends), None)
    for worker in workers:
        if mark in {str(link.readlink()) for link in Path(f"/proc/{worker}/fd").iterdir() if link.is_symlink()}:
            return worker
    return None


@contextmanager
def guests(daymark) -> Iterator[dict[int, http.client.HTTPConnection]]:
    """A guest at each of the web processes, by its number: connections are kept open."""
    workers = daymark.pids("gunicorn")
    held: dict[int, http.client.HTTPConnection] = {}
    spare = []
    for _ in range(200):
        connection = http.client.HTTPConnection("127.0.0.1", daymark.port, timeout=10)
        read(connection)
        found = process_of(connection, workers)
        if found is None or found in held:
            spare.append(connection)  # kept, so that this process has more to do than the other
        else:
            held[found] = connection
        if len(held) == 2:
            break
    yield held
    for connection in [*held.values(), *spare]:
        connection.close()


def read(connection: http.client.HTTPConnection, etag: str = "") -> tuple[int, str, str]:
    """The status page as this guest gets it: its status code, its text, its ETag."""
    connection.request("GET", "/", headers={"If-None-Match": etag} if etag else {})
    answer = connection.getresponse()
    return answer.status, answer.read().decode(), answer.headers["ETag"]


@pytest.fixture
def token(daymark):
    made = daymark.run("bin/flask", "token", "create", "tests", "--user", "olive")
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def test_each_write_is_seen_at_once_in_both(daymark, token):
    def write(verb: str, path: str, **fields) -> dict:
        url, headers = f"{daymark.url}/api/v1/{path}", {"X-Cachet-Token": token}
        answer = requests.request(verb, url, json=fields, headers=headers, timeout=10)
        assert answer.ok, answer.text
        return answer.json()["data"] if answer.content else {}

    with guests(daymark) as held:
        assert len(held) == 2, "there are not two web processes"
        for guest in held.values():
            assert read(guest)[0] == read(guest)[0] == 200  # the second time out of its memory
        made = write("POST", "incidents", name="Two see this", message="Both.", status=1, visible=1)
        path = f"incidents/{made['id']}"
        writes = [
            (lambda: None, "Two see this"),
            (lambda: write("PUT", path, name="Two see that"), "Two see that"),
            (lambda: write("POST", f"{path}/updates", message="More of it.", status=2), "More of it."),
            (lambda: write("PUT", "components/1", name="Renamed"), "Renamed"),
            (lambda: write("DELETE", path), None),
        ]
        before = dict.fromkeys(held, "")
        for change, words in writes:
            change()
            for process, guest in held.items():
                status, text, etag = read(guest, before[process])
                assert status == 200, "an old page was called unchanged"
                assert (words or "Renamed") in text
                assert words or not re.search("Two see", text)
                before[process] = etag
