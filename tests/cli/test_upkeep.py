"""Version, pruning, and beginning anew."""

import json
import os
import pty
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
import sqlalchemy as sa

import config
from app.cli import answers
from app.extensions import db
from app.lib import clock, revisions, setup_code
from app.lib.release import VERSION
from app.models import FirstRun, IdempotencyKey, Subscriber, User
from app.models.demo import Demo
from tests import factories


def count(model) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_the_version(run):
    assert run("version").stdout.startswith(f"Daymark {VERSION} (Python 3.")
    assert json.loads(run("version", "--json").stdout)["schema"] == revisions.HEAD


def test_pruning_says_what_went(run, olive):
    long_ago = clock.now() - timedelta(days=400)
    old = [factories.make_subscriber(f"sue{n}@example.org") for n in range(3)]
    for subscriber in old[:2]:
        subscriber.unsubscribed_at = long_ago
    db.session.add(IdempotencyKey(digest="a" * 64, request_digest="b" * 64, created_at=long_ago))
    db.session.commit()
    done = run("prune", "--json")
    assert done.exit_code == 0, done.output
    gone = json.loads(done.stdout)
    assert (gone["subscribers"], gone["idempotency_keys"], gone["metric_points"]) == (2, 1, 0)
    assert (count(Subscriber), count(IdempotencyKey)) == (1, 0)
    again = run("prune")
    assert again.exit_code == 0 and again.stdout == "" and "subscribers" in again.stderr


def test_reset_leaves_nothing_but_the_tables(run, olive, tmp_path):
    Demo.fill(actor=None)
    db.session.commit()
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "1.eml").write_text("To: sue@example.org")
    done = run("reset", "--yes")
    assert done.exit_code == 0, done.output
    db.session.rollback()
    assert all(not db.session.scalar(sa.select(sa.func.count()).select_from(t)) for t in db.metadata.sorted_tables)
    assert FirstRun.needed() and not (tmp_path / "mail").exists()
    assert setup_code.ensure(tmp_path) in done.stderr, "the wizard opens to who sees this"


def test_reset_asks(run, olive):
    done = run("reset")
    assert done.exit_code == 2 and "use --yes" in done.stderr
    assert count(User) == 1


@pytest.fixture
def start(app, olive, tmp_path):
    """start("reset", …): a command as a program of its own, with these variables."""

    def started(*args, stdin=subprocess.DEVNULL, **environ):
        known = {
            "PATH": os.environ["PATH"],
            "APP_KEY": app.config["SECRET_KEY"],
            "INSTANCE": str(tmp_path),
            "ENV_FILE": "/dev/null",
            "REDIS_URL": app.config["REDIS_URL"],
            "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        }
        command, pipe = [sys.executable, "-m", "app.cli", *args], subprocess.PIPE
        return subprocess.Popen(
            command, cwd=config.ROOT, env=known | environ, stdin=stdin, stdout=pipe, stderr=pipe, text=True
        )

    return started


@pytest.mark.parametrize(("typed", "code"), [("Example Cloud", 0), ("yes", 1), (signal.SIGTERM, 143)])
def test_reset_wants_the_name_of_the_page(start, typed, code):
    ours, theirs = pty.openpty()
    with start("reset", stdin=theirs) as process:
        assert "will be deleted" in process.stderr.readline()
        if isinstance(typed, str):
            os.write(ours, f"{typed}\n".encode())
        else:
            process.send_signal(typed)
        said = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == code, said
    assert count(User) == (0 if code == 0 else 1)


def test_a_database_that_is_away_is_one_line_also_for_commands_of_others(start):
    with start("db", "current", DATABASE_URL="postgresql://x:hunter2@127.0.0.1:1/x") as process:
        _said, told = process.communicate(timeout=60)
    assert process.returncode == 1 and told.count("\n") == 1 and "hunter2" not in told, told
    assert told.startswith("Daymark: cannot use the database: connection failed")


def test_the_version_is_told_where_nothing_else_would_start(start):
    with start("version", PORT="eighty") as process:
        assert VERSION in process.communicate(timeout=60)[0] and process.returncode == 0


def test_a_closed_standard_input_is_no_terminal(monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    assert not answers.can_ask() and answers.password(None, True, "X") == ""
    with pytest.raises(answers.Misused):
        answers.password(None, False, "X")
