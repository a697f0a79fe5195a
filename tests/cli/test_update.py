"""Install and update: what they do to the database; that a running Daymark takes over is seen in test_operations."""

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from app import page_cache
from app.cli import boot
from app.extensions import db
from app.lib import backup_file, revisions
from app.models.schema import VERSION, Schema

EARLIER = "0003"


@pytest.fixture
def earlier(app, olive):
    """The database as an earlier release left it, with Olive in it."""
    db.session.rollback()
    downgrade(revision=EARLIER)
    yield
    db.session.rollback()
    upgrade()


@pytest.fixture
def later(app, olive):
    """The database as another machine has migrated it, to a release that is newer than this one."""
    db.session.execute(sa.update(VERSION).values(version_num="9999"))
    db.session.commit()
    yield
    db.session.rollback()
    db.session.execute(sa.update(VERSION).values(version_num=revisions.HEAD))
    db.session.commit()


def backups(tmp_path):
    return sorted((tmp_path / "backups").glob("before-*"))


def test_install_makes_the_tables_and_says_how_all_is(app, run, tmp_path):
    tmp_path.chmod(0o700)
    downgrade(revision="base")
    done = run("install")
    assert done.exit_code == 0, done.output
    assert not Schema.is_behind() and "note  set-up" in done.stdout and "workers" not in done.stdout
    assert run("install").exit_code == 0, "again"


def test_install_empties_the_page_cache_that_there_is(run, app, tmp_path, monkeypatch):
    tmp_path.chmod(0o700)
    before = page_cache.generation()
    assert run("install").exit_code == 0
    emptied = page_cache.generation()
    assert emptied != before
    (tmp_path / "day mark").mkdir()
    # As config.py writes it; the socket is made at the first start.
    monkeypatch.setitem(app.config, "REDIS_URL", f"unix://{tmp_path}/day%20mark/valkey.sock?db=0")
    assert run("install").exit_code == 0
    assert page_cache.generation() == emptied
    (tmp_path / "day mark/valkey.sock").touch()
    assert run("install").exit_code == 0
    assert page_cache.generation() != emptied


def test_install_says_what_is_in_the_way(run, app, tmp_path):
    (tmp_path / ".env").touch()
    (tmp_path / ".env").chmod(0o644)
    done = run("install")
    assert done.exit_code == 1 and f"chmod 600 {tmp_path / '.env'}" in done.stdout


def test_update_backs_up_what_was_and_migrates(run, app, earlier, tmp_path):
    done = run("update")
    assert done.exit_code == 0, done.output
    assert not Schema.is_behind() and "does not run here" in done.stderr
    [path] = backups(tmp_path)
    reader = backup_file.Reader(path)
    assert (reader.manifest["revision"], reader.manifest["key"]) == (EARLIER, None)
    assert reader.tables["users"]["rows"] == 1 and "totp_secret" not in reader.tables["users"]["columns"]


def test_the_backup_may_hold_the_key_and_lie_elsewhere(run, olive, tmp_path):
    assert run("update", "--backup", tmp_path / "it", BACKUP_PASSPHRASE="a long enough passphrase").exit_code == 0
    assert backup_file.Reader(tmp_path / "it").manifest["key"] and not backups(tmp_path)
    assert run("update", "--no-backup").exit_code == 0
    assert not backups(tmp_path)


def test_the_newest_few_backups_are_kept(run, olive, tmp_path):
    for _time in range(6):
        assert run("update").exit_code == 0
    assert len(backups(tmp_path)) == 5


def test_without_a_backup_nothing_is_touched(run, earlier, tmp_path):
    (tmp_path / "taken").touch()
    done = run("update", "--backup", tmp_path / "taken")
    assert done.exit_code == 1 and "is there already" in done.stderr
    assert Schema.revision() == EARLIER


def test_a_backup_of_an_earlier_release_is_restored_and_migrated(run, earlier, olive, tmp_path):
    assert run("backup", tmp_path / "it", "--without-key").exit_code == 0
    upgrade()
    assert run("reset", "--yes").exit_code == 0
    done = run("restore", tmp_path / "it", "--without-key")
    assert done.exit_code == 0, done.output
    assert Schema.revision() == revisions.HEAD
    [user] = db.session.execute(db.text("SELECT username, role FROM users")).all()
    assert tuple(user) == ("olive", "owner")


def test_a_machine_whose_turn_is_yet_to_come_starts_on_newer_tables(later, capsys):
    boot._migrate()
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("Daymark ") and "newer release (9999)" in line
    assert Schema.revision() == "9999"


@pytest.mark.parametrize("command", [["install"], ["update", "--no-backup"]])
def test_and_is_prepared_on_them(run, later, tmp_path, command):
    tmp_path.chmod(0o700)
    done = run(*command)
    assert done.exit_code == 0, done.output
    assert done.stderr.count("newer release (9999)") == 1 and Schema.revision() == "9999"
