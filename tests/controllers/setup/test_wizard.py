from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

import config
from app.extensions import db
from app.lib import setup_code
from app.models import Event, FirstRun, Setting, User
from app.models.event import EventName
from tests.controllers.setup.conftest import BY_SMTP, FILLED_IN, PASSWORD
from tests.people import Browser


def users():
    db.session.rollback()
    return list(db.session.scalars(sa.select(User)))


def test_every_page_leads_to_the_wizard_until_then(fresh):
    visitor = fresh.test_client()
    for path in ("/", "/dashboard/", "/auth/login", "/nowhere"):
        answer = visitor.get(path)
        assert (answer.status_code, answer.location) == (302, "/setup"), path
    assert visitor.get("/api/v1/ping").status_code == 503


def test_the_three_steps_stand_in_one_page(browser):
    page = browser.get("/setup").text
    for word in ("Environment", "Status page", "Administrator", "Send a test mail", 'value="http://status.test"'):
        assert word in page
    # Without scripts there is one button that finishes; the others show up with them.
    assert page.count("data-next hidden") == 2


def test_it_works(browser, env_file):
    answer = browser.submit("/setup", **FILLED_IN)
    assert (answer.status_code, answer.location) == (303, "/setup/complete")
    page = browser.get("/setup/complete")
    assert page.status_code == 200 and "Open the dashboard" in page.text
    assert browser.get("/dashboard/").status_code == 200
    assert env_file() == "", "nothing was changed"
    [admin] = users()
    assert (admin.username, admin.email, admin.can("team.manage")) == ("olive", "olive@example.org", True)
    assert User.authenticate("olive", PASSWORD) == admin
    assert (Setting.get("site_name"), Setting.get("timezone")) == ("Example Cloud", "Europe/Berlin")
    assert Setting.get("show_support") is True
    names = set(db.session.scalars(sa.select(Event.name)))
    assert {EventName.PAGE_INSTALLED, EventName.USER_CREATED, EventName.USER_SIGNED_IN} <= names


def test_it_is_closed_for_good_afterwards(browser, fresh):
    browser.submit("/setup", **FILLED_IN)
    stranger = fresh.test_client()
    assert stranger.get("/setup").location == "/dashboard/"
    assert stranger.get("/setup/code").location == "/dashboard/"
    assert stranger.get("/setup/complete").location == "/dashboard/"
    browser.get("/dashboard/")
    for path in ("/setup", "/setup/test-mail", "/setup/check/page", "/setup/code"):
        late = browser.submit(path, **{**FILLED_IN, "username": "mallory", "email": "m@example.org"})
        assert late.status_code == 409, path
        assert "Already set up" in late.text
    assert len(users()) == 1


def test_what_was_changed_is_written_and_nothing_else(browser, fresh, env_file):
    fresh.config["ENV_FILE"].write_text("# mine\nAPP_KEY=abc\nMAIL_HOST=old.example\n")
    browser.submit("/setup", **{**BY_SMTP, "app_url": "https://status.example.com/", "cache_driver": "file"})
    assert env_file().splitlines() == [
        "# mine",
        "APP_KEY=abc",
        "MAIL_HOST=127.0.0.1",
        "CACHE_DRIVER=file",
        "MAIL_DRIVER=smtp",
        "MAIL_ENCRYPTION=null",
        "APP_URL=https://status.example.com",
    ]
    assert fresh.config["ENV_FILE"].stat().st_mode & 0o777 == 0o600


AWKWARD = [
    "p\"q'r",
    "$HOME `id` $(id)",
    "a#b # c",
    "back\\slash\\\\",
    "pässwörd ☃ 日本",
    "  blanks  ",
    "null",
    "base64:x",
    "\\",
]


@pytest.mark.parametrize("secret", AWKWARD)
def test_a_mail_password_survives_whatever_is_in_it(browser, fresh, secret):
    answer = browser.submit("/setup", **{**BY_SMTP, "mail_username": "daymark", "mail_password": secret})
    assert answer.status_code == 303
    read = config.load({"APP_KEY": fresh.config["SECRET_KEY"]}, fresh.config["ENV_FILE"])
    assert (read["MAIL_PASSWORD"], read["MAIL_USERNAME"], read["MAIL_DRIVER"]) == (secret, "daymark", "smtp")


@pytest.mark.parametrize(
    "name", ["mail_host", "mail_username", "mail_password", "mail_address", "mail_name", "app_url"]
)
@pytest.mark.parametrize("breaks", ["a\r\nBcc: b@example.org", "a\nX", "a\0b"])
def test_a_line_break_is_refused_by_the_name_of_the_field(browser, env_file, name, breaks):
    answer = browser.submit("/setup", **{**BY_SMTP, "mail_username": "x", "mail_password": "y", name: breaks})
    assert answer.status_code == 422
    assert f'id="{name}-error"' in answer.text
    assert env_file() == "" and users() == []


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("cache_driver", "memcached"),
        ("session_driver", ""),
        ("mail_driver", "sendmail"),
        ("mail_host", ""),
        ("mail_host", "smtp.example.com:587"),
        ("mail_host", "http://smtp.example.com"),
        ("mail_port", "0"),
        ("mail_port", "many"),
        ("mail_encryption", "rot13"),
        ("mail_address", ""),
        ("mail_address", "nobody"),
        ("mail_name", "x" * 101),
        ("site_name", "   "),
        ("site_name", "x" * 101),
        ("app_url", "status.example.com"),
        ("app_url", "javascript:alert(1)"),
        ("app_url", "https://<script>.example"),
        ("app_url", "https://user:secret@example.com"),
        ("timezone", "Mars/Olympus"),
        ("language", "tlh"),
        ("username", "<script>"),
        ("username", ""),
        ("email", "nobody@"),
        ("password", "short"),
        ("password", "password12345"),
        ("password", "olive@example.org"),
        ("password", "x" * 201),
    ],
)
def test_bad_input_is_refused_by_the_name_of_the_field_and_the_rest_kept(browser, name, wrong):
    answer = browser.submit("/setup", **{**BY_SMTP, "mail_username": "daymark", "mail_password": "secret", name: wrong})
    assert answer.status_code == 422
    assert f'id="{name}-error"' in answer.text
    assert users() == [] and FirstRun.needed()
    if name != "site_name":
        assert 'value="Example Cloud"' in answer.text
    assert 'value="secret"' not in answer.text and PASSWORD not in answer.text
    assert "<script>alert" not in answer.text


def test_smtp_needs_no_sign_in_but_not_half_of_one(browser):
    half = browser.submit("/setup", **{**BY_SMTP, "mail_username": "daymark"})
    assert half.status_code == 422 and 'id="mail_password-error"' in half.text
    assert browser.submit("/setup", **BY_SMTP).status_code == 303


def test_without_smtp_its_fields_do_not_matter(browser, env_file):
    assert browser.submit("/setup", **{**FILLED_IN, "mail_host": "no such: thing", "mail_port": ""}).status_code == 303
    assert env_file() == ""


def test_a_password_that_is_there_already_is_kept_and_never_shown(browser, fresh, monkeypatch, env_file):
    monkeypatch.setitem(fresh.config, "MAIL_PASSWORD", "from the file")
    assert "from the file" not in browser.get("/setup").text
    assert browser.submit("/setup", **{**BY_SMTP, "mail_username": "daymark"}).status_code == 303
    assert "MAIL_PASSWORD" not in env_file()


def test_what_the_environment_fixes_is_shown_read_only_and_not_taken(browser, fresh, monkeypatch, env_file):
    for name, value in {"MAIL_DRIVER": "smtp", "MAIL_HOST": "fixed.example", "CACHE_DRIVER": "file"}.items():
        monkeypatch.setitem(fresh.config, name, value)
    monkeypatch.setitem(fresh.config, "FROM_ENVIRONMENT", frozenset({"MAIL_DRIVER", "MAIL_HOST", "CACHE_DRIVER"}))
    page = browser.get("/setup").text
    assert page.count("Set in the environment.") == 3
    assert 'readonly spellcheck="false" type="text" value="fixed.example"' in page
    answer = browser.submit("/setup", **{**BY_SMTP, "mail_host": "other.example", "cache_driver": "null"})
    assert answer.status_code == 303
    assert env_file() == "MAIL_ENCRYPTION=null\n"


def test_an_env_file_that_cannot_be_written_stops_everything(browser, fresh, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setitem(fresh.config, "ENV_FILE", tmp_path / "file" / ".env")
    answer = browser.submit("/setup", **{**FILLED_IN, "cache_driver": "null"})
    assert answer.status_code == 422
    assert "cannot be written" in answer.text and "CACHE_DRIVER" in answer.text
    assert 'value="Example Cloud"' in answer.text
    assert users() == [] and FirstRun.needed()
    assert browser.submit("/setup", **FILLED_IN).status_code == 303, "nothing to write"


def test_five_wizards_at_once_make_one_administrator(fresh, env_file):
    browsers = [Browser(fresh, fresh.response_class, use_cookies=True) for _ in range(5)]
    start, answers = Barrier(5), {}

    def finish(number):
        name, email = f"olive{number}", f"o{number}@example.org"
        fields = {**FILLED_IN, "username": name, "email": email, "mail_name": f"Wizard {number}"}
        start.wait()
        answers[number] = browsers[number].submit("/setup", **fields)

    for browser in browsers:
        browser.get("/setup")
    db.session.rollback()
    threads = [Thread(target=finish, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    codes = sorted(answer.status_code for answer in answers.values())
    assert codes == [303, 409, 409, 409, 409]
    [winner] = [number for number, answer in answers.items() if answer.status_code == 303]
    assert [user.username for user in users()] == [f"olive{winner}"]
    assert env_file() == f"MAIL_NAME='Wizard {winner}'\n", "the losers wrote nothing"
    loser = next(answer for answer in answers.values() if answer.status_code == 409)
    assert "Already set up" in loser.text and "/auth/login" in loser.text


def test_the_code_is_dropped_with_the_first_run(browser, tmp_path):
    setup_code.ensure(tmp_path)
    browser.submit("/setup", **FILLED_IN)
    assert not (tmp_path / setup_code.FILE).exists()


def test_without_supervisor_it_says_that_a_restart_is_needed(browser):
    answer = browser.submit("/setup", **{**FILLED_IN, "cache_driver": "null"})
    assert answer.location == "/setup/complete?restart=1"
    assert "Restart Daymark" in browser.get(answer.location).text


def test_the_sign_in_outlives_a_change_of_the_session_driver(browser):
    answer = browser.submit("/setup", **{**FILLED_IN, "session_driver": "redis"})
    assert any(cookie.startswith("remember_token=") for cookie in answer.headers.getlist("Set-Cookie"))
    browser.set_cookie("session", "what another driver cannot read")
    assert "Open the dashboard" in browser.get("/setup/complete").text


def test_without_the_token_of_the_page_nothing_is_taken(fresh):
    assert fresh.test_client().post("/setup", data=FILLED_IN).status_code == 400
    assert users() == []


def test_a_lost_database_closes_it(browser, fresh):
    db.session.execute(sa.text("ALTER TABLE settings RENAME TO gone"))
    db.session.commit()
    try:
        for answer in (fresh.test_client().get("/setup"), browser.submit("/setup", **FILLED_IN)):
            assert answer.status_code >= 500
            assert "administrator" not in answer.text.lower()
    finally:
        db.session.rollback()
        db.session.execute(sa.text("ALTER TABLE gone RENAME TO settings"))
        db.session.commit()
    assert users() == []
