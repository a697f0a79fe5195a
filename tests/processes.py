"""Daymark as its users run it: `bin/run` in a copy of the tree, with every process it starts, until stopped."""

import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What git does not keep, and what the copy does not need. Compiled modules go along: the copy starts sooner.
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".env", "instance", "*.pyc.*", ".*_cache", ".hypothesis", "tests", "test-results"
)


def copy_tree(to: Path) -> Path:
    """A copy of the program at `to`, with no `.env` and no instance, as a clone has none."""
    return Path(shutil.copytree(ROOT, to, ignore=LEFT_OUT))


# Below those that the kernel hands out by itself (ip_local_port_range), a thousand for each worker of pytest-xdist:
# until the one who asked listens there, neither the kernel nor another worker gives the port away. Two runs at the same
# time begin at different ones.
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
PORTS = itertools.cycle(20_000 + WORKER % 12 * 1000 + (os.getpid() * 101 + number) % 1000 for number in range(1000))


def free_port() -> int:
    """A port that nothing listens on, and that is given to nobody else."""
    while True:
        port = next(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def wait_until(ready: Callable[[], object], seconds: float = 30, what: str = "it", every: float = 0.02) -> None:
    """Ask `ready` again and again until it says yes; fail naming `what` when it does not in time. `every` so many
    seconds, where asking takes time from those it waits for."""
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, f"{what} did not happen within {seconds} s"
        time.sleep(every)


@dataclass
class Daymark:
    """One installation in a folder of its own. Use `running()`; the rest is for looking at it."""

    tree: Path
    environ: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def instance(self) -> Path:
        """Its data."""
        return self.tree / "instance"

    @property
    def log(self) -> str:
        """All that it has printed so far."""
        return (self.tree / "output.log").read_text(errors="replace")

    def run(self, *command: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of the tree to its end, such as `bin/flask user create`, in the same environment."""
        return subprocess.run(
            command,
            cwd=self.tree,
            env=self._environment() | environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    @contextmanager
    def running(self, path: str = "/health") -> Iterator["Daymark"]:
        """Start it, wait until `path` answers, and afterwards stop it as Ctrl-C does and see that nothing stays."""
        with (self.tree / "output.log").open("ab") as output:
            process = subprocess.Popen(
                ["bin/run"],
                cwd=self.tree,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # Tests that run under nohup would hand it down.
                preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
            )
        try:
            wait_until(lambda: process.poll() is not None or self.answers(path), 60, f"an answer from {path}")
            assert process.poll() is None, "it ended by itself"
            yield self
            self.stop(process.pid)
            process.wait(timeout=80)
            wait_until(lambda: not self.processes(), what="the end of every process")
        except AssertionError:
            print(self.log[-5000:])
            raise
        finally:
            for pid in self.processes():
                signal_process(pid, signal.SIGKILL)
            process.wait(timeout=10)

    def stop(self, pid: int) -> None:
        """Ctrl-C."""
        os.kill(pid, signal.SIGINT)

    def answers(self, path: str = "/health") -> bool:
        """Whether `path` answers anything below 500."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as response:
                return response.status < 500
        except urllib.error.HTTPError as error:
            return error.code < 500
        except OSError:
            return False

    def cookies(self, path: str) -> str:
        """The Set-Cookie lines of an answer."""
        with urllib.request.urlopen(self.url + path, timeout=5) as response:
            return "\n".join(response.headers.get_all("Set-Cookie") or [])

    def processes(self) -> dict[int, str]:
        """Every living process of this installation, by number, with its command line."""
        mark = f"DAYMARK_TEST={self.tree}".encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                environ = (folder / "environ").read_bytes().split(b"\0")
                if mark in environ and (folder / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
        return found

    def pids(self, words: str) -> list[int]:
        """The processes whose command line holds `words`, such as `app.jobs.pool` or `valkey-server`."""
        return sorted(pid for pid, command in self.processes().items() if words in command)

    def pid_of(self, program: str) -> int:
        """The process that Supervisor started as `web`, `worker` or `clock`: a child may have a lower number, for they
        begin anew at their end."""
        return int(self.run("bin/supervisorctl", "pid", f"daymark:{program}").stdout)

    def memory(self) -> tuple[float, float]:
        """Resident and proportional memory of all processes together, in MiB."""
        totals = {"Rss": 0, "Pss": 0}
        for pid in self.processes():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                name, _, amount = line.partition(":")
                if name in totals:
                    totals[name] += int(amount.split()[0])
        return totals["Rss"] / 1024, totals["Pss"] / 1024

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return {
            **kept,
            "VENV": sys.prefix,
            "PORT": str(self.port),
            "DAYMARK_TEST": str(self.tree),
            **self.environ,
        }


def signal_process(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that may just have ended."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)
