"""A running Daymark as the tests of the clients see it, and the clients' programs beside it."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.processes import wait_until

PASSWORD = "correct horse battery"
KINDS = ("incidents", "schedules", "subscribers", "metrics", "components", "components/groups")


@dataclass
class Live:
    """Its address, a token that may do everything, and what the tests look at or prepare behind a client's back."""

    site: str
    token: str

    @property
    def url(self) -> str:
        """Where API v1 is."""
        return f"{self.site}/api/v1"

    def get(self, path: str, **query: Any) -> Any:
        """The `data` of an answer, as the token sees it."""
        return self._ask("GET", path, params=query)["data"]

    def post(self, path: str, **fields: Any) -> Any:
        """The `data` of what was made."""
        return self._ask("POST", path, json=fields)["data"]

    def sweep(self) -> None:
        """Delete everything that the API can delete."""
        for kind in KINDS:
            for row in self.get(kind, per_page=10_000):
                self._ask("DELETE", f"{kind}/{row['id']}")

    def add_template(self, name: str, body: str) -> None:
        """An incident template, made in the dashboard: clients cannot."""
        with requests.Session() as browser:
            self._submit(browser, "/auth/login", login="olive", password=PASSWORD)
            self._submit(browser, "/dashboard/templates/create", name=name, body=body)

    def _ask(self, method: str, path: str, **options: Any) -> Any:
        headers = {"X-Cachet-Token": self.token}
        answer = requests.request(method, f"{self.url}/{path}", headers=headers, timeout=10, **options)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def _submit(self, browser: requests.Session, path: str, **fields: str) -> None:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(self.site + path, timeout=10).text)
        assert token, f"{path} has no form"
        sent = {"csrf_token": token[1], **fields}
        answer = browser.post(self.site + path, data=sent, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text


def refused(call: Callable[..., Any], *arguments: Any, **fields: Any) -> int:
    """The status of the error that a client made with `requests` raises; the envelope says the same."""
    with pytest.raises(requests.HTTPError) as caught:
        call(*arguments, **fields)
    answer = caught.value.response
    assert answer.json()["errors"][0]["status"] == answer.status_code
    return answer.status_code


@dataclass
class Program:
    """A client's program while it runs."""

    process: "subprocess.Popen[bytes]"
    output: Path

    @property
    def log(self) -> str:
        """All that it has printed so far."""
        return self.output.read_text(errors="replace")

    def until(self, said: Callable[[], object], what: str) -> None:
        """Wait until `said()` is true, as long as the program lives."""
        wait_until(lambda: self.process.poll() is not None or said(), 60, what)
        assert self.process.poll() is None, "it ended by itself"


@contextmanager
def running(*command: str, folder: Path, **environ: str) -> Iterator[Program]:
    """A program in `folder`, stopped afterwards; what it printed is shown when a test fails."""
    output = folder / "output.log"
    with output.open("ab") as log:
        surroundings = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONUNBUFFERED": "1", **environ}
        process = subprocess.Popen(
            command, cwd=folder, env=surroundings, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
    program = Program(process, output)
    try:
        yield program
    except AssertionError:
        print(program.log[-8000:])
        raise
    finally:
        process.kill()
        process.wait(timeout=10)
