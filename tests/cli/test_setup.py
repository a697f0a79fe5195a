import pytest
import sqlalchemy as sa

import config
from app.extensions import db
from app.lib import setup_code
from app.models import FirstRun, Setting, User
from tests.controllers.setup.conftest import PASSWORD

OPTIONS = ("setup", "--site-name", "Example Cloud", "--username", "olive", "--email", "olive@example.org")
VARIABLES = {"SITE_NAME": "Example Cloud", "ADMIN_USERNAME": "olive", "ADMIN_EMAIL": "olive@example.org"}


def the_admin():
    db.session.rollback()
    db.session.info.pop("settings", None)
    return db.session.scalars(sa.select(User)).one()


def test_it_works_with_options(app, run, tmp_path):
    setup_code.ensure(tmp_path)
    done = run(*OPTIONS, "--timezone", "Europe/Berlin", "--no-show-support", ADMIN_PASSWORD=PASSWORD)
    assert done.exit_code == 0, done.output
    assert done.stdout == "" and "Example Cloud" in done.stderr
    assert the_admin().can("team.manage") and User.authenticate("olive", PASSWORD)
    assert (Setting.get("site_name"), Setting.get("timezone")) == ("Example Cloud", "Europe/Berlin")
    assert Setting.get("show_support") is False
    assert not (tmp_path / ".env").exists() and not (tmp_path / setup_code.FILE).exists()
    assert app.test_client().get("/setup").location == "/dashboard/"


def test_it_works_with_variables(run):
    done = run("setup", ADMIN_PASSWORD=PASSWORD, SITE_TIMEZONE="Asia/Tokyo", SHOW_SUPPORT="0", **VARIABLES)
    assert done.exit_code == 0, done.output
    assert the_admin().email == "olive@example.org"
    assert (Setting.get("timezone"), Setting.get("show_support")) == ("Asia/Tokyo", False)


def test_the_password_may_come_from_standard_input(run):
    assert run(*OPTIONS, "--password-stdin", stdin=f"{PASSWORD}\n").exit_code == 0
    assert the_admin() and User.authenticate("olive", PASSWORD)


def test_what_is_given_is_written(app, run, tmp_path):
    given = (
        "--mail-driver",
        "smtp",
        "--mail-host",
        "smtp.example.com",
        "--mail-username",
        "d'oh",
        "--cache-driver",
        "null",
    )
    more = ("--mail-address", "status@example.com", "--app-url", "https://status.example.com/")
    assert run(*OPTIONS, *given, *more, "--mail-password", "a$b#c\"'", ADMIN_PASSWORD=PASSWORD).exit_code == 0
    read = config.load({"APP_KEY": app.config["SECRET_KEY"]}, tmp_path / ".env")
    assert (read["MAIL_DRIVER"], read["MAIL_HOST"]) == ("smtp", "smtp.example.com")
    assert (read["MAIL_USERNAME"], read["MAIL_PASSWORD"]) == ("d'oh", "a$b#c\"'")
    assert (read["APP_URL"], read["CACHE_DRIVER"]) == ("https://status.example.com", "null")
    assert "MAIL_PORT" not in (tmp_path / ".env").read_text(), "what stays as it is, is not written"


def test_what_only_this_command_has_in_its_environment_is_written_too(app, run, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "CACHE_DRIVER", "file")
    monkeypatch.setitem(app.config, "FROM_ENVIRONMENT", frozenset({"APP_KEY", "CACHE_DRIVER"}))
    assert run(*OPTIONS, ADMIN_PASSWORD=PASSWORD, CACHE_DRIVER="file").exit_code == 0
    assert (tmp_path / ".env").read_text() == "CACHE_DRIVER=file\n"


def test_an_option_against_the_environment_is_said(app, run, monkeypatch):
    monkeypatch.setitem(app.config, "FROM_ENVIRONMENT", frozenset({"CACHE_DRIVER"}))
    done = run(*OPTIONS, "--cache-driver", "null", ADMIN_PASSWORD=PASSWORD)
    assert done.exit_code == 2 and "CACHE_DRIVER is set in the environment" in done.stderr
    assert FirstRun.needed()


def test_it_refuses_once_set_up(run, olive):
    done = run(*OPTIONS, ADMIN_PASSWORD=PASSWORD)
    assert done.exit_code == 1
    assert done.stderr == "Daymark: this page has been set up already\n" and done.stdout == ""


@pytest.mark.parametrize(
    ("option", "wrong"),
    [
        ("--site-name", ""),
        ("--username", "<script>"),
        ("--email", "nobody"),
        ("--timezone", "Mars/Olympus"),
        ("--app-url", "status.example.com"),
        ("--mail-name", "a\r\nBcc: b@example.org"),
        ("--password", "password12345"),
    ],
)
def test_it_keeps_the_rules_of_the_wizard_and_names_the_option(run, tmp_path, option, wrong):
    done = run(*OPTIONS, option, wrong, ADMIN_PASSWORD=PASSWORD)
    assert done.exit_code == 2 and f"Daymark: {option}: " in done.stderr, done.output
    assert FirstRun.needed() and not (tmp_path / ".env").exists()


def test_everything_that_is_missing_is_named_at_once(run):
    done = run("setup", ADMIN_PASSWORD=PASSWORD)
    assert done.exit_code == 2
    assert all(option in done.stderr for option in ("--site-name", "--username", "--email"))
    assert "there is no password" in run(*OPTIONS).stderr


@pytest.mark.parametrize("option", ["--cache-driver", "--mail-driver", "--no-such-option"])
def test_what_click_knows_is_wrong_is_bad_usage(run, option):
    assert run(*OPTIONS, option, "sendmail").exit_code == 2


def test_an_env_file_that_cannot_be_written_stops_everything(app, run, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setitem(app.config, "ENV_FILE", tmp_path / "file" / ".env")
    done = run(*OPTIONS, "--cache-driver", "null", ADMIN_PASSWORD=PASSWORD)
    assert done.exit_code == 1 and "cannot be written" in done.stderr and "CACHE_DRIVER" in done.stderr
    db.session.rollback()
    assert FirstRun.needed()


def test_its_help_names_every_option_and_variable(run):
    text = " ".join(run("setup", "--help").output.split())
    for word in (
        "--site-name",
        "SITE_NAME",
        "ADMIN_PASSWORD",
        "--mail-host",
        "MAIL_HOST",
        "--password-stdin",
        "Exit codes",
    ):
        assert word in text
