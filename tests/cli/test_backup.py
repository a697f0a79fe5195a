"""Backups: each row again, and nothing touched by a file that is not whole. Other databases: test_moving.py."""

import gc
import hashlib
import json
import os
import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

import config
from app.extensions import db
from app.lib import backup_file, passphrase, revisions
from app.models import Maintenance, Setting, Upload, snapshot
from app.models.demo import Demo
from tests import factories

ROOT = Path(config.ROOT)
SECRET = "six words that nobody else knows"


@pytest.fixture(scope="module", autouse=True)
def quick():
    """A real Argon2id, but a small one."""
    before, passphrase.ROUNDS, passphrase.MEMORY = (passphrase.ROUNDS, passphrase.MEMORY), 1, 64
    yield
    passphrase.ROUNDS, passphrase.MEMORY = before


@pytest.fixture
def told(olive):
    """A page with all kinds of rows: those of the example, and what databases keep in ways of their own."""
    Demo.fill(actor=None)
    factories.make_subscriber("zoe@example.org")
    db.session.add(
        Upload(purpose="logo", media_type="image/png", digest="ab", width=1, height=2, content=bytes(range(256)))
    )
    Setting.set(mail_password="hunter2 hunter2", site_name="Ünïcode \u2028 “quotes” \\ 🚦")
    # The first of a series may have a higher number than a date of it.
    first, date = factories.make_maintenance(), factories.make_maintenance()
    db.session.execute(sa.update(Maintenance).where(Maintenance.id == first.id).values(series_id=date.id))
    db.session.commit()


@pytest.fixture
def backup(run, told, tmp_path):
    """A backup with the key, and the passphrase for it in the environment."""
    (tmp_path / ".env").write_text("# mine\nMAIL_NAME='Example $Cloud'\nPORT=81\nexport API_RATE_LIMIT=77\n")
    done = run("backup", tmp_path / "backup", BACKUP_PASSPHRASE=SECRET)
    assert done.exit_code == 0, done.output
    return tmp_path / "backup"


class Elsewhere:
    """An installation of its own, with an empty database."""

    def __init__(self, folder: Path, redis: str) -> None:
        folder.mkdir()
        self.folder = folder
        self.environ = {
            "PATH": os.environ["PATH"],
            "ENV_FILE": str(folder / ".env"),
            "INSTANCE": str(folder),
            "DATABASE_URL": f"sqlite:///{folder}/other.sqlite",
            "REDIS_URL": redis,
        }
        (folder / ".env").write_text("APP_KEY=the key of another machine, of 32 or more\nMAIL_NAME=\n")

    def restore(self, *args, **environ) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "app.cli", "restore", *map(str, args)]
        environ = {"BACKUP_PASSPHRASE": SECRET, **self.environ, **environ}
        return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, stdin=subprocess.DEVNULL)

    def engine(self) -> sa.Engine:
        return sa.create_engine(
            config.load({**self.environ, "APP_KEY": "x" * 9 + "0123456789abcdefghijklmn"})["SQLALCHEMY_DATABASE_URI"],
            poolclass=sa.NullPool,
        )

    def rows(self) -> dict[str, list]:
        with self.engine().connect() as connection:
            return rows(connection)

    def is_untouched(self) -> bool:
        return not sa.inspect(self.engine()).get_table_names()


def rows(connection) -> dict[str, list]:
    """Every row of every table, as Python has them."""
    found = {}
    for table in db.metadata.sorted_tables:
        found[table.name] = [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
    return found


def all_rows() -> dict[str, list]:
    db.session.rollback()
    return rows(db.session.connection())


@pytest.fixture
def elsewhere(tmp_path, valkey):
    return Elsewhere(tmp_path / "elsewhere", valkey)


def test_every_row_comes_back(backup, elsewhere, app):
    done = elsewhere.restore(backup, "--json", REDIS_URL="")
    assert done.returncode == 0, done.stderr
    there, here = elsewhere.rows(), all_rows()
    assert there == here and sum(map(len, here.values())) > 1000
    assert done.stderr.splitlines()[1:] == [f"Restored: {sum(map(len, here.values()))} rows of {len(here)} tables."]
    told = json.loads(done.stdout)
    assert (told["rows"], told["key"], told["revision"]) == (sum(map(len, here.values())), True, revisions.HEAD)
    read = config.load({}, elsewhere.folder / ".env")
    assert read["SECRET_KEY"] == app.config["SECRET_KEY"], "what it encrypted can be read"
    assert (read["MAIL_NAME"], read["API_RATE_LIMIT"]) == ("Example $Cloud", 77)
    assert read["PORT"] == 8000, "what belongs to a machine stays with it"


def test_what_is_written_meanwhile_is_not_in_it(app, told):
    with snapshot.of_now() as connection:
        [table] = [table for table in snapshot.tables(connection) if table.name == "subscribers"]
        count = connection.scalar(sa.select(sa.func.count()).select_from(table))
        factories.make_subscriber("late@example.org")
        db.session.commit()
        assert len(list(snapshot.rows(connection, table))) == count


def test_nobody_else_reads_it_and_the_key_is_not_legible(backup, app):
    assert backup.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in backup.parent.iterdir() if "part" in path.name] == []
    with zipfile.ZipFile(backup) as archive:
        assert all(app.config["SECRET_KEY"].encode() not in archive.read(name) for name in archive.namelist())


def test_it_tells_a_program_what_is_in_it(run, olive, tmp_path):
    told = json.loads(run("backup", tmp_path / "it", "--without-key", "--json").stdout)
    assert told["tables"] == len(db.metadata.tables) and told["rows"] == sum(map(len, all_rows().values()))
    assert (told["key"], told["bytes"]) == (False, (tmp_path / "it").stat().st_size)


@pytest.mark.parametrize(
    ("args", "env", "code", "named"),
    [
        (("it",), {}, 2, "there is no passphrase"),
        (("it",), {"BACKUP_PASSPHRASE": "short"}, 2, "12 characters or more"),
        (("it", "--passphrase-file", "nowhere"), {}, 1, "nowhere: No such file"),
        (("it/it", "--without-key"), {}, 1, "Daymark: it/it: No such file"),
        (("i" * 300, "--without-key"), {}, 1, "File name too long"),
        ((".env", "--without-key"), {}, 1, "is there already"),
    ],
)
def test_what_is_wrong_is_said(run, olive, tmp_path, monkeypatch, args, env, code, named):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").touch()
    done = run("backup", *args, **env)
    assert (done.exit_code, done.stdout) == (code, "") and named in done.stderr
    assert not (tmp_path / "it").exists()


def test_a_full_disk_is_one_line_and_nothing_stays(run, olive, tmp_path, capfd):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        done = run("backup", tmp_path / "it", "--without-key")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    gc.collect()
    assert done.exit_code == 1 and done.stderr == f"Daymark: {tmp_path}/it: File too large\n"
    assert (
        list(tmp_path.glob("*it*")) == list(tmp_path.glob(".*part")) == [] and "Traceback" not in capfd.readouterr().err
    )


def test_what_another_put_in_its_way_is_left_alone(tmp_path):
    (tmp_path / "theirs").touch()
    (tmp_path / f".it.{os.getpid()}.part").symlink_to("theirs")
    with backup_file.Writer(tmp_path / "it") as writer:
        writer.finish({})
    assert (tmp_path / "theirs").read_bytes() == b"" and (tmp_path / "it").stat().st_mode & 0o777 == 0o600


def test_of_two_at_once_one_is_refused(tmp_path):
    with backup_file.Writer(tmp_path / "it") as second:
        with backup_file.Writer(tmp_path / "it.first") as first:
            first.path = tmp_path / "it"
            first.finish({})
        whole = (tmp_path / "it").read_bytes()
        with pytest.raises(FileExistsError):
            second.finish({})
    assert [path.name for path in tmp_path.iterdir()] == ["it"] and (tmp_path / "it").read_bytes() == whole


def cut(whole: bytes) -> bytes:
    return whole[:-1]


def half(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def altered_early(whole: bytes) -> bytes:
    return whole[:40] + bytes([whole[40] ^ 1]) + whole[41:]


def altered_late(whole: bytes) -> bytes:
    return whole[:-3] + bytes([whole[-3] ^ 1]) + whole[-2:]


def longer(whole: bytes) -> bytes:
    return whole + b"\n"


@pytest.mark.parametrize("damage", [cut, half, altered_early, altered_late, longer, lambda whole: b""])
def test_a_file_that_is_not_whole_is_refused(run, olive, tmp_path, damage):
    """By the file alone: the database of the test, where Olive is, would be the next reason."""
    assert run("backup", tmp_path / "it", "--without-key").exit_code == 0
    (tmp_path / "it").write_bytes(damage((tmp_path / "it").read_bytes()))
    done = run("restore", tmp_path / "it", "--without-key")
    assert done.exit_code == 1 and ("is damaged" in done.stderr or "is no backup" in done.stderr)


def again(path: Path, **manifest) -> None:
    """The same file, whole, but with another manifest."""
    reader = backup_file.Reader(path)
    path.unlink()
    with backup_file.Writer(path) as writer:
        for name, table in reader.tables.items():
            writer.table(name, table["columns"], map(json.dumps, reader.rows(name)))
        writer.finish({**reader.manifest, **manifest})


@pytest.mark.parametrize("change", [{"revision": "9999"}, {"format": 2}])
def test_what_a_newer_daymark_made_is_refused(run, olive, tmp_path, change):
    assert run("backup", tmp_path / "it", "--without-key").exit_code == 0
    again(tmp_path / "it", **change)
    done = run("restore", tmp_path / "it", "--without-key")
    assert done.exit_code == 1 and "newer Daymark" in done.stderr


def test_a_table_that_the_manifest_names_and_that_is_not_there_is_refused(run, olive, tmp_path):
    with backup_file.Writer(tmp_path / "it") as writer:
        writer.tables["users"] = {"rows": 0, "sha256": hashlib.sha256().hexdigest(), "columns": ["id"]}
        writer.finish({"revision": revisions.HEAD, "daymark": "0.1.0", "key": None, "key_mark": ""})
    done = run("restore", tmp_path / "it")
    assert done.exit_code == 1 and done.stderr.count("\n") == 1 and "table users is missing" in done.stderr


def test_rows_cannot_be_put_beside_the_key(run, olive, tmp_path):
    assert run("backup", tmp_path / "it", BACKUP_PASSPHRASE=SECRET).exit_code == 0
    key = backup_file.Reader(tmp_path / "it").manifest["key"]
    assert (
        run(
            "user", "create", "eve", "--email", "eve@example.org", "--role", "administrator", USER_PASSWORD=SECRET
        ).exit_code
        == 0
    )
    assert run("backup", tmp_path / "other", "--without-key").exit_code == 0
    again(tmp_path / "other", key=key)
    done = run("restore", tmp_path / "other", BACKUP_PASSPHRASE=SECRET)
    assert done.exit_code == 1 and "belongs to other rows" in done.stderr


def test_a_filled_database_and_a_wrong_passphrase_are_refused(run, olive, tmp_path):
    assert run("backup", tmp_path / "it", BACKUP_PASSPHRASE=SECRET).exit_code == 0
    before = all_rows()
    done = run("restore", tmp_path / "it", BACKUP_PASSPHRASE=SECRET)
    assert done.exit_code == 1 and "the database is not empty" in done.stderr
    done = run("restore", tmp_path / "it", BACKUP_PASSPHRASE="another long passphrase")
    assert done.exit_code == 1 and "not its passphrase" in done.stderr
    assert all_rows() == before


def test_a_page_that_runs_and_that_nobody_has_set_up_is_empty(run, app, olive, tmp_path, monkeypatch):
    """Its jobs note by themselves in which zone they work out days."""
    assert run("backup", tmp_path / "it", "--without-key").exit_code == 0
    before = all_rows()
    assert run("reset", "--yes").exit_code == 0
    Setting.set(days_zone="Asia/Tokyo")
    db.session.commit()
    monkeypatch.setitem(app.config, "SECRET_KEY", "another key for tests, of 32 characters")
    done = run("restore", tmp_path / "it")
    assert done.exit_code == 0 and "APP_KEY is another than then" in done.stderr, "it has no key, nor asks for one"
    assert all_rows() == before


def test_nothing_is_touched_elsewhere(backup, elsewhere):
    env = (elsewhere.folder / ".env").read_text()
    backup.write_bytes(half(backup.read_bytes()))
    assert elsewhere.restore(backup).returncode == 1
    assert elsewhere.is_untouched() and (elsewhere.folder / ".env").read_text() == env
