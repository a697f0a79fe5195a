"""Database servers of the tests' own: PostgreSQL, MariaDB and MySQL in a folder that goes with them.

`bin/test --database=postgresql` runs the suite on one of them (tests/conftest.py).
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymysql

from tests.needs import lacking, program
from tests.processes import free_port, wait_until

# A MySQL server unpacked somewhere, by .ci/mysql; Debian 12 has none, and MariaDB's stands in its place.
MYSQL = os.environ.get("MYSQL_ROOT", "")
# The programs of a distribution newer than this machine's bring their own C library.
LOADER = "usr/lib64/ld-linux-x86-64.so.2"
LIBRARIES = "usr/lib/x86_64-linux-gnu"


def user_of(name: str) -> str | None:
    """Who runs a server: root may not, and hands over to `name`, which its package made."""
    if os.getuid() != 0:
        return None
    if name not in {user.pw_name for user in pwd.getpwall()}:
        lacking(f"there is no user {name}")
    return name


class PostgreSql:
    """A cluster with the database `daymark`."""

    def __init__(self, folder: Path) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        self.binaries = found[-1].parent if found else Path(lacking("PostgreSQL is not installed"))
        self.data, self.port, self.user = folder / "data", free_port(), user_of("postgres")
        if self.user:
            shutil.chown(folder, self.user)
        self.run("initdb", "-A", "trust", "-U", "daymark", "--no-sync")
        self.start()
        self.run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "daymark", "daymark", at="")

    @property
    def url(self) -> str:
        """Its address, as DATABASE_URL."""
        return f"postgresql://daymark@127.0.0.1:{self.port}/daymark"

    def run(self, name: str, *words: str, at: str = "-D") -> None:
        """One of PostgreSQL's programs, to its end."""
        command = [self.binaries / name, *([at, self.data] if at else []), *words]
        subprocess.run(command, user=self.user, check=True, stdout=subprocess.DEVNULL, timeout=180, cwd="/")

    def start(self) -> None:
        """Have it run."""
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self.data} -c fsync=off -c full_page_writes=off"
        self.run("pg_ctl", "-w", "-l", str(self.data / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Stop it at once, whoever is connected."""
        self.run("pg_ctl", "-w", "-m", "fast", "stop")

    def kill(self) -> None:
        """Let nothing of it stay."""
        command = [self.binaries / "pg_ctl", "-D", self.data, "-m", "immediate", "stop"]
        subprocess.run(command, user=self.user, check=False, capture_output=True, cwd="/")


class MariaDb:
    """A server with the database `daymark`, that loses what is newest when the machine stops: quick."""

    scheme = "mariadb"
    options = ["--skip-log-bin", "--innodb-buffer-pool-size=128M"]

    def __init__(self, folder: Path) -> None:
        self.folder, self.data, self.port = folder, folder / "data", free_port()
        self.install()
        self.start()
        with self.connect("root") as root, root.cursor() as cursor:
            for line in (
                "CREATE DATABASE daymark",
                "CREATE USER daymark@'127.0.0.1' IDENTIFIED BY 'daymark'",
                "GRANT ALL ON *.* TO daymark@'127.0.0.1'",
            ):
                cursor.execute(line)

    @property
    def url(self) -> str:
        """Its address, as DATABASE_URL."""
        return f"{self.scheme}://daymark:daymark@127.0.0.1:{self.port}/daymark"

    def connect(self, user: str) -> "pymysql.Connection[pymysql.cursors.Cursor]":
        """A connection over the socket of the server."""
        return pymysql.connect(unix_socket=str(self.folder / "socket"), user=user)

    def install(self) -> None:
        """Make the folder of the server's data."""
        command = [program("mariadb-install-db"), "--no-defaults", "--auth-root-authentication-method=normal"]
        command += ["--skip-test-db", f"--datadir={self.data}", *self.as_root()]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=180)

    def command(self) -> list[str]:
        """What the server is started by."""
        return [program("mariadbd"), "--no-defaults"]

    def as_root(self) -> list[str]:
        """It runs as whoever runs the tests."""
        return ["--user=root"] if os.getuid() == 0 else []

    def start(self) -> None:
        """Have it run."""
        options = [f"--datadir={self.data}", f"--socket={self.folder}/socket", f"--port={self.port}", *self.as_root()]
        options += [f"--pid-file={self.folder}/pid", "--bind-address=127.0.0.1", "--innodb-flush-log-at-trx-commit=0"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([*self.command(), *options, *self.options], stderr=log, stdout=log)
        wait_until(self.answers, 60, type(self).__name__)

    def answers(self) -> bool:
        """Whether it lets somebody in."""
        assert self.process.poll() is None, (self.folder / "log").read_text()
        try:
            self.connect("root").close()
        except pymysql.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Stop it, whoever is connected."""
        self.process.terminate()
        self.process.wait(60)

    def kill(self) -> None:
        """Let nothing of it stay."""
        self.process.kill()
        self.process.wait(60)


class MySql(MariaDb):
    """The same of MySQL's."""

    scheme = "mysql"
    options = ["--skip-log-bin", "--mysqlx=OFF", "--performance-schema=OFF", "--secure-file-priv=NULL"]

    def command(self) -> list[str]:
        root = MYSQL or lacking("MYSQL_ROOT names no folder with a MySQL, as .ci/mysql makes one")
        return [
            *(f"{root}/{LOADER}", "--library-path", f"{root}/{LIBRARIES}", f"{root}/usr/sbin/mysqld"),
            *("--no-defaults", f"--basedir={root}/usr", f"--lc-messages-dir={root}/usr/share/mysql"),
        ]

    def install(self) -> None:
        command = [*self.command(), "--initialize-insecure", f"--datadir={self.data}", *self.as_root()]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL, timeout=180)


SERVERS = {"postgresql": PostgreSql, "mariadb": MariaDb, "mysql": MySql}
# MySQL is not in every distribution: a test of all of them does without it where nobody says where it is.
AT_HAND = tuple(kind for kind in SERVERS if kind != "mysql" or MYSQL)


@contextmanager
def running(kind: str) -> Iterator[PostgreSql | MariaDb]:
    """A server of one of SERVERS, empty, until the block ends; in a short path, for sockets."""
    folder = Path(tempfile.mkdtemp(prefix=f"daymark-{kind}-"))
    server = None
    try:
        server = SERVERS[kind](folder)
        yield server
    finally:
        if server is not None:
            server.kill()
        shutil.rmtree(folder, ignore_errors=True)
