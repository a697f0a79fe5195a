"""A new release is served without a request lost: new files, `flask update`, and visitors who never stop asking."""

import signal
import sys
import threading
import urllib.request

import pytest

from tests.processes import Daymark, copy_tree, signal_process, wait_until

ANSWER = "app/controllers/operations/health.py"


@pytest.fixture
def daymark(tmp_path):
    return Daymark(copy_tree(tmp_path / "daymark"))


def test_new_files_are_served_and_broken_ones_are_not(daymark):
    with daymark.running():
        file, failures, over = daymark.tree / ANSWER, [], threading.Event()
        whole = file.read_text()

        def said() -> str:
            with urllib.request.urlopen(f"{daymark.url}/livez", timeout=10) as answer:
                return answer.read().decode()

        def visit() -> None:
            while not over.is_set():
                try:
                    said()
                except OSError as error:
                    failures.append(error)

        visitors = [threading.Thread(target=visit) for _one in range(3)]
        for visitor in visitors:
            visitor.start()
        try:
            file.write_text(whole.replace('OK = "ok"', 'OK = "as new"'))
            done = daymark.run("bin/flask", "update")
            assert done.returncode == 0, done.stderr
            assert "takes over now" in done.stderr and "before-" in done.stderr
            wait_until(lambda: "as new" in said(), 40, "the new release")
            file.write_text("this is no Python\n")
            signal_process(min(daymark.pids("gunicorn")), signal.SIGHUP)
            wait_until(lambda: "not reloaded" in daymark.log, 40, "the refusal")
            assert "as new" in said()
        finally:
            over.set()
            for visitor in visitors:
                visitor.join()
        assert failures == []
        file.write_text(whole)
        socket = f"unix://{daymark.instance / 'supervisor.sock'}"
        told = f"from app.lib import supervisor; print(supervisor.reload({socket!r}, packages_of=4e9))"
        assert daymark.run(sys.executable, "-c", told).stdout == "True\n"
        wait_until(daymark.answers, 40, "web, started anew for packages that are newer than it")
        assert '"ok"' in said()
