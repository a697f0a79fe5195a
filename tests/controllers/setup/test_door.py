import pytest

from app.lib import setup_code
from tests.controllers.setup.conftest import FILLED_IN
from tests.people import Browser

AWAY = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def stranger(fresh):
    """A browser on another machine."""
    browser = Browser(fresh, fresh.response_class, use_cookies=True)
    browser.environ_base = {**browser.environ_base, **AWAY}
    return browser


def test_on_this_machine_no_code_is_asked(fresh):
    assert fresh.test_client().get("/setup").status_code == 200


@pytest.mark.parametrize(
    ("environ", "headers"),
    [
        (AWAY, {}),
        ({}, {"Host": "status.example.com"}),
        ({}, {"Host": "localhost.evil.example"}),
        ({}, {"X-Forwarded-For": "127.0.0.1"}),
        ({}, {"X-Real-IP": "127.0.0.1"}),
        ({}, {"Via": "1.1 proxy"}),
        ({}, {"Origin": "https://evil.example"}),
        ({"SERVER_PROTOCOL": "HTTP/1.0"}, {}),
        ({"REMOTE_ADDR": ""}, {}),
    ],
)
def test_anybody_else_is_asked_for_the_code(fresh, environ, headers):
    visitor = fresh.test_client()
    answer = visitor.get("/setup", environ_overrides=environ, headers=headers)
    assert (answer.status_code, answer.location) == (302, "/setup/code")


def test_the_right_code_opens_the_wizard_for_that_browser(stranger, fresh, tmp_path):
    page = stranger.get("/setup/code")
    assert page.status_code == 200
    right = setup_code.ensure(tmp_path)
    assert right not in page.text
    answer = stranger.submit("/setup/code", code=f" {right[:5].lower()}-{right[5:]} ")
    assert (answer.status_code, answer.location) == (303, "/setup")
    assert stranger.get("/setup").status_code == 200
    assert stranger.submit("/setup/check/page", **FILLED_IN).json == {"ok": True, "errors": {}}
    assert stranger.submit("/setup", **FILLED_IN).status_code == 303
    assert fresh.test_client().get("/setup", environ_overrides=AWAY).location == "/dashboard/"


@pytest.mark.parametrize("wrong", ["", "AAAAAAAAAA", "'; --", "x" * 5000, "\0"])
def test_a_wrong_one_does_not(stranger, wrong):
    stranger.get("/setup/code")
    answer = stranger.submit("/setup/code", code=wrong)
    assert answer.status_code == 422 and 'id="code-error"' in answer.text
    assert stranger.get("/setup").location == "/setup/code"


def test_nothing_else_answers_without_the_code(stranger, env_file):
    stranger.get("/setup/code")
    for path in ("/setup", "/setup/check/page", "/setup/strength", "/setup/test-mail"):
        assert stranger.submit(path, **FILLED_IN).status_code == 403, path
    assert env_file() == ""


def test_guesses_are_throttled(stranger, tmp_path):
    stranger.get("/setup/code")
    codes = [stranger.submit("/setup/code", code="AAAAAAAAAA").status_code for _ in range(31)]
    assert codes == [422] * 30 + [429]
    assert stranger.submit("/setup/code", code=setup_code.ensure(tmp_path)).status_code == 429


def test_a_code_that_was_dropped_counts_no_longer(stranger, tmp_path):
    stranger.get("/setup/code")
    stranger.submit("/setup/code", code=setup_code.ensure(tmp_path))
    setup_code.forget(tmp_path)
    assert stranger.get("/setup").location == "/setup/code"
