import json

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models import User
from tests.controllers.setup.conftest import PASSWORD

ED = ("user", "create", "ed", "--email", "Ed@Example.org")


def member(name):
    db.session.rollback()
    return db.session.scalar(sa.select(User).where(User.username == name))


def test_it_works(run, olive):
    done = run(*ED, USER_PASSWORD=PASSWORD)
    assert (done.exit_code, done.stdout) == (0, ""), done.output
    assert (member("ed").email, member("ed").role) == ("ed@example.org", "editor")
    assert User.authenticate("ed", PASSWORD)


def test_any_role_and_a_password_from_standard_input(run, olive):
    assert run(*ED, "--role", "administrator", "--password-stdin", stdin=f"{PASSWORD}\r\n").exit_code == 0
    assert member("ed").can("team.manage") and User.authenticate("ed@example.org", PASSWORD)


def test_a_password_that_is_made_up_stands_alone_on_standard_output(run, olive):
    done = run(*ED, "--generate-password")
    assert done.exit_code == 0
    assert User.authenticate("ed", done.stdout.removesuffix("\n"))


@pytest.mark.parametrize(
    ("args", "password", "named"),
    [
        (("user", "create", "ed", "--email", "nobody"), PASSWORD, "--email: "),
        (("user", "create", "e d", "--email", "ed@example.org"), PASSWORD, "--username: "),
        (("user", "create", "OLIVE", "--email", "ed@example.org"), PASSWORD, "--username: This username is taken."),
        (("user", "create", "ed", "--email", "olive@example.org"), PASSWORD, "--email: This e-mail address is taken."),
        (ED, "password12345", "--password: This password is too easy to guess."),
        (ED, None, "there is no password"),
        ((*ED, "--password-stdin", "--generate-password"), PASSWORD, "exclude each other"),
    ],
)
def test_bad_input_is_named(run, olive, args, password, named):
    done = run(*args, **({"USER_PASSWORD": password} if password else {}))
    assert done.exit_code == 2 and named in done.stderr
    assert member("ed") is None


def test_first_comes_the_setup(app, run):
    done = run(*ED, USER_PASSWORD=PASSWORD)
    assert (done.exit_code, done.stderr) == (1, "Daymark: this page has not been set up yet; run: bin/flask setup\n")


def test_a_lost_database_is_one_line(app, run, olive):
    db.session.execute(sa.text("ALTER TABLE settings RENAME TO gone"))
    db.session.commit()
    try:
        done = run(*ED, USER_PASSWORD=PASSWORD)
        assert done.exit_code == 1 and "cannot use the database" in done.stderr
        assert "Traceback" not in done.output
    finally:
        db.session.rollback()
        db.session.execute(sa.text("ALTER TABLE gone RENAME TO settings"))
        db.session.commit()


@pytest.fixture
def ed(run, olive):
    run(*ED, USER_PASSWORD=PASSWORD)
    return member("ed")


def test_members_are_listed_for_people_and_for_programs(run, olive, ed):
    done = run("user", "list")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0] == "ed\ted@example.org\teditor\tactive\tpassword\tnever"
    listed = json.loads(run("user", "list", "--json").stdout)
    assert [row["username"] for row in listed] == ["ed", "olive"]
    assert listed[1] | {"last_seen_at": None} == {
        "username": "olive",
        "email": "olive@example.org",
        "role": "owner",
        "active": True,
        "two_factor": False,
        "last_seen_at": None,
    }


def test_another_password_ends_all_sessions(run, ed, sign_in, app):
    before = ed.session_key
    done = run("user", "password", "ED@example.org", "--generate-password")
    assert done.exit_code == 0, done.output
    assert User.authenticate("ed", done.stdout.removesuffix("\n")) and not User.authenticate("ed", PASSWORD)
    assert member("ed").session_key != before


@pytest.mark.parametrize(
    ("args", "password", "code", "named"),
    [
        (("password", "nobody"), PASSWORD, 1, "there is no member called nobody"),
        (("password", "ed"), "ed@example.org", 2, "--password: This password is too easy to guess."),
        (("role", "olive", "editor"), None, 1, "olive is the last owner."),
        (("role", "ed", "emperor"), None, 2, "emperor"),
        (("deactivate", "olive"), None, 1, "olive is the last owner."),
        (("deactivate", "nobody"), None, 1, "there is no member called nobody"),
        (("activate", "nobody"), None, 1, "there is no member called nobody"),
    ],
)
def test_what_cannot_be_done_is_named_and_changes_nothing(run, ed, args, password, code, named):
    done = run("user", *args, **({"USER_PASSWORD": password} if password else {}))
    assert done.exit_code == code and named in done.stderr, done.output
    assert member("olive").is_active and member("olive").role_label == "Owner"
    assert User.authenticate("ed", PASSWORD)


def test_roles_and_deactivation(run, ed):
    assert run("user", "role", "ed", "owner").exit_code == 0
    assert member("ed").role_label == "Owner"
    assert run("user", "deactivate", "olive").exit_code == 0
    assert not member("olive").is_active
    assert run("user", "list").stdout.splitlines()[1].split("\t")[3] == "deactivated"
    assert run("user", "activate", "olive").exit_code == 0
    assert member("olive").is_active
