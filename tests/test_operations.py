"""What an operator meets: the files at the top, the two commands, and how they say what is wrong."""

import configparser
import importlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

import config
from app.cli import boot
from app.jobs import LONGEST_JOB
from tests.processes import ROOT, Daymark, copy_tree, free_port, wait_until

CONFIGURING = (ROOT / "docs/configuration.md").read_text()
KEY = "k3yk3yABCDEFGHIJKLMNopqrstuvwxyz0123"
RELOAD = """
import config
from app.lib import supervisor

print(supervisor.reload(config.load()["SUPERVISOR_SERVER_URL"]))
"""


@pytest.fixture
def daymark(tmp_path):
    """A fresh clone that has not been started yet."""
    return Daymark(copy_tree(tmp_path / "day mark"))


def refused(daymark, **environ):
    """Start what cannot start: the one line that it says."""
    ran = daymark.run("bin/run", **environ)
    assert ran.returncode != 0
    assert ran.stdout == ""
    assert "Traceback" not in ran.stderr
    assert ran.stderr.count("\n") == 1, ran.stderr
    assert ran.stderr.startswith("Daymark: ")
    return ran.stderr


def supervised(program):
    """The section of a program in supervisord.conf."""
    parser = configparser.RawConfigParser(inline_comment_prefixes=(";",))
    parser.read(ROOT / "supervisord.conf")
    return parser[f"program:{program}"]


def test_supervisor_waits_for_the_longest_job_and_never_gives_up():
    assert int(supervised("worker")["stopwaitsecs"]) > LONGEST_JOB
    for program in ("valkey", "web", "worker", "clock"):
        assert supervised(program)["stopsignal"] == "TERM"
        assert int(supervised(program)["startretries"]) >= 1_000_000


def test_systemd_waits_longer_than_supervisor_and_starts_what_we_ship():
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str
    unit.read(ROOT / "systemd/daymark.service")
    # One that fails would keep the next from being run: not every machine has a web.
    reloads = re.findall("^ExecReload=(.+)", (ROOT / "systemd/daymark.service").read_text(), re.MULTILINE)
    assert [line[0] for line in reloads] == ["-", "-", "-"]
    assert int(unit["Service"]["TimeoutStopSec"]) > int(supervised("worker")["stopwaitsecs"])
    for command in ("ExecStart", "ExecReload"):
        script = unit["Service"][command].split()[0].removeprefix("-").removeprefix("/opt/daymark/")
        assert os.access(ROOT / script, os.X_OK)


def test_what_is_printed_to_a_socket_as_under_systemd_goes_to_files(daymark):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        command = ["bin/run"]
        environ = {**os.environ, "VENV": sys.prefix, "PORT": str(daymark.port), "DAYMARK_TEST": str(daymark.tree)}
        with subprocess.Popen(command, cwd=daymark.tree, env=environ, stdout=theirs, stderr=theirs) as process:
            try:
                wait_until(lambda: process.poll() is not None or daymark.answers(), 60, "an answer")
                assert (daymark.instance / "logs/web.log").exists(), ours.recv(5000)
            finally:
                process.terminate()


def test_what_is_printed_to_another_users_file_goes_to_files_of_our_own(tmp_path):
    path = tmp_path / "output"
    path.touch(mode=0o600)
    with path.open("ab") as output:
        printed = f"/dev/fd/{output.fileno()}"
        assert boot.opens_anew(printed)
        path.chmod(0)
        if (child := os.fork()) == 0:
            if os.getuid() == 0:
                os.setuid(65534)
            os._exit(boot.opens_anew(printed))
        assert os.waitpid(child, 0)[1] == 0


def test_the_clock_queues_functions_that_exist():
    text = (ROOT / "app/jobs/schedule.py").read_text()
    paths = re.findall(r'named\("([\w.]+)"\)', text)
    assert paths
    for module, _, name in (path.rpartition(".") for path in paths):
        assert callable(getattr(importlib.import_module(module), name))


def test_the_example_and_the_readme_list_every_variable():
    example = re.findall(r"^(?:# )?([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert example == [(variable.name, variable.default or "") for variable in config.VARIABLES]
    readme = (ROOT / "README.md").read_text()
    assert [v.name for v in config.VARIABLES if f"| `{v.name}` |" not in readme] == []


def test_bin_run_serves_the_wizard_and_leaves_nothing_behind(daymark):
    with daymark.running("/setup"):
        for words in ("gunicorn", "app.jobs.pool", "rq.cli cron", "valkey-server", "prompt_supervisor"):
            wait_until(lambda words=words: daymark.pids(words), what=words)
        assert f"open http://localhost:{daymark.port}" in daymark.log
        assert (daymark.instance / "setup-code").read_text().strip() in daymark.log
        assert (daymark.tree / ".env").stat().st_mode & 0o777 == 0o600
        assert daymark.instance.stat().st_mode & 0o077 == 0
        key = (daymark.tree / ".env").read_text()

        # A second start of the same instance says so, on the same port and on another one.
        assert "already runs in" in refused(daymark)
        assert "already runs in" in refused(daymark, PORT=str(free_port()))
    assert "Traceback" not in daymark.log

    # Nor after a closed terminal; and the second start keeps the key and the code.
    daymark.stop = lambda pid: os.kill(pid, signal.SIGHUP)
    with daymark.running("/setup"):
        assert (daymark.tree / ".env").read_text() == key


def test_a_fresh_clone_can_be_set_up_before_it_was_ever_started(daymark):
    admin = ("--username", "olive", "--email", "olive@example.org")
    ran = daymark.run("bin/flask", "setup", "--site-name", "Fresh", *admin, ADMIN_PASSWORD="correct horse battery 9")
    assert ran.returncode == 0, ran.stderr
    made = daymark.run("bin/flask", "token", "create", "ci", "--user", "olive")
    assert made.stdout.startswith("daymark_"), made.stderr
    again = daymark.run("bin/flask", "setup", "--site-name", "Fresh", *admin, ADMIN_PASSWORD="correct horse battery 9")
    assert again.returncode == 1
    assert len(again.stderr.splitlines()) == 1, again.stderr


def test_a_taken_port_is_one_line(daymark):
    with socket.socket() as other:
        other.bind(("127.0.0.1", daymark.port))
        other.listen()
        line = refused(daymark)
    assert str(daymark.port) in line
    assert "PORT" in line


def test_an_instance_that_cannot_be_written_is_one_line(daymark, tmp_path):
    (tmp_path / "file").touch()
    assert str(tmp_path / "file") in refused(daymark, INSTANCE=str(tmp_path / "file" / "instance"))


def test_nonsense_in_the_environment_is_one_line_that_names_it(daymark):
    assert "PORT" in refused(daymark, PORT="eighty")
    assert daymark.run("bin/run", PORT="eighty").returncode == 2
    assert "APP_KEY" in refused(daymark, APP_KEY="short")
    assert "HOST" in refused(daymark, HOST="203.0.113.1")


def test_a_database_that_is_none_is_one_line(daymark):
    daymark.instance.mkdir()
    (daymark.instance / "daymark.sqlite").write_text("this is not a database, and it is long enough to be sure" * 20)
    assert "daymark.sqlite" in refused(daymark)


def test_a_python_without_venv_is_one_line_with_the_remedy(daymark, tmp_path):
    python = tmp_path / "python3"
    python.write_text(f'#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    assert "apt-get install python3-venv" in refused(daymark, PYTHON=str(python), VENV=str(tmp_path / "new"))


def test_an_old_python_and_none_at_all_are_one_line(daymark, tmp_path):
    python = tmp_path / "python3"
    python.write_text('#!/bin/sh\n[ "$1" = -V ] && echo Python 3.9.2 && exit 0\nexit 1\n')
    python.chmod(0o755)
    assert "Python 3.9.2" in refused(daymark, PYTHON=str(python), VENV=str(tmp_path / "new"))
    assert "python9" in refused(daymark, PYTHON="python9", VENV=str(tmp_path / "new"))


def test_a_folder_that_cannot_be_written_is_one_line(daymark, tmp_path):
    (tmp_path / "file").touch()
    assert "cannot write" in refused(daymark, VENV=str(tmp_path / "file" / "venv"))
    assert "APP_KEY" in refused(daymark, ENV_FILE=str(tmp_path / "file" / ".env"))


def test_a_deep_instance_folder_still_gets_its_sockets(daymark, tmp_path):
    deep = tmp_path.joinpath(*["a-folder-with-a-long-name"] * 4)
    daymark.environ = {"INSTANCE": str(deep)}
    with daymark.running("/setup"):
        assert config.run_folder(deep).stat().st_mode & 0o777 == 0o700
        wait_until(lambda: (config.run_folder(deep) / "valkey.sock").exists(), what="the queue's socket")


def test_a_new_env_file_takes_effect_without_a_restart(daymark):
    with daymark.running("/setup"):
        wait_until(lambda: daymark.pids("app.jobs.pool") and daymark.pids("rq.cli cron"), what="worker and clock")
        web, worker, clock = (daymark.pids(words) for words in ("gunicorn", "app.jobs.pool", "rq.cli cron"))
        master = daymark.pid_of("web")
        workers = set(web) - {master}
        with (daymark.tree / ".env").open("a") as file:
            file.write("APP_URL=https://status.example.org\n")
        server = f"unix://{config.run_folder(daymark.instance)}/supervisor.sock"
        python = str(Path(sys.prefix) / "bin/python")
        assert daymark.run(python, "-c", RELOAD, SUPERVISOR_SERVER_URL=server).stdout == "True\n"
        wait_until(lambda: daymark.pids("gunicorn") and not set(daymark.pids("gunicorn")) & workers, what="new web")
        wait_until(
            lambda: daymark.pids("app.jobs.pool") and not set(daymark.pids("app.jobs.pool")) & set(worker),
            what="new worker",
        )
        wait_until(lambda: daymark.pids("rq.cli cron") not in ([], clock), what="a new clock")
        assert daymark.pid_of("web") == master
        # HTTPS in APP_URL makes cookies secure: the web processes have read the file again.
        wait_until(lambda: "Secure" in daymark.cookies("/setup"), what="the new setting")
        assert daymark.run(python, "-c", RELOAD, SUPERVISOR_SERVER_URL="unix:///nowhere").stdout == "False\n"


def test_one_of_many_machines_runs_what_it_is_for_on_a_socket_with_logs_of_its_own(daymark, tmp_path):
    logs, listening = tmp_path / "logs", tmp_path / "web.sock"
    daymark.environ = {"PROGRAMS": "web,clock", "LOG_FOLDER": str(logs), "BIND": f"unix:{listening}", "APP_KEY": KEY}
    daymark.answers = lambda path: speaks(listening)
    with daymark.running():
        wait_until(lambda: "daymark:clock" in running(daymark), what="the clock")
        assert running(daymark) == {"daymark:clock", "daymark:web", "valkey"}
        take_over = re.findall(r"^    (bin/supervisorctl signal .*)$", CONFIGURING, re.MULTILINE)
        web = daymark.run("bin/supervisorctl", "pid", "daymark:web").stdout
        assert [daymark.run(*command.split()).stdout.count(": signalled") for command in take_over] == [1, 1]
        wait_until(lambda: running(daymark) == {"daymark:clock", "daymark:web", "valkey"}, what="the clock, afresh")
        assert daymark.run("bin/supervisorctl", "pid", "daymark:web").stdout == web
        assert (logs / "web.log").exists()
        assert "cannot listen" not in daymark.log
        assert asked(listening, "/elsewhere/", SCRIPT_NAME="/elsewhere").headers["Location"] == "/setup"
        server = f"unix://{config.run_folder(daymark.instance)}/supervisor.sock"
        python = str(Path(sys.prefix) / "bin/python")
        assert daymark.run(python, "-c", RELOAD, SUPERVISOR_SERVER_URL=server).stdout == "True\n"
        wait_until(lambda: daymark.run("bin/healthy").returncode == 0, what="health")
        daymark.run("bin/supervisorctl", "stop", "daymark:clock")
        assert "daymark:clock" in (ill := daymark.run("bin/healthy")).stdout and ill.returncode != 0
        daymark.run("bin/supervisorctl", "stop", "daymark:web")
        assert "web does not answer" in (ill := daymark.run("bin/healthy")).stderr and ill.returncode != 0
    daymark.environ = {"PROGRAMS": "web", "APP_KEY": KEY, "BIND": f"unix:{tmp_path}/none/web.sock"}
    assert "BIND" in refused(daymark)


def running(daymark):
    """What Supervisor says is up."""
    lines = daymark.run("bin/supervisorctl", "status").stdout.splitlines()
    return {line.split()[0] for line in lines if " RUNNING " in line}


def speaks(path):
    with socket.socket(socket.AF_UNIX) as visitor:
        try:
            visitor.connect(str(path))
        except OSError:
            return False
    return True


def asked(path, address, **headers):
    """The answer of who listens on a Unix socket."""
    with closing(HTTPConnection("localhost", timeout=60)) as visitor:
        visitor.sock = socket.socket(socket.AF_UNIX)
        visitor.sock.connect(str(path))
        visitor.request("GET", address, headers=headers)
        return visitor.getresponse()


def test_migrations_run_in_one_line_and_have_one_head(daymark):
    assert daymark.run("bin/flask", "db", "upgrade", APP_KEY=KEY).returncode == 0
    assert daymark.run("bin/flask", "db", "heads", APP_KEY=KEY).stdout.count("(head)") == 1
    with sqlite3.connect(daymark.instance / "daymark.sqlite") as database:
        assert database.execute("select count(*) from alembic_version").fetchone() == (1,)


def test_scripts_are_sound_shell():
    for script in (
        "bin/run",
        "bin/install",
        "bin/flask",
        "bin/supervisorctl",
        "bin/healthy",
        "bin/test",
        "bin/translations",
    ):
        subprocess.run(["sh", "-n", script], cwd=ROOT, check=True)
        assert os.access(ROOT / script, os.X_OK)
    subprocess.run(["bash", "-n", ".ci/run"], cwd=ROOT, check=True)


def test_systemd_keeps_from_the_application_what_root_reads():
    unit = (ROOT / "systemd/daymark.service").read_text()
    [kept] = [line.split("=")[1].split() for line in unit.splitlines() if line.startswith("ReadOnlyPaths=")]
    included = re.findall(r"^\s*include (/opt/daymark/[^;]+);", (ROOT / "nginx/daymark.conf").read_text(), re.MULTILINE)
    for path in (*included, "/opt/daymark/nginx/daymark.conf", "/opt/daymark/systemd/daymark.service"):
        assert any(path.startswith(f"{folder}/") for folder in kept), path
    assert all((ROOT / Path(folder).relative_to("/opt/daymark")).is_dir() for folder in kept), "else nothing starts"
